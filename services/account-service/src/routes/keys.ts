/** GET /.well-known/jwks.json: the public keys of access tokens. */
import { createRouter } from "@parley/common/http";
import type { Router } from "express";
import type { AccessKeys } from "../access-keys.ts";

export function keyRoutes({ keys }: { keys: Pick<AccessKeys, "publicKeys"> }): Router {
  const router = createRouter();
  router.get("/.well-known/jwks.json", (_req, res) => {
    res.json(keys.publicKeys());
  });
  return router;
}

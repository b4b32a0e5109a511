/** What create-service asks: the epochs, and to open a parent. nginx never routes these. */
import type { Epochs } from "@parley/common/epochs";
import { createRouter } from "@parley/common/http";
import type { Ledger } from "@parley/common/ledger";
import { parse } from "@parley/common/problem";
import type { Router } from "express";
import { z } from "zod";
import { openParent } from "../open-parent.ts";
import type { Stores } from "../find.ts";
import { listEpochs } from "../queries/epochs.ts";

const Parent = z.object({ token: z.uuid(), chat: z.int().positive().optional() });

type Dependencies = { stores: Stores; ledger: Pick<Ledger, "open" | "isOpen">; epochs: Epochs };

export function internalRoutes({ stores, ledger, epochs }: Dependencies): Router {
  const router = createRouter();

  router.get("/internal/epochs", async (_req, res) => {
    res.json(await listEpochs(stores.db));
  });

  router.post("/internal/open", async (req, res) => {
    const parent = parse(Parent, req.body);
    await openParent({ db: stores.db, ledger }, epochs.fenceFor(parent.token), parent);
    res.json({});
  });

  return router;
}

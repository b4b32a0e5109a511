/** What the other services ask: the epochs, to open a parent, what keys were used for, and to wait for an application. nginx never routes these. */
import type { Epochs } from "@parley/common/epochs";
import { createRouter } from "@parley/common/http";
import type { Ledger } from "@parley/common/ledger";
import { parse } from "@parley/common/problem";
import type { Router } from "express";
import { z } from "zod";
import { createFenced } from "../fenced.ts";
import { openParent } from "../open-parent.ts";
import { getStoredApplication, type Stores } from "../find.ts";
import { listEpochs } from "../queries/epochs.ts";
import { listKeys } from "../queries/idempotency-keys.ts";

const Parent = z.object({ token: z.uuid(), chat: z.int().positive().optional() });

const Application = z.object({ token: z.uuid() });

const Keys = z.object({ keys: z.array(z.object({ parent: z.string(), key: z.string() })).max(500) });

type Dependencies = { stores: Stores; ledger: Pick<Ledger, "open" | "isOpen">; epochs: Epochs };

export function internalRoutes({ stores, ledger, epochs }: Dependencies): Router {
  const router = createRouter();
  const fenced = createFenced(epochs);

  router.get("/internal/epochs", async (_req, res) => {
    res.json(await listEpochs(stores.db));
  });

  router.post("/internal/open", async (req, res) => {
    const parent = parse(Parent, req.body);
    await fenced(epochs.fenceFor(parent.token), (fence) =>
      openParent({ db: stores.db, ledger }, fence, parent),
    );
    res.json({});
  });

  router.post("/internal/stored", async (req, res) => {
    await getStoredApplication(stores, parse(Application, req.body).token);
    res.json({});
  });

  router.post("/internal/keys", async (req, res) => {
    const { keys } = parse(Keys, req.body);
    const found = await listKeys(stores.db, keys);
    res.json(found.map(({ parent, key, fingerprint, number }) => ({ parent, key, fingerprint, number })));
  });

  return router;
}

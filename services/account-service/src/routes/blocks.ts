/** GET …/users/me/blocks, PUT and DELETE …/users/me/blocks/:u: who may not write to the caller. */
import type { Block as BlockReply } from "@parley/common/people-replies";
import type { z } from "zod";
import type { Access } from "@parley/common/access";
import { inTransaction } from "@parley/common/db";
import { createRouter } from "@parley/common/http";
import { parseNumberPage, sendPage } from "@parley/common/paging";
import { problem } from "@parley/common/problem";
import type { Request, Router } from "express";
import type { Knex } from "knex";
import type { Callers } from "../callers.ts";
import { deleteBlock, insertBlock, listBlocks, type Block } from "../queries/blocks.ts";
import { lockUser } from "../queries/users.ts";

const all = "/api/applications/:token/users/me/blocks";
const one = `${all}/:user`;

type Dependencies = { db: Knex; access: Pick<Access, "change">; callers: Callers };
type Change = (trx: Knex.Transaction, userId: number, blockedId: number) => Promise<void>;

function presentBlock({ number, username, since }: Block): z.input<typeof BlockReply> {
  return { user_number: number, username, since: since.toISOString() };
}

export function blockRoutes({ db, access, callers }: Dependencies): Router {
  const router = createRouter();

  async function change(req: Request, act: Change): Promise<void> {
    const { application, user, session } = await callers.requireUser(req);
    const other = await callers.getUser(req, { application, caller: { kind: "user", user, session } });
    if (other.id === user.id) {
      throw problem("invalid", "Nobody blocks oneself.", {
        errors: [{ pointer: "", detail: "is the caller" }],
      });
    }
    const pair = { of: "pair", from: user.number, to: other.number } as const;
    await access.change(application.token, (begin) =>
      inTransaction(db, async (trx) => {
        // Always in this order, so that two who block each other do not deadlock.
        for (const id of [user.id, other.id].toSorted((a, b) => a - b)) await lockUser(trx, id);
        await begin([pair]);
        await act(trx, user.id, other.id);
      }),
    );
  }

  router.get(all, async (req, res) => {
    const page = parseNumberPage(req);
    const { user } = await callers.requireUser(req);
    const blocks = await listBlocks(db, user.id, { ...page, limit: page.limit + 1 });
    sendPage({ req, res, page }, blocks, { cursorOf: ({ number }) => number, present: presentBlock });
  });

  router.put(one, async (req, res) => {
    await change(req, insertBlock);
    res.status(204).end();
  });

  router.delete(one, async (req, res) => {
    await change(req, deleteBlock);
    res.status(204).end();
  });

  return router;
}

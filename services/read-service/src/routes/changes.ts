/** GET …/chats/:n/changes and …/users/:u/changes: what a client has missed, in the form of the frames that it gets live. */
import type { Callers } from "@parley/common/callers";
import { publicChatNumber } from "@parley/common/chat-number";
import { placeChanges, type Place } from "@parley/common/frames";
import { createRouter } from "@parley/common/http";
import { linkNext, pageShape, parsePage } from "@parley/common/paging";
import type { Request, Response, Router } from "express";
import { z } from "zod";
import { getChat, type ChatAddress, type Stores } from "../find.ts";
import { listChanges } from "../list-changes.ts";

const application = "/api/applications/:token";
/** Change numbers have no end that a chat comes to. */
const after = z
  .string("may be given once")
  .regex(/^(0|[1-9][0-9]{0,14})$/, "must be a whole number")
  .transform(Number)
  .meta({ type: "integer", minimum: 0, description: "The last change that is known.", examples: [0] })
  .default(0);
export const Query = z.strictObject({ limit: pageShape.limit, after });

type Dependencies = { stores: Stores; callers: Callers };

export function changeRoutes({ stores, callers }: Dependencies): Router {
  const router = createRouter();

  async function send(req: Request, res: Response, place: Place, address?: ChatAddress): Promise<void> {
    const page = parsePage(Query, req);
    const chat = address && (await getChat(stores, address));
    // What is not stored yet has not changed.
    const isStored = chat && "nameChange" in chat;
    const { through, changes } = isStored
      ? await listChanges(stores.db, chat, page)
      : { through: 0, changes: [] };
    if (isStored && through < chat.lastChange) linkNext(req, res, "after", through);
    res.set("Last-Change", String(through)).json(placeChanges(place, page.after, changes));
  }

  router.get(`${application}/chats/:chat/changes`, async (req, res) => {
    const entered = await callers.enter(req);
    await send(req, res, { chat_number: publicChatNumber(entered.chat) }, entered);
  });

  router.get(`${application}/users/:user/changes`, async (req, res) => {
    const { token, other, chat } = await callers.converse(req);
    await send(req, res, { user_number: other }, chat === undefined ? undefined : { token, chat });
  });

  return router;
}

/** GET …/chats/:n/search. */
import { jsonBody } from "@parley/common/http";
import { fold } from "@parley/common/fold";
import { parseChatPath } from "@parley/common/path";
import { parse, problem } from "@parley/common/problem";
import { countCharacters } from "@parley/common/text";
import { Router, type Request, type RequestHandler } from "express";
import { z } from "zod";
import type { createFindText } from "../find-text.ts";
import { getChat, type Stores } from "../find.ts";
import { linkNext, parseNumberPage } from "../paging.ts";
import type { Message } from "../queries/messages.ts";

const bodyLimitBytes = 4096;
const Query = z
  .string("must be a string")
  .refine((text) => text.isWellFormed(), "has half a surrogate pair, which is not a character")
  .refine((text) => text.length <= 512 && countCharacters(text) <= 256, "may have 256 characters")
  .refine((text) => fold(text).trim() !== "", "has nothing to search for");

type Dependencies = { stores: Stores; findText: ReturnType<typeof createFindText> };

function presentHit({ number, content, createdAt, editedAt }: Message) {
  return { number, content, created_at: createdAt.toISOString(), edited_at: editedAt?.toISOString() };
}

const parseBody = jsonBody(bodyLimitBytes);
/** A GET may carry its query in a JSON body; any other body is none of ours. */
const readBody: RequestHandler = (req, res, next) => {
  if (req.is("application/json")) parseBody(req, res, next);
  else next();
};

/**
 * `?q=`, `?search_query=` or a JSON body `{search_query}`.
 * @throws Problem invalid (422)
 */
function parseQuery(req: Request): string {
  const body = typeof req.body === "object" && req.body !== null ? (req.body as Record<string, unknown>) : {};
  const given = req.query["q"] ?? req.query["search_query"] ?? body["search_query"];
  if (given === undefined) {
    throw problem("invalid", "Say what to search for: ?q=…", {
      errors: [{ pointer: "/q", detail: "is missing" }],
    });
  }
  return parse(z.object({ q: Query }), { q: given }).q;
}

export function searchRoutes({ stores, findText }: Dependencies): Router {
  const router = Router();
  router.get("/api/applications/:token/chats/:chat/search", readBody, async (req, res) => {
    const address = parseChatPath(req.params);
    const query = parseQuery(req);
    const page = parseNumberPage(req);
    const chat = await getChat(stores, address);
    const { messages, next } = await findText({ address, chat, query, page });
    if (next !== undefined) linkNext(req, res, page.order, next);
    res.json(messages.map(presentHit));
  });
  return router;
}

/** GET …/chats/:n/search. */
import { jsonBody } from "@parley/common/body";
import { createRouter } from "@parley/common/http";
import { fold } from "@parley/common/fold";
import { parseChatPath } from "@parley/common/path";
import { parse, problem } from "@parley/common/problem";
import { countCharacters, Text } from "@parley/common/text";
import type { Request, Router } from "express";
import { z } from "zod";
import type { createFindText } from "../search/find-text.ts";
import { linkNext, numberPageShape, parsePage } from "../paging.ts";
import type { NumberPage } from "../queries/chats.ts";
import type { Message } from "../queries/messages.ts";

const bodyLimitBytes = 4096;
const SearchQuery = Text.refine(
  (text) => text.length <= 512 && countCharacters(text) <= 256,
  "may have at most 256 characters",
).refine((text) => fold(text).trim() !== "", "has nothing to search for");
const Query = z.strictObject({
  ...numberPageShape,
  q: SearchQuery.optional(),
  search_query: SearchQuery.optional(),
});
const Body = z.object({ search_query: SearchQuery.optional() }, "must be a JSON object").optional();

function presentHit({ number, content, createdAt, editedAt }: Message) {
  return { number, content, created_at: createdAt.toISOString(), edited_at: editedAt?.toISOString() };
}

/**
 * `?q=`, `?search_query=` or a JSON body `{search_query}`, and the page.
 * @throws Problem invalid (422)
 */
function parseSearch(req: Request): { query: string; page: NumberPage } {
  const { q, search_query: alias, ...page } = parsePage(Query, req);
  const query = q ?? alias ?? parse(Body, req.body)?.search_query;
  if (query === undefined) {
    throw problem("invalid", "Say what to search for: ?q=…", {
      errors: [{ pointer: "/q", detail: "is missing" }],
    });
  }
  return { query, page };
}

export function searchRoutes({ findText }: { findText: ReturnType<typeof createFindText> }): Router {
  const router = createRouter();
  router.get("/api/applications/:token/chats/:chat/search", jsonBody(bodyLimitBytes), async (req, res) => {
    const address = parseChatPath(req.params);
    const { query, page } = parseSearch(req);
    const { messages, next } = await findText({ address, query, page });
    if (next !== undefined) linkNext(req, res, page.order, next);
    res.json(messages.map(presentHit));
  });
  return router;
}

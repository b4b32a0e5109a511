/** GET …/chats/:n/search and GET …/:token/search. */
import type { Hit as HitReply, HitInApplication } from "@parley/common/replies";
import { jsonBody } from "@parley/common/body";
import { fold } from "@parley/common/fold";
import type { Caller, Callers } from "@parley/common/callers";
import { publicChatNumber } from "@parley/common/chat-number";
import { createRouter } from "@parley/common/http";
import { parseToken } from "@parley/common/path";
import { parse, problem } from "@parley/common/problem";
import { presentSender } from "@parley/common/senders";
import { countCharacters, largestNumber, Text } from "@parley/common/text";
import type { Request, Response, Router } from "express";
import { z } from "zod";
import { cursor as numberCursor, pageShape, parsePage } from "@parley/common/paging";
import type { Answer, FindText, Hit } from "../search/find-text.ts";
import type { SearchRequest } from "../search/request.ts";
import { sortKeysOf } from "../search/sort.ts";

const application = "/api/applications/:token";
const bodyLimitBytes = 4096;
const once = "may be given once";
const SearchQuery = Text.refine(
  (text) => text.length <= 512 && countCharacters(text) <= 256,
  "may have at most 256 characters",
)
  .refine((text) => fold(text).trim() !== "", "has nothing to search for")
  .meta({ minLength: 1, maxLength: 256 });
const Time = z.iso
  .datetime({ offset: true, error: "must be a time such as 2026-01-31T12:00:00Z" })
  .transform((text) => ({ time: Date.parse(text) }));
const Positive = numberCursor.refine((number) => number >= 1, "must be from 1 on");

const shape = {
  ...pageShape,
  q: SearchQuery.meta({ description: "What to search for.", examples: ["koln"] }).optional(),
  search_query: SearchQuery.meta({ description: "The same by another name." }).optional(),
  mode: z
    .enum(["contains", "words", "fuzzy"], "must be contains, words or fuzzy")
    .meta({ examples: ["words"] })
    .default("contains"),
  sort: z
    .enum(["oldest", "newest", "relevance"], "must be oldest, newest or relevance")
    .meta({ examples: ["relevance"] })
    .optional(),
  cursor: z
    .string(once)
    .regex(/^\d{1,16}(\.\d{1,16}){0,4}$/, "must be one of a Link")
    .transform((text) => text.split(".").map(Number))
    .meta({ description: "Where a page ended, as its Link has it." })
    .optional(),
  sender: Positive.meta({ minimum: 1, description: "A user's number.", examples: [1] }).optional(),
  after: Time.optional(),
  before: Time.optional(),
  count: z
    .enum(["true", "false"], "must be true or false")
    .meta({ description: "Whether to say in Search-Count how many hits there are.", examples: ["true"] })
    .default("false"),
};
export const ApplicationQuery = z.strictObject(shape);
const timeOrNumber = "must be a time such as 2026-01-31T12:00:00Z, or a message number";
const TimeOrNumber = z
  .union([Time, numberCursor], timeOrNumber)
  .meta({ description: "A time or a message number, itself left out." })
  .optional();
export const ChatQuery = z.strictObject({
  ...shape,
  after: TimeOrNumber,
  before: TimeOrNumber,
  from: Positive.meta({ minimum: 1, description: "A message number, included.", examples: [1] }).optional(),
  to: Positive.meta({ minimum: 1, description: "A message number, included.", examples: [2] }).optional(),
});
const Body = z.object({ search_query: SearchQuery.optional() }, "must be a JSON object").optional();

function presentHit({
  number,
  content,
  sender,
  createdAt,
  editedAt,
  highlights,
}: Hit): z.input<typeof HitReply> {
  return {
    number,
    content,
    sender: sender && presentSender(sender),
    created_at: createdAt.toISOString(),
    edited_at: editedAt?.toISOString(),
    highlights,
  };
}
const presentHitInChat = (hit: Hit): z.input<typeof HitInApplication> => ({
  chat_number: publicChatNumber(hit.chatNumber),
  ...presentHit(hit),
});

type TimeOrNumber = { time: number } | number | undefined;
const timeOf = (value: TimeOrNumber): number | undefined =>
  typeof value === "object" ? value.time : undefined;
const numberOf = (value: TimeOrNumber): number | undefined => (typeof value === "number" ? value : undefined);

/**
 * The query by `?q=`, `?search_query=` or a JSON body `{search_query}`; filters, order and page.
 * @throws Problem invalid (422)
 */
function parseSearch(req: Request, { isWholeApplication }: { isWholeApplication: boolean }): SearchRequest {
  const query = parsePage(isWholeApplication ? ApplicationQuery : ChatQuery, req) as z.infer<
    typeof ChatQuery
  >;
  const text = query.q ?? query.search_query ?? parse(Body, req.body)?.search_query;
  if (text === undefined) {
    throw problem("invalid", "Say what to search for: ?q=…", {
      errors: [{ pointer: "/q", detail: "is missing" }],
    });
  }
  const { mode, order, cursor, limit, sender, after, before, from = 1, to = largestNumber } = query;
  const sort = query.sort ?? (order === "asc" ? "oldest" : "newest");
  if (cursor && cursor.length !== sortKeysOf({ sort, mode, isWholeApplication }).length) {
    throw problem("invalid", "The cursor is not one of this search.", {
      errors: [{ pointer: "/cursor", detail: "belongs to a search of another kind" }],
    });
  }
  return {
    text,
    mode,
    sort,
    filters: {
      sender: sender === undefined ? undefined : { number: sender },
      after: Math.max(numberOf(after) ?? 0, from - 1),
      before: Math.min(numberOf(before) ?? largestNumber + 1, to + 1),
      createdAfter: timeOf(after),
      createdBefore: timeOf(before),
    },
    limit,
    cursor,
    isCounted: query.count === "true",
  };
}

function setHeaders(req: Request, res: Response, { answer, text }: { answer: Answer; text: string }): void {
  const { next, isPartial, indexedThrough, count } = answer;
  if (next) {
    const url = new URL(req.originalUrl, "http://parley");
    // A body does not follow a link.
    if (!url.searchParams.has("search_query")) url.searchParams.set("q", text);
    url.searchParams.set("cursor", next.join("."));
    res.set("Link", `<${url.pathname}${url.search}>; rel="next"`);
  }
  if (isPartial) res.set("Search-Partial", "true");
  if (indexedThrough !== undefined) res.set("Search-Indexed-Through", String(indexedThrough));
  if (count !== undefined) res.set("Search-Count", String(count));
}

export function searchRoutes({ findText, callers }: { findText: FindText; callers: Callers }): Router {
  const router = createRouter();

  type Place = { token: string; chat: number | undefined; caller: Caller };

  async function search(req: Request, res: Response, { token, chat, caller }: Place): Promise<void> {
    const request = parseSearch(req, { isWholeApplication: chat === undefined });
    const mayRead = (one: number): Promise<boolean> => callers.mayRead(caller, { token, chat: one });
    const address = { token, caller, mayRead, ...(chat !== undefined && { chat }) };
    const answer = await findText(address, request);
    setHeaders(req, res, { answer, text: request.text });
    res.json(answer.hits.map(chat === undefined ? presentHitInChat : presentHit));
  }

  const body = jsonBody(bodyLimitBytes);
  router.get(`${application}/chats/:chat/search`, body, async (req, res) =>
    search(req, res, await callers.enter(req)),
  );
  router.get(`${application}/search`, body, async (req, res) => {
    const token = parseToken(req.params);
    await search(req, res, { token, chat: undefined, caller: await callers.identify(req, token) });
  });
  router.get(`${application}/users/:user/search`, body, async (req, res) => {
    const { token, user, chat } = await callers.converse(req);
    if (chat !== undefined) return search(req, res, { token, chat, caller: { kind: "user", user } });
    parseSearch(req, { isWholeApplication: false });
    return void res.json([]);
  });
  return router;
}

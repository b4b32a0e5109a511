/** What a search asks for. */
import type { Message } from "../queries/messages.ts";

export type Mode = "contains" | "words" | "fuzzy";
export type Sort = "oldest" | "newest" | "relevance";

/** `id`: undefined when nothing of that user is stored. */
export type SenderFilter = { number: number; id?: number | undefined };

/** Numbers and times are exclusive at both ends; times in milliseconds. */
export type Filters = {
  sender?: SenderFilter | undefined;
  after: number;
  before: number;
  createdAfter?: number | undefined;
  createdBefore?: number | undefined;
};

export type SearchRequest = {
  text: string;
  mode: Mode;
  sort: Sort;
  filters: Filters;
  limit: number;
  /** Where the page before this one ended: the values of its last message by which the search is sorted. */
  cursor?: readonly number[] | undefined;
  isCounted: boolean;
};

/** A message that may be found. */
export type Candidate = Message & { chatNumber: number };
/** One in MySQL. */
export type StoredCandidate = Candidate & { chatId: number };

/** In a chat its number is all there is to it; in an application numbers come again. */
export const keyOf = ({ chatNumber, number }: Candidate): string => `${chatNumber}:${number}`;

export function passes(filters: Filters): (message: Message) => boolean {
  const { sender, after, before, createdAfter = -Infinity, createdBefore = Infinity } = filters;
  return ({ number, createdAt, senderId, sender: author }) =>
    number > after &&
    number < before &&
    createdAt.getTime() > createdAfter &&
    createdAt.getTime() < createdBefore &&
    (!sender || (senderId === undefined ? author?.number === sender.number : senderId === sender.id));
}

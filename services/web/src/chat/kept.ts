/** What somebody has written in a chat and what is not sent yet: kept over reloads. */
import { pathOf, type Place, type Unsent } from "@parley/client";
import { readStored, store } from "../session.ts";

/** `user`: 0 for a guest. */
export type Writer = { token: string; user: number };

const keyOf = (kind: "draft" | "unsent", { token, user }: Writer, place: Place): string =>
  `parley.${kind}.${token}.${user}${pathOf(place)}`;

export const readDraft = (writer: Writer, place: Place): string =>
  readStored<string>(keyOf("draft", writer, place)) ?? "";

export const writeDraft = (writer: Writer, place: Place, text: string): void =>
  store(keyOf("draft", writer, place), text === "" ? undefined : text);

export const readUnsent = (writer: Writer, place: Place): readonly Unsent[] =>
  readStored<Unsent[]>(keyOf("unsent", writer, place)) ?? [];

export const writeUnsent = (writer: Writer, place: Place, unsent: readonly Unsent[]): void =>
  store(keyOf("unsent", writer, place), unsent.length === 0 ? undefined : unsent);

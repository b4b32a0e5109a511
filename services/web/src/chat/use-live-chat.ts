/** A chat that is shown live. */
import { pathOf, type LiveChat, type Person, type Place } from "@parley/client";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useReducer, useState } from "react";
import { useOpen } from "../parley.tsx";
import { readUnsent, writeUnsent } from "./kept.ts";

const typingMs = 5000;
/** What changes more than messages: names, and who is a member. */
const aboutAll = ["chat-updated", "join", "leave"];

/** By how many pages a chat is shown: one that is left and opened again stays connected. */
const shown = new Map<string, number>();

type Shown = { chat: LiveChat | undefined; error: unknown; retry: () => void };

export function useLiveChat(place: Place): Shown {
  const { parley, token, me } = useOpen();
  const queries = useQueryClient();
  const [chat, setChat] = useState<LiveChat>();
  const [error, setError] = useState<unknown>();
  const [tries, setTries] = useState(0);
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  useEffect(() => {
    const writer = { token, user: me?.user_number ?? 0 };
    const key = `${token}${pathOf(place)}`;
    let isOver = false;
    let own: LiveChat | undefined;
    const count = (by: number): void => void shown.set(key, (shown.get(key) ?? 0) + by);
    count(1);
    const stop = parley.live.on("change", ({ chat: changed, frame }) => {
      if (changed !== own) return;
      writeUnsent(writer, place, changed.outgoing);
      if (isOver) return leave();
      redraw();
      if (frame && aboutAll.includes(frame.type)) void queries.invalidateQueries({ queryKey: [token] });
      if (frame?.type === "message" && frame.content.message_number === 1) {
        void queries.invalidateQueries({ queryKey: [token, "conversations"] });
      }
    });
    async function connect(): Promise<void> {
      const connected = await parley.live.connect(place, { unsent: readUnsent(writer, place) });
      own = connected;
      if (isOver) return leave();
      await connected.loadOlder();
      setChat(connected);
    }
    function leave(): void {
      // Another page shows it, and takes care of it.
      if ((shown.get(key) ?? 0) > 0) return stop();
      // What is still to be sent is not given up.
      if (!own || own.outgoing.some(({ status }) => status === "sending")) return;
      stop();
      void parley.live.disconnect(own);
    }
    setError(undefined);
    connect().catch((err: unknown) => {
      if (isOver) stop();
      else setError(err);
    });
    return () => {
      isOver = true;
      count(-1);
      if (own) leave();
    };
    // A place never changes in a page: another one is another page.
  }, [parley, tries]);
  return { chat, error, retry: () => setTries((n) => n + 1) };
}

/** Who is writing in it now. */
export function useTyping(chat: LiveChat | undefined): readonly Person[] {
  const { parley, me } = useOpen();
  const [typing, setTyping] = useState<readonly Person[]>([]);
  useEffect(() => {
    const timers = new Map<number, ReturnType<typeof setTimeout>>();
    function forget(number: number): void {
      clearTimeout(timers.get(number));
      setTyping((before) => before.filter((one) => one.user_number !== number));
    }
    const stops = [
      parley.live.on("typing", ({ chat: where, user }) => {
        if (where !== chat || user.user_number === me?.user_number) return;
        forget(user.user_number);
        setTyping((before) => [...before, user]);
        timers.set(
          user.user_number,
          setTimeout(() => forget(user.user_number), typingMs),
        );
      }),
      // Who has sent it is not writing it any more.
      parley.live.on("change", ({ chat: where, frame }) => {
        if (where !== chat || frame?.type !== "message" || !frame.content.sender) return;
        forget(frame.content.sender.user_number);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
      for (const timer of timers.values()) clearTimeout(timer);
    };
  }, [parley, chat]);
  return typing;
}

/** A chat that is shown live. */
import type { LiveChat, Person, Place } from "@parley/client";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useReducer, useState } from "react";
import { useOpen } from "../parley.tsx";

const typingMs = 5000;
/** What changes more than messages: names, and who is a member. */
const aboutAll = ["chat-updated", "join", "leave"];

export function useLiveChat(place: Place): { chat: LiveChat | undefined; error: unknown } {
  const { parley, token } = useOpen();
  const queries = useQueryClient();
  const [chat, setChat] = useState<LiveChat>();
  const [error, setError] = useState<unknown>();
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  useEffect(() => {
    let isOver = false;
    let own: LiveChat | undefined;
    const stop = parley.live.on("change", ({ chat: changed, frame }) => {
      if (changed !== own) return;
      redraw();
      if (frame && aboutAll.includes(frame.type)) void queries.invalidateQueries({ queryKey: [token] });
    });
    async function connect(): Promise<void> {
      const connected = await parley.live.connect(place);
      if (isOver) return leave(connected);
      own = connected;
      await connected.loadOlder();
      setChat(connected);
    }
    /** What is still to be sent is not given up. */
    function leave(connected: LiveChat): void {
      if (connected.outgoing.length === 0) void parley.live.disconnect(connected);
    }
    connect().catch((err: unknown) => !isOver && setError(err));
    return () => {
      isOver = true;
      stop();
      if (own) leave(own);
    };
    // A place never changes in a page: another one is another page.
  }, [parley]);
  return { chat, error };
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

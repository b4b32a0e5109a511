/** A list that is read a page at a time, as far as somebody wants to see it. */
import { useEffect, useRef, useState } from "react";

export type Pages<T> = {
  items: readonly T[];
  isLoading: boolean;
  hasMore: boolean;
  error: unknown;
  more: () => void;
  /** From the beginning, after a failure or a change. */
  retry: () => void;
};
const pageSize = 50;

/** @param key what the list depends on: with another one it begins anew */
export function usePages<T>(key: string, open: () => AsyncGenerator<T, void, undefined>): Pages<T> {
  const [tries, setTries] = useState(0);
  const source = useRef<AsyncGenerator<T, void, undefined>>(undefined);
  const [state, setState] = useState<Omit<Pages<T>, "more" | "retry">>({
    items: [],
    isLoading: true,
    hasMore: false,
    error: undefined,
  });

  async function read(from: AsyncGenerator<T, void, undefined>): Promise<void> {
    setState((before) => ({ ...before, isLoading: true, error: undefined }));
    const page: T[] = [];
    let [hasMore, error]: [boolean, unknown] = [true, undefined];
    try {
      while (page.length < pageSize && hasMore) {
        const next = await from.next();
        if (next.done) hasMore = false;
        else page.push(next.value);
      }
    } catch (err) {
      [hasMore, error] = [false, err];
    }
    if (from !== source.current) return;
    setState(({ items }) => ({ items: [...items, ...page], isLoading: false, hasMore, error }));
  }

  useEffect(() => {
    source.current = open();
    setState({ items: [], isLoading: true, hasMore: false, error: undefined });
    void read(source.current);
    return () => {
      source.current = undefined;
    };
  }, [key, tries]);

  return {
    ...state,
    more: () => source.current && void read(source.current),
    retry: () => setTries((n) => n + 1),
  };
}

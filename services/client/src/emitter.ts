/** Listeners by event. A listener that fails does not keep the others from hearing. */

export function createEmitter<Events extends Record<string, unknown>>() {
  const listeners = new Map<keyof Events, Set<(value: never) => void>>();
  return {
    /** Gives what takes the listener away again. */
    on: <E extends keyof Events>(event: E, listener: (value: Events[E]) => void): (() => void) => {
      const all = listeners.get(event) ?? new Set();
      listeners.set(event, all.add(listener));
      return () => void all.delete(listener);
    },
    emit: <E extends keyof Events>(event: E, value: Events[E]): void => {
      for (const listener of listeners.get(event) ?? []) {
        try {
          (listener as (value: Events[E]) => void)(value);
        } catch (err) {
          queueMicrotask(() => {
            throw err;
          });
        }
      }
    },
  };
}

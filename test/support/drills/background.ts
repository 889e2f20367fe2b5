/** Something that goes on beside the test until it is stopped. */
export interface Background<T> {
  /** Lets the round under way end. Rejects when the work broke. @returns what it came to */
  stop(): Promise<T>;
}

/**
 * Everything that a drill has set going. What is still going when the drill ends, because an assertion
 * failed half way, must not go on without its stores.
 */
export interface Backgrounds {
  start<T>(work: (signal: AbortSignal) => Promise<T>): Background<T>;
  stopAll(): Promise<void>;
}

export function createBackgrounds(): Backgrounds {
  const running = new Set<() => Promise<unknown>>();
  return {
    start: (work) => {
      const stopping = new AbortController();
      const result = work(stopping.signal);
      // It is asked for by `stop`; until then its failure must not end the process.
      result.catch(() => undefined);
      const stop = async () => {
        stopping.abort();
        running.delete(stop);
        return result;
      };
      running.add(stop);
      return { stop };
    },
    stopAll: async () => {
      await Promise.allSettled([...running].map((stop) => stop()));
    },
  };
}

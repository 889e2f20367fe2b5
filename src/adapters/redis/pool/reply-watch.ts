/**
 * Notices that a reply is overdue, with one timer for all calls of a connection: a timer for each would
 * be a tenth of the time of a lone call. Replies come in the order of the calls.
 */
export interface ReplyWatch {
  /** A call has been sent. */
  sent(): void;
  /** The oldest call that was waiting has its reply, or its failure. */
  answered(): void;
  stop(): void;
}

export function createReplyWatch(options: {
  readonly timeoutMs: number;
  readonly monotonic: () => number;
  readonly overdue: () => void;
}): ReplyWatch {
  const { timeoutMs, monotonic, overdue } = options;
  /** When the calls were sent that wait for a reply, oldest first, from `first` on. */
  let sentAtMs: number[] = [];
  let first = 0;
  let timer: NodeJS.Timeout | undefined;

  const look = (): void => {
    timer = undefined;
    const oldest = sentAtMs[first];
    if (oldest === undefined) return;
    const leftMs = oldest + timeoutMs - monotonic();
    if (leftMs <= 0) overdue();
    else lookIn(leftMs);
  };
  const lookIn = (milliseconds: number): void => {
    // The connection keeps the process alive where it should be; a timer that outlives the last call must not.
    timer = setTimeout(look, Math.ceil(milliseconds)).unref();
  };

  return {
    sent: () => {
      sentAtMs.push(monotonic());
      if (timer === undefined) lookIn(timeoutMs);
    },
    answered: () => {
      first += 1;
      if (first < sentAtMs.length) return;
      sentAtMs = [];
      first = 0;
    },
    stop: () => clearTimeout(timer),
  };
}

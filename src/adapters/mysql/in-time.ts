/**
 * The answer, or an error after so many milliseconds; the connection is then in doubt and must be
 * destroyed. The driver's own timeout is not used: it does not cover PREPARE, so that a half-open
 * connection would be waited on for ever, and after a broken connection its timer goes on, so that
 * a command would not end before it.
 */
export async function inTime<T>(answer: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    const error = Object.assign(new Error('no answer in time'), {
      code: 'PROTOCOL_SEQUENCE_TIMEOUT',
    });
    timer = setTimeout(reject, timeoutMs, error);
  });
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

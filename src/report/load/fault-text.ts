import type { LoadDocument } from './load-document.ts';

/** When a fault was there, by the clock of `--fault`: from the end of the warm-up. */
export function faultText(
  { at_ms, until_ms, problem }: LoadDocument['faults'][number],
  { schedule }: Pick<LoadDocument, 'schedule'>,
): string {
  if (at_ms === null || until_ms === null) return problem ?? 'did not happen';
  const [from, until] = [at_ms, until_ms].map((ms) =>
    ((ms - schedule.warm_up_ms) / 1000).toFixed(1),
  );
  const when = `from ${from ?? ''} s to ${until ?? ''} s after the warm-up`;
  return problem === null ? when : `${when}: ${problem}`;
}

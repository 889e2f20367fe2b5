import { InvError } from '../../../lib/errors.ts';
import { openPageFile } from '../../composition/bench/page-file.ts';
import type { Context } from '../../context.ts';
import type { Presentation } from '../../terminal/types.ts';

/** After a signal writers finish the request they are in, and what was made is removed. */
const GRACE_MS = 30_000;

/** What was compared, as far as the exit code looks at it. */
interface Judged {
  readonly verdict: 'SAFE' | 'UNSAFE';
  /** It is shown for being wrong. */
  readonly unsafe: boolean;
}

export interface BenchRun<Document> {
  /** `inv bench deduct` */
  readonly command: string;
  readonly htmlPath: string | undefined;
  readonly measure: (stop: AbortSignal) => Promise<Document>;
  readonly page: (document: Document) => string;
  readonly present: (document: Document) => Presentation;
  readonly judged: (document: Document) => readonly Judged[];
}

/**
 * Measures, writes the page and prints. Exit code 7 when a way that is meant to be safe is not.
 * @throws InvError USAGE for a dry run; nothing was touched
 */
export async function benchAndPrint<Document>(
  context: Context,
  { command, htmlPath, measure, page, present, judged }: BenchRun<Document>,
): Promise<void> {
  if (context.globals.dryRun) throw noDryRun(command);
  const file = await openPageFile(htmlPath);
  try {
    const document = await context.untilStopped(GRACE_MS, measure);
    await file.write(() => page(document));
    await context.terminal.print(present(document));
    if (judged(document).some(({ verdict, unsafe }) => verdict === 'UNSAFE' && !unsafe)) {
      context.finishWith('INVARIANT_VIOLATED');
    }
  } finally {
    await file.abandon();
  }
}

/** Names a run; `inv loadtest clean` removes what a killed one has left. */
export function runName(id: string): string {
  return `lt-b${id.replaceAll('-', '').slice(-12)}`;
}

function noDryRun(command: string): InvError {
  return new InvError('USAGE', 'a bench measures what it does, so there is no --dry-run of it', {
    hint: `${command} --requests 100 --rounds 1`,
  });
}

import type { PoolDependencies } from '../../../services/pools/dependencies.ts';
import type { ChangedPool } from '../../../services/pools/change-pool.ts';
import type { WriteContext } from '../../../ports/write-context.ts';
import type { Context } from '../../context.ts';
import { printWritten } from '../../print-written.ts';
import type { Style } from '../../terminal/types.ts';
import { requestLine, writing, writtenFacts } from '../../write.ts';
import { poolColumns, poolDocument, POOL_FIELDS, poolLines, poolRow } from './pool-view.ts';

export interface PoolChangeSteps<Changed extends ChangedPool> {
  readonly requestId: string | undefined;
  readonly reason: string | undefined;
  readonly change: (dependencies: PoolDependencies, write: WriteContext) => Promise<Changed>;
  /** The first line for people: what was done. */
  readonly sentence: (changed: Changed, style: Style) => string;
  /** Beside the pool in the document. */
  readonly facts?: (changed: Changed) => Record<string, number | null>;
}

const DOCUMENT_ONLY = ['buckets', 'warnings', 'dry_run', 'units_returned'];

/** Changes a pool under a request id and shows it as it is then. `--fields` is checked first. */
export async function changeAndPrint<Changed extends ChangedPool>(
  context: Context,
  { requestId: givenId, reason, change, sentence, facts }: PoolChangeSteps<Changed>,
): Promise<Changed> {
  const { terminal } = context;
  const known = ['request_id', 'replayed', ...POOL_FIELDS];
  terminal.checkFields(terminal.format === 'json' ? [...known, ...DOCUMENT_ONLY] : known);
  const requestId = givenId ?? context.newRequestId();
  context.requested(requestId);
  const dependencies = await context.pools();
  const written = await writing(context, requestId, (write) =>
    change(dependencies, { ...write, reason }),
  );
  const { pool, replayed } = written.value;
  const head = writtenFacts(written, replayed);
  for (const warning of pool.warnings) terminal.warn(warning);
  await printWritten(context, requestId, {
    document: { ...head, ...poolDocument(pool), ...facts?.(written.value) },
    rows: [{ ...head, ...poolRow(pool) }],
    columns: [
      ...['request_id', 'replayed'].map((key) => ({ key, title: key })),
      ...poolColumns(false),
    ],
    receipt: true,
    human: (style) => [
      `${style.green(style.mark.ok)} ${sentence(written.value, style)}`,
      ...poolLines(pool, style).slice(1),
      requestLine(written, { replayed, style }),
    ],
  });
  return written.value;
}

import { postingDocument } from '../../../domain/posting.ts';
import type { Movement, SettlingMovement } from '../../../domain/posting.ts';
import type { JsonObject } from '../../../lib/json.ts';
import type { PostedStock } from '../../../services/stock/post-stock.ts';
import type { Column, OutputFormat, Presentation, Style } from '../../terminal/types.ts';

const COLUMNS: readonly Column[] = [
  'request_id',
  'kind',
  'posting_id',
  'movement_id',
  'sku',
  'location',
  'quantity',
  'on_hand_before',
  'on_hand_after',
  'available_after',
  'replayed',
].map((key) => ({ key, title: key.replaceAll('_', ' ') }));

const DOCUMENT_FIELDS = [
  'request_id',
  'replayed',
  'settling',
  'kind',
  'strategy',
  'posting_id',
  'movements',
];

/** What `--fields` may name: the columns of the rows, or with --json the keys of the document. */
export function postingFields(format: OutputFormat): readonly string[] {
  return format === 'json' ? [...DOCUMENT_FIELDS, 'dry_run'] : COLUMNS.map((column) => column.key);
}

/** How every write of stock is shown: what moved, before and after, and the request id. */
export function postingPresentation(
  { posting, replayed }: PostedStock,
  { dryRun }: { readonly dryRun: boolean },
): Presentation {
  const document = postingDocument(posting, replayed);
  const common = {
    request_id: posting.requestId,
    kind: posting.kind,
    posting_id: posting.id,
    replayed,
  };
  return {
    document: dryRun ? { ...document, dry_run: true } : document,
    rows: posting.movements.map((movement): JsonObject => ({
      ...common,
      movement_id: movement.id,
      sku: movement.sku,
      location: movement.location,
      quantity: movement.quantity,
      on_hand_before: movement.onHandBefore,
      on_hand_after: movement.onHandAfter,
      available_after: movement.availableAfter,
    })),
    columns: COLUMNS,
    receipt: true,
    human: (style) => [
      ...(posting.movements.length === 0
        ? [`${style.green(style.mark.ok)} the books hold what was counted: nothing moved`]
        : posting.movements.map((movement) => movementLine(movement, style))),
      style.dim(
        dryRun
          ? '  dry run: nothing was booked'
          : `  request ${posting.requestId}${replayed ? ' was booked before: nothing moved again' : ''}`,
      ),
    ],
  };
}

function movementLine(movement: Movement | SettlingMovement, style: Style): string {
  if (movement.id === null) return settlingLine(movement, style);
  const { sku, location, quantity, onHandBefore, onHandAfter, availableAfter } = movement;
  const sign = quantity > 0 ? `+${String(quantity)}` : String(quantity);
  const available = availableAfter === onHandAfter ? '' : `, ${String(availableAfter)} available`;
  return (
    `${style.green(style.mark.ok)} ${style.bold(sku)} ${sign} at ${location}: ` +
    `${String(onHandBefore)} ${style.mark.arrow} ${String(onHandAfter)} on hand${available}`
  );
}

/** What is on hand is not decided before the sale is settled; what the pool has left is. */
function settlingLine(
  { sku, location, quantity, availableAfter }: SettlingMovement,
  style: Style,
): string {
  const left = availableAfter === null ? '' : `, ${String(availableAfter)} left`;
  return (
    `${style.green(style.mark.ok)} ${style.bold(sku)} ${String(quantity)} at ${location}: ` +
    `sold from its pool${left}; the books follow`
  );
}

import type { TestDatabase } from '../database.ts';
import { byRequest } from './history.ts';
import type { History, Invocation } from './history.ts';

/** What the ledger holds of one request id, whichever posting carries it. */
export interface Booked {
  /** Postings with movements. */
  readonly sets: number;
  /** Units that left, by SKU. */
  readonly units: ReadonlyMap<string, number>;
}

export interface JudgeOptions {
  /** Units that there were to sell, by SKU; with enough demand all of them are sold. */
  readonly supplied?: ReadonlyMap<string, number>;
  /** The drill asked for more than there was: whatever was for sale must be sold. */
  readonly expectSoldOut?: boolean;
  /**
   * Redis itself lost data, so acknowledged sales may be gone: so many units at most (and then a
   * lost sale may be refused or sold again later).
   */
  readonly lostUnitsMax?: number;
  /** Requests may still be unknown: nothing was rerun yet. */
  readonly mayBeUnknown?: boolean;
}

/**
 * Compares the drill's history with the ledger, request by request, once everything is settled.
 * @returns a sentence for everything that is wrong; [] when all is well
 */
export async function judge(
  history: History,
  database: TestDatabase,
  options: JudgeOptions = {},
): Promise<string[]> {
  const booked = await readBooked(database);
  let lostUnits = 0;
  const wrong: string[] = [];
  for (const [requestId, asked] of byRequest(history)) {
    const entry = booked.get(requestId);
    const answers = asked.map(({ promised, detail }) => `${promised} (${detail})`).join(', ');
    const complaints = judgeRequest(asked, entry, options);
    wrong.push(...complaints.map((text) => `${requestId}: ${text}; answers: ${answers}`));
    if (entry === undefined && asked.some(({ promised }) => promised === 'accepted')) {
      lostUnits += asked[0]?.quantity ?? 0;
    }
  }
  if (lostUnits > (options.lostUnitsMax ?? 0)) {
    wrong.push(`${String(lostUnits)} acknowledged units are not in the books`);
  }
  wrong.push(...judgeUnits(history, options), ...judgeOutputs(history));
  return wrong;
}

/** One request: its answers against each other, and against the ledger. */
function judgeRequest(
  asked: readonly Invocation[],
  booked: Booked | undefined,
  options: JudgeOptions,
): string[] {
  const promises = new Set(asked.map(({ promised }) => promised));
  const complaints = [
    ...judgeAnswers(promises, options),
    ...judgeBooks(promises, (booked?.sets ?? 0) > 0, options),
    ...judgeContent(asked, booked),
  ];
  return complaints.flatMap(([isWrong, text]) => (isWrong ? [text] : []));
}

type Complaints = readonly (readonly [isWrong: boolean, text: string])[];
type Promises = ReadonlySet<Invocation['promised']>;

function judgeAnswers(
  promises: Promises,
  { lostUnitsMax, mayBeUnknown = false }: JudgeOptions,
): Complaints {
  const isDefinite = promises.has('accepted') || promises.has('refused');
  const isTwofold = promises.has('accepted') && promises.has('refused');
  return [
    [promises.has('broken'), 'an answer outside of the contract'],
    [isTwofold && lostUnitsMax === undefined, 'accepted and refused'],
    [
      !isDefinite && promises.has('unknown') && !mayBeUnknown,
      'unknown, and nothing definite came after it',
    ],
  ];
}

function judgeBooks(
  promises: Promises,
  isBooked: boolean,
  { lostUnitsMax }: JudgeOptions,
): Complaints {
  if (promises.has('accepted')) {
    return [[!isBooked && lostUnitsMax === undefined, 'accepted, and not in the books']];
  }
  return [
    [isBooked && promises.has('refused'), 'refused, and in the books'],
    [isBooked && !promises.has('unknown'), 'in the books, and nobody was told so'],
  ];
}

function judgeContent(asked: readonly Invocation[], booked: Booked | undefined): Complaints {
  if (booked === undefined) return [];
  const [first] = asked;
  const isOther = booked.units.get(first?.sku ?? '') !== first?.quantity || booked.units.size !== 1;
  return [
    [booked.sets > 1, `booked ${String(booked.sets)} times`],
    [
      booked.sets === 1 && isOther,
      `booked ${JSON.stringify([...booked.units])}, not what was asked for`,
    ],
  ];
}

function judgeUnits(
  history: History,
  { supplied, expectSoldOut = false, lostUnitsMax = 0 }: JudgeOptions,
): string[] {
  if (supplied === undefined) return [];
  const accepted = new Map<string, number>();
  for (const asked of byRequest(history).values()) {
    const sold = asked.find(({ promised }) => promised === 'accepted');
    if (sold !== undefined) {
      accepted.set(sold.sku, (accepted.get(sold.sku) ?? 0) + sold.quantity);
    }
  }
  return [...supplied].flatMap(([sku, units]) => {
    const sold = accepted.get(sku) ?? 0;
    const text = `${sku}: ${String(sold)} units acknowledged of ${String(units)} supplied`;
    // What a crash of Redis has lost, it may sell again: by so much, and no more.
    if (sold > units + lostUnitsMax) return [`oversold: ${text}`];
    return expectSoldOut && sold < units ? [`undersold: ${text}`] : [];
  });
}

const ESCAPE = '\u001B';

/** No output carries an escape sequence, a secret, or the insides of the program. */
function judgeOutputs({ invocations }: History): string[] {
  return invocations.flatMap(({ requestId, output }) => {
    const found = [ESCAPE, 'hunter2', '\n    at '].filter((text) => output.includes(text));
    return found.map((text: string) => `${requestId} printed ${JSON.stringify(text)}: ${output}`);
  });
}

/**
 * A recorded NO that a later sale overruled stays as it is; the sale stands beside it, as the
 * reversal of it. So a request's movements are those of its posting and of what reverses its void.
 */
const BOOKED = `
  SELECT CAST(asked.request_id AS CHAR) AS request_id, p.id AS posting_id,
         CAST(pr.sku AS CHAR) AS sku, SUM(-m.quantity) AS units
    FROM postings asked
    JOIN postings p ON p.id = asked.id OR (asked.kind = 'void' AND p.reverses_id = asked.id)
    JOIN movements m ON m.posting_id = p.id
    JOIN products pr ON pr.id = m.product_id
   WHERE m.quantity < 0
   GROUP BY asked.request_id, p.id, pr.sku`;

interface Entry {
  readonly postings: Set<number>;
  readonly units: Map<string, number>;
}

/** Everything that left by request id. */
export async function readBooked(database: TestDatabase): Promise<ReadonlyMap<string, Booked>> {
  const booked = new Map<string, Entry>();
  for (const row of await database.sql(BOOKED)) {
    const requestId = String(row['request_id']);
    const entry: Entry = booked.get(requestId) ?? { postings: new Set(), units: new Map() };
    booked.set(requestId, entry);
    const sku = String(row['sku']);
    entry.postings.add(Number(row['posting_id']));
    entry.units.set(sku, (entry.units.get(sku) ?? 0) + Number(row['units']));
  }
  return new Map(
    [...booked].map(([requestId, { postings, units }]) => [
      requestId,
      { sets: postings.size, units },
    ]),
  );
}

import type { PostingOutcome } from '../../src/domain/posting.ts';
import type { DraftRequest } from './books.ts';

/** What was booked under a request id. */
export interface ModelPosting {
  readonly request: DraftRequest;
  readonly deltas: readonly number[];
  reversedBy: string | null;
}

/**
 * The books as a child would keep them: levels in a map, requests in a list. No concurrency, no SQL,
 * nothing shared with the code it is compared with.
 */
export interface Model {
  readonly levels: Map<string, number>;
  readonly postings: Map<string, ModelPosting>;
  readonly archived: Set<string>;
}

export function createModel(archived: readonly string[]): Model {
  return { levels: new Map(), postings: new Map(), archived: new Set(archived) };
}

export function levelOf(model: Model, sku: string, location = 'MAIN'): number {
  return model.levels.get(`${sku}@${location}`) ?? 0;
}

/** What must be answered, and what is booked when it is `posted`. */
export interface Expectation {
  readonly status: PostingOutcome['status'];
  readonly deltas: readonly number[];
}

/** Decides a request without booking it. */
export function expectation(model: Model, request: DraftRequest): Expectation {
  const refused = (status: PostingOutcome['status']): Expectation => ({ status, deltas: [] });
  const earlier = model.postings.get(request.id);
  if (earlier !== undefined) {
    const isSame = JSON.stringify(earlier.request) === JSON.stringify(request);
    return isSame ? { status: 'replayed', deltas: earlier.deltas } : refused('conflict');
  }
  if (reversed(model, request)?.reversedBy) return refused('already_reversed');
  const after = new Map(model.levels);
  const deltas: number[] = [];
  for (const { sku, location = 'MAIN', quantity, countedLevel } of request.lines) {
    if (model.archived.has(sku) || model.archived.has(location)) return refused('archived');
    const key = `${sku}@${location}`;
    const before = after.get(key) ?? 0;
    const delta = countedLevel === undefined ? quantity : countedLevel - before;
    deltas.push(delta);
    after.set(key, before + delta);
  }
  if ([...after.values()].some((level) => level < 0)) return refused('insufficient');
  return { status: 'posted', deltas: deltas.filter((delta) => delta !== 0) };
}

/** Books what `expectation` said is posted. */
export function apply(model: Model, request: DraftRequest, { deltas }: Expectation): void {
  const moving = request.lines.filter(
    ({ sku, location = 'MAIN', countedLevel }) => countedLevel !== levelOf(model, sku, location),
  );
  for (const [at, { sku, location = 'MAIN' }] of moving.entries()) {
    model.levels.set(`${sku}@${location}`, levelOf(model, sku, location) + (deltas[at] ?? 0));
  }
  const original = reversed(model, request);
  if (original !== undefined) original.reversedBy = request.id;
  model.postings.set(request.id, { request, deltas, reversedBy: null });
}

/** In the model, the posting that is reversed is named by its request id. */
export interface ModelRequest extends DraftRequest {
  readonly reversesRequest?: string;
}

function reversed(model: Model, request: ModelRequest): ModelPosting | undefined {
  return request.reversesRequest === undefined
    ? undefined
    : model.postings.get(request.reversesRequest);
}

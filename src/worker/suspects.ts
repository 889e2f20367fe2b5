import type { Origin } from '../domain/posting.ts';
import type { CheckRequests } from '../ports/check-requests.ts';

/**
 * What the shards of this worker have seen and could not settle or mend, by bucket (`ANY` where nobody can
 * tell which), each with a sentence about it.
 */
export type Suspects = Map<number, string>;

export const ANY = 0;

/** Makes requests of them, which outlive this process; what was not written stays here. */
export async function askForChecks(
  { requests, origin }: { readonly requests: CheckRequests; readonly origin: Origin },
  suspects: Suspects,
): Promise<void> {
  for (const [bucketId, reason] of [...suspects]) {
    const about = bucketId === ANY ? null : { bucketId };
    await requests.ask({ about, reason, requestId: null }, origin);
    if (suspects.get(bucketId) === reason) suspects.delete(bucketId);
  }
}

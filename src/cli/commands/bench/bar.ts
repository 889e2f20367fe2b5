import type { StreamProfile } from '../../terminal/types.ts';

const WIDTH = 12;

/** @param share of the longest bar, 0 to 1 */
export function barText(share: number, { unicode }: Pick<StreamProfile, 'unicode'>): string {
  const length = Number.isFinite(share) ? Math.round(share * WIDTH) : 0;
  return (unicode ? '█' : '#').repeat(length);
}

/** What a supplier asks for one product, and when. */
export interface Offer {
  readonly supplier: string;
  readonly supplierSku: string | null;
  /** Decimal string, cost of one base unit. */
  readonly cost: string | null;
  readonly leadDays: number | null;
  /** Fewest base units in one order. */
  readonly minimumOrder: number | null;
  readonly isPreferred: boolean;
}

export interface Lack {
  readonly available: number;
  readonly minLevel: number;
  /** The product's own cost, where the supplier names none. */
  readonly cost: string | null;
  readonly offers: readonly Offer[];
}

/** What to order, and from whom, so that a product reaches its minimum again. */
export interface OrderProposal {
  readonly missing: number;
  readonly offer: Offer | null;
  readonly cost: string | null;
  readonly quantity: number;
  /** Decimal string: quantity × cost. */
  readonly value: string | null;
}

export function proposeOrder({ available, minLevel, cost, offers }: Lack): OrderProposal {
  const missing = minLevel - available;
  const offer = bestOffer(offers);
  const quantity = Math.max(missing, offer?.minimumOrder ?? 0);
  const unitCost = offer?.cost ?? cost;
  return {
    missing,
    offer,
    cost: unitCost,
    quantity,
    value: unitCost === null ? null : timesMoney(unitCost, quantity),
  };
}

/** The preferred supplier; else the cheapest, one without a price last; else the first by code. */
function bestOffer(offers: readonly Offer[]): Offer | null {
  const preferred = offers.find((offer) => offer.isPreferred);
  if (preferred !== undefined) return preferred;
  const [best] = offers.toSorted(
    (a, b) => compareCosts(a.cost, b.cost) || (a.supplier < b.supplier ? -1 : 1),
  );
  return best ?? null;
}

function compareCosts(a: string | null, b: string | null): number {
  if (a === null || b === null) return (a === null ? 1 : 0) - (b === null ? 1 : 0);
  const difference = tenThousandths(a) - tenThousandths(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** An amount times a whole number, exactly: with two to four decimals, as amounts are written. */
function timesMoney(amount: string, factor: number): string {
  const digits = (tenThousandths(amount) * BigInt(factor)).toString().padStart(5, '0');
  const decimals = digits.slice(-4).replace(/0{1,2}$/, '');
  return `${digits.slice(0, -4)}.${decimals}`;
}

function tenThousandths(amount: string): bigint {
  const [whole = '0', decimals = ''] = amount.split('.');
  return BigInt(whole + decimals.padEnd(4, '0'));
}

import { parseQuantity } from '../../../domain/parse/quantity.ts';
import { must } from '../../../domain/parse/parsed.ts';
import type { Context } from '../../context.ts';

const VERB = { in: 'receive', out: 'take out' } as const;

/** Asks for the product on a terminal. @throws InvError USAGE elsewhere, naming the missing arguments */
export function askProduct(context: Context, direction: 'in' | 'out'): Promise<string> {
  return context.prompts.text({
    message: `Product to ${VERB[direction]} (SKU or barcode)`,
    validate: (answer) => answer.trim() !== '' || 'a SKU or a barcode, please',
    otherwise: {
      message: `missing arguments: SKU and QTY`,
      hint: `inv stock ${direction} SKU QTY, or inv stock ${direction} --from FILE`,
    },
  });
}

export async function askQuantity(context: Context, direction: 'in' | 'out'): Promise<number> {
  const answer = await context.prompts.text({
    message: `How many units to ${VERB[direction]}`,
    validate: (text) => {
      const quantity = parseQuantity(text.trim());
      return quantity.ok || quantity.message;
    },
    otherwise: { message: 'missing argument: QTY', hint: `inv stock ${direction} SKU QTY` },
  });
  return must(parseQuantity(answer.trim()), 'quantity');
}

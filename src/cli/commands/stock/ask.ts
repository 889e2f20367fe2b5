import { parseQuantity } from '../../../domain/parse/quantity.ts';
import { must } from '../../../domain/parse/parsed.ts';
import { InvError } from '../../../lib/errors.ts';
import type { Catalogue } from '../../../ports/catalogue.ts';
import { requireProduct } from '../../../services/stock/require.ts';
import type { Context } from '../../context.ts';

const VERB = { in: 'receive', out: 'take out' } as const;

/** No number of units that is typed has so many digits; a barcode that is scanned too early has. */
const BARCODE_DIGITS_MIN = 8;
/** Shorter codes are left alone: a product may well have the code 12, and 12 units are usual. */
const LOOKED_UP_DIGITS_MIN = 4;

type Judge = (answer: string, catalogue: Catalogue) => Promise<true | string>;

/** Asks for the product on a terminal. @throws InvError USAGE elsewhere, naming the missing arguments */
export function askProduct(context: Context, direction: 'in' | 'out'): Promise<string> {
  return ask(context, judgeProduct, {
    message: `Product to ${VERB[direction]} (SKU or barcode)`,
    otherwise: {
      message: `missing arguments: SKU and QTY`,
      hint: `inv stock ${direction} SKU QTY, or inv stock ${direction} --from FILE`,
    },
  });
}

export async function askQuantity(context: Context, direction: 'in' | 'out'): Promise<number> {
  const answer = await ask(context, judgeQuantity, {
    message: `How many units to ${VERB[direction]}`,
    otherwise: { message: 'missing argument: QTY', hint: `inv stock ${direction} SKU QTY` },
  });
  return must(parseQuantity(answer.trim()), 'quantity');
}

/**
 * Asks, and judges each answer by the catalogue, which is opened before the question stands there. A
 * store that fails meanwhile ends the question: Inquirer would only show the failure and ask on.
 */
async function ask(
  context: Context,
  judge: Judge,
  question: {
    readonly message: string;
    readonly otherwise: { readonly message: string; readonly hint: string };
  },
): Promise<string> {
  const { catalogue } = context.terminal.interactive ? await context.stock() : {};
  const failures: unknown[] = [];
  const answer = await context.prompts.text({
    ...question,
    validate: async (text) => {
      try {
        return catalogue === undefined || (await judge(text, catalogue));
      } catch (error) {
        failures.push(error);
        return true;
      }
    },
  });
  for (const failure of failures) throw failure;
  return answer;
}

async function judgeProduct(answer: string, catalogue: Catalogue): Promise<true | string> {
  if (answer.trim() === '') return 'a SKU or a barcode, please';
  try {
    await requireProduct(catalogue, answer);
    return true;
  } catch (error) {
    if (error instanceof InvError && error.code === 'NOT_FOUND') return error.message;
    throw error;
  }
}

async function judgeQuantity(answer: string, catalogue: Catalogue): Promise<true | string> {
  const text = answer.trim();
  const quantity = parseQuantity(text);
  const isBarcode =
    /^[0-9]+$/.test(text) &&
    (text.length >= BARCODE_DIGITS_MIN ||
      (text.length >= LOOKED_UP_DIGITS_MIN && (await catalogue.findProducts([text])).has(text)));
  if (isBarcode) return `${text} looks like a barcode; the number of units, please`;
  return quantity.ok || quantity.message;
}

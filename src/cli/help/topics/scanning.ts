import { paragraph, topic } from './layout.ts';

export function text(): string {
  return topic(
    'BARCODES AND SCANNERS',
    paragraph(
      'A barcode scanner types the code and presses Enter, as a keyboard does. inv stock in and inv ' +
        'stock out take a barcode in place of a SKU, as an argument and at their question for the ' +
        'product, so a scanner works without being set up.',
    ),
    'GIVE A PRODUCT ITS CODES',
    [
      '  inv product add MUG-RED --name "Red mug" --barcode 4006381333931',
      '  inv product barcode add MUG-RED 4006381333948',
      '  inv product barcode remove 4006381333948',
    ].join('\n'),
    paragraph('A code belongs to one product. A product may have many.'),
    'BOOK BY CODE',
    ['  inv stock out 4006381333931 1', '  inv stock in 4006381333931 12 --ref PO-1001'].join('\n'),
    paragraph(
      'The quantity counts base units, also when the code is that of a whole pack. A SKU is looked ' +
        'for first, then a barcode.',
    ),
    'SCAN AT THE QUESTION',
    paragraph(
      'On a terminal, inv stock out without a product asks for one: scan it, then type the quantity. ' +
        'In a pipe nothing is asked, and the command ends with exit code 2.',
    ),
    paragraph('A loop that books scan after scan (inv stock scan) is not built yet.'),
  );
}

import { paragraph, topic } from './layout.ts';

export function text(): string {
  return topic(
    'REQUESTS ARE IDEMPOTENT',
    paragraph(
      'Every write carries a request id. You give it with --request-id, or inv makes one and prints ' +
        'it. Stock moves once for each id, however often, and from however many machines, the same ' +
        'command is run.',
    ),
    [
      '  the same id, the same content     the first answer again, "replayed": true,',
      '                                    exit 0; stock does not move again',
      '  the same id, other content        exit 5 [REQUEST_CONFLICT]; nothing moves',
    ].join('\n'),
    'WHEN AN ANSWER IS LOST',
    paragraph(
      'Exit 75 means that the outcome is unknown: the connection broke while MySQL or Redis was working. Run ' +
        'the command again with the id that was printed. If the first run was booked you get its ' +
        'answer; if it was not, it is booked now. The same holds after Ctrl-C.',
    ),
    [
      '  inv stock out MUG-RED 2 --ref SO-17 --request-id so-17',
      '  inv stock out MUG-RED 2 --ref SO-17 --request-id so-17     # safe',
    ].join('\n'),
    'ORDERS FROM A POOL',
    paragraph(
      'The request id is the name of the order: inv order show, confirm and cancel take it. An order ' +
        'is sold once, whether Redis or MySQL served it, and a refusal stays a refusal: to try again, ' +
        'after a top-up for instance, place another order. Without --request-id inv makes an id that ' +
        'nobody else knows, and the order is decided with one question to Redis.',
    ),
    'CHOOSING AN ID',
    paragraph(
      'Take what names the event in your own books: the order line, the delivery note. An id has 1 ' +
        'to 100 characters: letters, digits and . _ : / @ # + = - and begins with a letter or a ' +
        'digit. It is taken exactly as it is written: so-17 and SO-17 are two requests.',
    ),
    'FILES',
    paragraph(
      'Each line of a file (inv stock out --from FILE) gets an id made of the SHA-256 of the file and ' +
        'the number of the line, unless it has a request_id column. Run the same file twice and stock ' +
        'moves once; after an interruption, run it again and only the rest is booked. A file that was ' +
        'changed is another file: then give request ids of your own.',
    ),
  );
}

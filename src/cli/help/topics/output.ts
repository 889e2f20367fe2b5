import { definitions, paragraph, topic } from './layout.ts';

export function text(): string {
  return topic(
    'OUTPUT',
    paragraph(
      'stdout carries the result and nothing else. Progress, warnings, questions and advice go to ' +
        'stderr. Each stream is looked at on its own: one may be a terminal and the other a file.',
    ),
    definitions(
      [
        ['on a terminal', 'tables, colour, progress'],
        ['in a pipe', 'TSV: no colour, no animation, no drawn lines'],
      ],
      14,
    ),
    'FORMATS',
    definitions(
      [
        ['--json', 'One JSON document; lists are arrays. The same as --format json.'],
        ['--format ndjson', 'One JSON object on each line, for long lists.'],
        [
          '--format csv',
          'With a header. A text that a spreadsheet would take for a formula is disarmed.',
        ],
        ['--format tsv', 'Columns separated by tabs.'],
        ['--format table', 'The table of the terminal, also in a pipe.'],
        ['--fields a,b', 'Only these fields, in this order, by their JSON names.'],
        ['--quiet', 'No notes and no progress on stderr.'],
      ],
      16,
    ),
    'VALUES IN JSON',
    paragraph(
      'Names are snake_case and stay. Quantities are whole numbers of base units. Money is a decimal ' +
        'string, such as "1.25". Times are ISO 8601 in UTC.',
    ),
    'ERRORS',
    paragraph(
      'An error says what happened, why, and the command that helps; its code word stands in ' +
        '[BRACKETS]. With --json stdout stays empty and stderr holds one line:',
    ),
    '  {"error":{"code":"NOT_FOUND","message":"…","hint":"…"}}',
    paragraph('The exit code tells a script what to do: inv help exit-codes'),
    'COLOUR',
    paragraph(
      '--color always and --color never are obeyed. With auto there is colour on a terminal, unless ' +
        'NO_COLOR is set or TERM is dumb; FORCE_COLOR asks for it elsewhere.',
    ),
    'NAMES FROM DATA',
    paragraph(
      'Control characters and marks that turn the direction of writing are made visible wherever ' +
        'stored text is shown, so that no product name can move your cursor.',
    ),
  );
}

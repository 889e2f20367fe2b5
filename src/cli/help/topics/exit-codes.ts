import { EXIT_CODES } from '../../../lib/errors.ts';
import type { ErrorCode } from '../../../lib/errors.ts';
import { definitions, paragraph, topic } from './layout.ts';

type ExitCode = (typeof EXIT_CODES)[ErrorCode];

interface Meaning {
  readonly meaning: string;
  readonly advice: string;
}

/** The compiler asks for an entry here when an error gets an exit code of its own. */
const MEANINGS: Readonly<Record<ExitCode, Meaning>> = {
  1: { meaning: 'unexpected error: a bug in inv', advice: 'report it' },
  2: { meaning: 'usage or invalid input; nothing was touched', advice: 'fix the call' },
  3: { meaning: 'refused by a business rule; nothing was changed', advice: 'handle it' },
  4: { meaning: 'not found', advice: 'handle it' },
  5: { meaning: 'conflict: another request, or somebody else, was first', advice: 'plan again' },
  6: { meaning: 'differences were found, or work is pending', advice: 'apply it' },
  7: { meaning: 'an invariant of the books is violated', advice: 'call somebody' },
  8: { meaning: 'an --expect threshold was missed', advice: 'fail the build' },
  9: {
    meaning: 'the run is invalid: the generator, not the system, was the limit',
    advice: 'run it again, with a lower rate or more --threads',
  },
  10: { meaning: 'a batch was partly done; the failed lines are listed', advice: 'look at them' },
  69: { meaning: 'MySQL or Redis is unavailable; nothing was executed', advice: 'retry later' },
  75: {
    meaning: 'the outcome is unknown, or another run holds the lock',
    advice: 'run it again with the request id that was printed',
  },
  77: { meaning: 'not permitted: login, rights or TLS', advice: 'fix the account' },
  78: { meaning: 'bad configuration', advice: 'fix the setting that is named' },
  130: { meaning: 'interrupted with Ctrl-C', advice: 'run it again with the same request id' },
  143: { meaning: 'terminated', advice: 'run it again with the same request id' },
};

export function text(): string {
  return topic(
    'EXIT CODES',
    paragraph(
      'Every command ends with one of these codes. With --json the error on stderr also carries the ' +
        'code word in error.code; without it, the word stands in [BRACKETS] after the message.',
    ),
    definitions([['0', 'Done; also when there was nothing to do, or a request was replayed.']], 3),
    ...codes().map((code) => entry(code)),
    'IN A SCRIPT',
    [
      '  inv stock out MUG-RED 2 --ref SO-17 --request-id so-17 --json',
      '  case $? in',
      '    0)     ;;                                  # shipped, or shipped before',
      '    3)     echo "not enough stock" ;;',
      '    69|75) echo "run the same line again" ;;   # the id makes it safe',
      '    *)     exit 1 ;;',
      '  esac',
    ].join('\n'),
  );
}

function codes(): readonly ExitCode[] {
  return [...new Set(Object.values(EXIT_CODES))].sort((a, b) => a - b);
}

function entry(code: ExitCode): string {
  const { meaning, advice } = MEANINGS[code];
  const words = Object.entries(EXIT_CODES)
    .filter(([, exitCode]) => exitCode === code)
    .map(([word]) => word);
  const sentence = meaning.charAt(0).toUpperCase() + meaning.slice(1);
  return [
    definitions([[String(code), `${sentence}.`]], 3),
    paragraph(`A script should: ${advice}.`, '       '),
    paragraph(words.join(', '), '       '),
  ].join('\n');
}

import type { Scratch } from '../../composition/scratch.ts';
import type { Style } from '../../terminal/types.ts';

type Kept = Pick<Scratch, 'path' | 'home' | 'folder'>;

export interface FarewellOptions {
  readonly commands: number;
  readonly durationMs: number;
  /** What `--keep` leaves to the user. */
  readonly kept: Kept | undefined;
  readonly binary: string;
  /** INV_HOME of the user himself. */
  readonly ownHome: string;
}

/** The end of the tour: what was left, and how to go on with stock of one's own. */
export function farewell(options: FarewellOptions, style: Style): string {
  const { commands, durationMs, kept } = options;
  const seconds = (durationMs / 1000).toFixed(1);
  const mark = style.green(style.mark.ok);
  const lines = [
    '',
    style.bold('== What next'),
    '',
    `${mark} ${String(commands)} commands in ${seconds} s, each ended as it should.`,
    ...(kept === undefined ? ['Its servers and their data are gone again.'] : keptLines(kept)),
    '',
    ...ownStock(options),
  ];
  return `${lines.join('\n')}\n`;
}

function keptLines({ path, home, folder }: Kept): readonly string[] {
  return [
    'Its servers run on. To use them:',
    '',
    `  export INV_HOME=${home}`,
    `  cd ${folder}`,
    '  inv stock list',
    '',
    'To end them, and delete everything:',
    '',
    `  cd && inv local stop && rm -r ${path} && unset INV_HOME`,
  ];
}

function ownStock({ binary, ownHome }: FarewellOptions): readonly string[] {
  return [
    'To keep stock of your own (the first command makes servers and folder):',
    '',
    `  alias inv='node ${binary}'`,
    "  inv product add MUG-RED --name 'Red mug' --min-level 20",
    '  inv stock in MUG-RED 120 --ref PO-1001',
    '  inv stock out MUG-RED 5 --ref SO-1',
    '',
    `  inv local status   the servers and their data, in ${ownHome}`,
    '  inv help           all commands; inv stock out --help explains one',
  ];
}

import type { Scratch } from '../../composition/scratch.ts';
import type { Style } from '../../terminal/types.ts';

export interface FarewellOptions {
  readonly commands: number;
  readonly durationMs: number;
  /** What `--keep` leaves to the user. */
  readonly kept: Pick<Scratch, 'home' | 'folder'> | undefined;
  readonly binary: string;
}

/** The end of the tour: what was left, and how to go on with stock of one's own. */
export function farewell(options: FarewellOptions): (style: Style) => string {
  const { commands, durationMs, kept, binary } = options;
  const seconds = (durationMs / 1000).toFixed(1);
  return (style) => {
    const done = `${style.green(style.mark.ok)} ${String(commands)} commands in ${seconds} s, each ended as it should.`;
    const lines = kept === undefined ? goneLines() : keptLines(kept);
    return [
      '',
      style.bold('== What next'),
      '',
      `${done} ${lines.join('\n')}`,
      '',
      ...ownStock(binary),
    ]
      .map((line) => `${line}\n`)
      .join('');
  };
}

const goneLines = (): readonly string[] => ['Its servers and their data are gone again.'];

function keptLines({ home, folder }: Pick<Scratch, 'home' | 'folder'>): readonly string[] {
  return [
    'Its servers run on. To use them:',
    '',
    `  export INV_HOME=${home}`,
    `  cd ${folder}`,
    '  inv stock list',
    '',
    'To end them, and delete what they hold:',
    '',
    '  inv local reset --yes && unset INV_HOME',
  ];
}

function ownStock(binary: string): readonly string[] {
  return [
    'To keep stock of your own (servers and folder are made by the first command):',
    '',
    `  alias inv='node ${binary}'`,
    "  inv product add MUG-RED --name 'Red mug' --min-level 20",
    '  inv stock in MUG-RED 120 --ref PO-1001',
    '  inv stock out MUG-RED 5 --ref SO-1',
    '',
    '  inv local status    where the data lives: below ~/.local/share/inv, or INV_HOME',
    '  inv help            all commands; inv stock out --help explains one',
  ];
}

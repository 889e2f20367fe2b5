import { Option } from 'commander';
import type { Command } from 'commander';
import { STOCK_COLUMNS } from '../../../domain/parse/lines.ts';
import { InvError } from '../../../lib/errors.ts';

/** What commander hands over for a command that reads a file of lines. */
export interface FileFlags {
  readonly map?: readonly string[];
  readonly atomic?: true;
  readonly continue?: true;
  readonly errors?: string;
  readonly negative?: 'reject' | 'return';
}

export interface FileOptions {
  /** A path, or `-` for standard input. */
  readonly path: string;
  /** Texts `field=Column`, checked when the file is opened. */
  readonly map: readonly string[];
  readonly atomic: boolean;
  readonly errorsPath: string | undefined;
  readonly negative: 'reject' | 'return';
}

export function addFileOptions(command: Command): Command {
  return command
    .option(
      '--map <field=column>',
      `read a field from a column: ${STOCK_COLUMNS.join(', ')}`,
      collect,
    )
    .addOption(
      new Option('--atomic', 'all lines or none, in one transaction').conflicts('continue'),
    )
    .option('--continue', 'book the good lines and list the others (the default)')
    .option('--errors <file>', 'keep refused lines in a file that can be mended and fed back');
}

export function addNegativeOption(command: Command): Command {
  return command.addOption(
    new Option(
      '--negative <how>',
      'a negative quantity in the file: refuse the line, or book a return',
    )
      .choices(['reject', 'return'])
      .default('reject'),
  );
}

/** @throws InvError USAGE */
export function fileOptions(path: string, flags: FileFlags): FileOptions {
  if (path === '') throw new InvError('USAGE', '--from: the file name is empty');
  return {
    path,
    map: flags.map ?? [],
    atomic: flags.atomic === true,
    errorsPath: flags.errors,
    negative: flags.negative ?? 'reject',
  };
}

function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}

import { Command } from 'commander';
import type { CommandHost } from '../../command-host.ts';
import { locationAddCommand, runLocationAdd } from './add.ts';
import { locationArchiveCommand, runLocationArchive } from './archive.ts';
import { locationEditCommand, runLocationEdit } from './edit.ts';
import { locationListCommand, runLocationList } from './list.ts';

export function locationCommand(host: CommandHost): Command {
  return new Command('location')
    .description('The places that hold stock; MAIN is there from the start.')
    .addCommand(
      locationAddCommand((options) => host.run((context) => runLocationAdd(context, options))),
    )
    .addCommand(
      locationListCommand((options) => host.run((context) => runLocationList(context, options))),
    )
    .addCommand(
      locationEditCommand((options) => host.run((context) => runLocationEdit(context, options))),
    )
    .addCommand(
      locationArchiveCommand((options) =>
        host.run((context) => runLocationArchive(context, options)),
      ),
    );
}

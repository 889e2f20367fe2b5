import type { Context } from '../../context.ts';
import { stopPresentation } from './stop.ts';

/** @throws InvError CONFIRMATION_REQUIRED without a terminal and without --yes; nothing was touched */
export async function runLocalReset(context: Context): Promise<void> {
  const { terminal, globals, loaded } = context;
  const directory = loaded.config.home;
  if (globals.dryRun) {
    terminal.note(`dry run: would stop both servers and delete all that they hold in ${directory}`);
    return;
  }
  const isWanted =
    globals.yes ||
    (await context.prompts.confirm({
      message: `Delete every product, movement and pool in ${directory}?`,
      initial: false,
      otherwise: {
        message: `this deletes all that the private servers in ${directory} hold`,
        hint: 'inv local reset --yes',
      },
    }));
  if (!isWanted) {
    terminal.note('nothing was deleted');
    return;
  }
  const servers = await context.operator.privateServers();
  const result = await servers.reset();
  await terminal.print(stopPresentation(result, directory));
  terminal.success(`the servers in ${directory} are empty now`);
}

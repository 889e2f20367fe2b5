import type { Context } from '../../context.ts';
import type { Installation } from '../../composition/private-servers.ts';
import type { Presentation } from '../../terminal/types.ts';

/**
 * @throws InvError CONFIRMATION_REQUIRED without a terminal and without --yes; STORE_UNAVAILABLE
 * without a known package manager, or with the end of its output; NOT_PERMITTED without root
 */
export async function runLocalInstall(context: Context): Promise<void> {
  const { terminal, globals } = context;
  const servers = await context.operator.privateServers();
  const installation = await servers.planInstall();
  const { missing, commands } = installation;
  if (missing.length === 0 || globals.dryRun) {
    await terminal.print(presentation(installation, []));
    return;
  }
  if (!globals.yes) {
    for (const command of commands) terminal.note(`  ${command}`);
    const isWanted = await context.prompts.confirm({
      message: 'Run these commands?',
      initial: false,
      otherwise: {
        message: `this runs ${commands.join(' && ')}`,
        hint: 'inv local install --yes',
      },
    });
    if (!isWanted) {
      terminal.note('nothing was installed');
      return;
    }
  }
  const installed = await installation.run();
  await terminal.print(presentation(installation, installed));
}

const NAMES = { mysql: 'MySQL', redis: 'Redis' } as const;

function presentation(
  { missing, commands }: Installation,
  installed: Installation['missing'],
): Presentation {
  return {
    document: { missing, commands, installed },
    human: (style) => {
      if (missing.length === 0) return [`${style.green(style.mark.ok)} both are installed already`];
      if (installed.length === 0) return commands;
      return installed.map((kind) => `${style.green(style.mark.ok)} ${NAMES[kind]} is installed`);
    },
  };
}

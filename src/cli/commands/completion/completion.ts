import { Argument, Command } from 'commander';
import type { CommandHost } from '../../command-host.ts';
import { completionScript, SHELLS } from './scripts.ts';
import type { Shell } from './scripts.ts';

export function completionCommand(host: CommandHost): Command {
  return new Command('completion')
    .description(
      'Prints a script that completes commands, flags, their values, and SKUs, locations and ' +
        'suppliers from the database.',
    )
    .addArgument(new Argument('<shell>', 'your shell').choices(SHELLS))
    .addHelpText('after', INSTALLATION)
    .action((shell: Shell) => host.write(completionScript(shell)));
}

const INSTALLATION = `
To load it in every new shell:
  bash         echo 'source <(inv completion bash)' >> ~/.bashrc
  zsh          echo 'source <(inv completion zsh)' >> ~/.zshrc
  fish         inv completion fish > ~/.config/fish/completions/inv.fish
  powershell   inv completion powershell >> $PROFILE`;

import type { Context } from '../../context.ts';
import { completionScript } from './scripts.ts';
import type { Shell } from './scripts.ts';

export async function runCompletion({ terminal }: Context, shell: Shell): Promise<void> {
  await terminal.write(completionScript(shell));
}

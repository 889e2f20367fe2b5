import { EXIT_CODES, InvError } from '../../../lib/errors.ts';
import type { JsonObject } from '../../../lib/json.ts';
import type { Scratch } from '../../composition/scratch.ts';
import type { Context } from '../../context.ts';
import type { Style } from '../../terminal/types.ts';
import { DEMO_CHAPTERS } from './demo-script.ts';
import type { DemoChapter, DemoCommand, DemoFile } from './demo-script.ts';
import { farewell } from './farewell.ts';
import { typed } from './typed.ts';

export interface DemoOptions {
  readonly keep: boolean;
  /** Waits for Enter after each chapter. */
  readonly step: boolean;
}

interface Tour {
  readonly context: Context;
  readonly scratch: Scratch;
  readonly isShown: boolean;
}

/**
 * Runs the whole tour, and is a test of itself: a command that does not end as expected fails it.
 * @throws InvError UNEXPECTED, STORE_UNAVAILABLE when the private servers do not start, USAGE
 */
export async function runDemo(
  context: Context,
  options: DemoOptions,
  openScratch: () => Promise<Scratch>,
): Promise<void> {
  const { terminal, clock, globals } = context;
  if (options.step && !terminal.interactive) {
    throw new InvError('USAGE', '--step waits for Enter, and this is no terminal', {
      hint: 'inv demo',
    });
  }
  if (globals.dryRun) {
    await terminal.write(plannedCommands());
    return;
  }
  const startedMs = clock.monotonic();
  const isShown = terminal.format === 'table' || terminal.format === 'tsv';
  const scratch = await openScratch();
  const done: JsonObject[] = [];
  try {
    const tour: Tour = { context, scratch, isShown };
    for (const [index, chapter] of DEMO_CHAPTERS.entries()) {
      done.push(...(await runChapter(tour, chapter)));
      if (options.step && index < DEMO_CHAPTERS.length - 1) await waitForEnter(context);
    }
  } catch (error) {
    await scratch.remove();
    throw error;
  }
  await (options.keep ? scratch.keep() : scratch.remove());
  const durationMs = Math.round(clock.monotonic() - startedMs);
  const kept = options.keep ? scratch : undefined;
  if (isShown) {
    const { binary } = scratch;
    const facts = { commands: done.length, durationMs, kept, binary };
    const text = farewell({ ...facts, ownHome: context.local.directory }, terminal.style);
    await terminal.write(text);
  } else {
    const home = kept?.home ?? null;
    await terminal.print({ document: { commands: done, duration_ms: durationMs, home } });
  }
}

async function runChapter(tour: Tour, { title, steps }: DemoChapter): Promise<JsonObject[]> {
  const { terminal } = tour.context;
  const say = async (text: (style: Style) => string): Promise<void> => {
    if (tour.isShown) await terminal.write(text(terminal.style));
  };
  await say((style) => `\n${style.bold(`== ${title}`)}\n`);
  const done: JsonObject[] = [];
  for (const step of steps) {
    await say((style) => `\n${introduction(step, tour.scratch, style)}`);
    if ('args' in step) done.push(await runStep(tour, step));
  }
  return done;
}

function introduction(step: DemoCommand | DemoFile, scratch: Scratch, style: Style): string {
  const comment = step.comment === undefined ? '' : `${style.dim(`# ${step.comment}`)}\n`;
  if ('args' in step) return `${comment}${style.cyan(`$ ${typed(step.args)}`)}\n`;
  const { file, lines } = step;
  const first = scratch.read(file).split('\n').slice(0, lines).join('\n');
  return `${comment}${style.cyan(`$ head -n ${String(lines)} ${file}`)}\n${first}\n`;
}

async function runStep(
  { context, scratch, isShown }: Tour,
  { args, expected = 0 }: DemoCommand,
): Promise<JsonObject> {
  const { terminal, clock } = context;
  const startedMs = clock.monotonic();
  const { exitCode, output } = await scratch.run(args, { isShown });
  const durationMs = Math.round(clock.monotonic() - startedMs);
  const command = typed(args);
  if (exitCode !== expected) throw unexpectedEnd({ command, exitCode, expected, output });
  if (isShown && expected !== 0) {
    await terminal.write(terminal.style.dim(`# exit code ${String(expected)}`) + '\n');
  }
  return { command, exit_code: exitCode, duration_ms: durationMs, output };
}

interface UnexpectedEnd {
  readonly command: string;
  readonly exitCode: number | null;
  readonly expected: number;
  readonly output: string;
}

function unexpectedEnd({ command, exitCode, expected, output }: UnexpectedEnd): InvError {
  const isUnavailable = exitCode === EXIT_CODES.STORE_UNAVAILABLE;
  const ending = exitCode === null ? 'was killed' : `ended with exit code ${String(exitCode)}`;
  return new InvError(
    isUnavailable ? 'STORE_UNAVAILABLE' : 'UNEXPECTED',
    `the demo stops here: "${command}" ${ending}, and ${String(expected)} was expected`,
    {
      hint: isUnavailable ? 'inv local install' : 'inv doctor',
      facts: { command, exit_code: exitCode, expected_exit_code: expected, output },
    },
  );
}

async function waitForEnter(context: Context): Promise<void> {
  await context.prompts.text({
    message: 'Enter to go on',
    otherwise: { message: '--step waits for Enter, and this is no terminal', hint: 'inv demo' },
  });
}

/** `--dry-run`: what would be typed. */
function plannedCommands(): string {
  const commands = DEMO_CHAPTERS.flatMap(({ title, steps }) => [
    `# ${title}`,
    ...steps.flatMap((step) => ('args' in step ? [typed(step.args)] : [])),
  ]);
  return `${commands.join('\n')}\n`;
}

import { InvError, type ErrorCode } from '../../lib/errors.ts';
import { inquirerTheme } from './prompt-theme.ts';
import { plain } from './sheet.ts';
import type { Terminal } from './types.ts';

/** What a script is told in place of the question: the argument or flag that answers it. */
export interface Unasked {
  readonly message: string;
  readonly hint?: string;
}

export interface TextQuestion {
  readonly message: string;
  readonly initial?: string;
  /** Returns true, or why the answer will not do. */
  readonly validate?: (answer: string) => true | string | Promise<true | string>;
  readonly otherwise: Unasked;
}

export interface ConfirmQuestion {
  readonly message: string;
  /** Dangerous actions are never confirmed by Enter alone. */
  readonly initial: false;
  readonly otherwise: Unasked;
}

export interface ChooseQuestion<T extends string> {
  readonly message: string;
  readonly choices: readonly { readonly value: T; readonly title: string }[];
  readonly otherwise: Unasked;
}

/**
 * Questions for a person. Each throws InvError USAGE (text, choose) or CONFIRMATION_REQUIRED
 * (confirm) when nobody can be asked, and INTERRUPTED on Ctrl-C.
 */
export interface Prompts {
  text(question: TextQuestion): Promise<string>;
  confirm(question: ConfirmQuestion): Promise<boolean>;
  choose<T extends string>(question: ChooseQuestion<T>): Promise<T>;
}

export function createPrompts(terminal: Terminal): Prompts {
  return {
    async text({ message, initial, validate, otherwise }) {
      const { prompt, theme } = await open(terminal, 'USAGE', otherwise);
      const { answer } = await orInterrupted(
        prompt<{ answer: string }>({
          type: 'input',
          name: 'answer',
          message: plain(message),
          // A refused answer goes away, so that the next one (or the next scan) is not added to it.
          theme: { ...theme, validationFailureMode: 'clear' },
          ...(initial === undefined ? {} : { default: initial }),
          ...(validate === undefined ? {} : { validate }),
        }),
      );
      return answer;
    },
    async confirm({ message, initial, otherwise }) {
      const { prompt, theme } = await open(terminal, 'CONFIRMATION_REQUIRED', otherwise);
      const { answer } = await orInterrupted(
        prompt<{ answer: boolean }>({
          type: 'confirm',
          name: 'answer',
          message: plain(message),
          theme,
          default: initial,
        }),
      );
      return answer;
    },
    async choose<T extends string>({ message, choices, otherwise }: ChooseQuestion<T>) {
      const { prompt, theme } = await open(terminal, 'USAGE', otherwise);
      const { answer } = await orInterrupted(
        prompt<{ answer: T }>({
          type: 'select',
          name: 'answer',
          message: plain(message),
          theme,
          choices: choices.map(({ value, title }) => ({ value, name: plain(title) })),
        }),
      );
      return answer;
    },
  };
}

async function open(terminal: Terminal, code: ErrorCode, { message, hint }: Unasked) {
  if (!terminal.interactive) {
    throw new InvError(code, message, hint === undefined ? {} : { hint });
  }
  const { default: inquirer } = await import('inquirer');
  const { stdin, stdout, stderr } = terminal.streams;
  // stdout is kept for the result, unless stderr goes to a file and nobody would see the question.
  const isStderrSeen = terminal.stderr.isTty;
  return {
    prompt: inquirer.createPromptModule({
      input: stdin,
      output: isStderrSeen ? stderr : stdout,
    }),
    theme: inquirerTheme(terminal.style, isStderrSeen ? terminal.stderr : terminal.stdout),
  };
}

async function orInterrupted<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (name === 'ExitPromptError' || name === 'AbortPromptError') {
      throw new InvError('INTERRUPTED', 'interrupted at the question; nothing was changed');
    }
    throw error;
  }
}

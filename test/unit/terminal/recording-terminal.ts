import { Readable, Writable } from 'node:stream';
import { createTerminal } from '../../../src/cli/terminal/terminal.ts';
import type { Presentation, Terminal, TerminalOptions } from '../../../src/cli/terminal/types.ts';

export interface RecordingOptions extends Partial<
  Omit<TerminalOptions, 'stdin' | 'stdout' | 'stderr'>
> {
  /** Terminal columns, or 'pipe'. */
  readonly stdout?: number | 'pipe';
  readonly stderr?: number | 'pipe';
  readonly stdin?: 'terminal' | 'pipe';
}

export interface Recording {
  readonly terminal: Terminal;
  readonly stdout: () => string;
  readonly stderr: () => string;
}

/** A terminal that remembers what was written to it. Colour is off unless a test asks for it. */
export function recordingTerminal(options: RecordingOptions = {}): Recording {
  const { stdout = 80, stderr = 80, stdin = 'terminal', ...rest } = options;
  const out = recordingStream(stdout);
  const err = recordingStream(stderr);
  const terminal = createTerminal({
    env: { TERM: 'xterm-256color', LANG: 'en_GB.UTF-8' },
    color: 'never',
    quiet: false,
    verbosity: 'normal',
    noInput: false,
    ...rest,
    stdin: Object.assign(Readable.from([]), { isTTY: stdin === 'terminal' }),
    stdout: out.stream,
    stderr: err.stream,
  });
  return { terminal, stdout: out.text, stderr: err.text };
}

function recordingStream(columns: number | 'pipe') {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  const shape = columns === 'pipe' ? {} : { isTTY: true, columns };
  return { stream: Object.assign(stream, shape), text: () => chunks.join('') };
}

/** What a command prints of it on stdout. */
export async function printed(
  presentation: Presentation,
  options: RecordingOptions = {},
): Promise<string> {
  const recording = recordingTerminal(options);
  await recording.terminal.print(presentation);
  return recording.stdout();
}

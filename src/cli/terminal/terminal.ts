import { refuseUnknownFields } from './fields.ts';
import { createMessages } from './messages.ts';
import { createOutput } from './output.ts';
import { createMonitors } from './monitors.ts';
import { createPrinter } from './printer.ts';
import { createProgresses } from './progress.ts';
import { decideProfile, isCi } from './stream-profile.ts';
import { createStyle, renderTrusted } from './style.ts';
import type { Terminal, TerminalOptions } from './types.ts';

/**
 * The one place that decides what each stream can show, and the one way to it. stdout carries the
 * result and nothing else; everything said about it goes to stderr.
 */
export function createTerminal(options: TerminalOptions): Terminal {
  const { stdin, stdout, stderr, env } = options;
  const stdoutProfile = decideProfile(stdout, options);
  const stderrProfile = decideProfile(stderr, options);
  const isStdinTty = stdin.isTTY === true;
  const format = options.format ?? (stdoutProfile.isTty ? 'table' : 'tsv');
  const verbosity = options.quiet ? 'quiet' : options.verbosity;
  const style = createStyle(stdoutProfile);
  const output = createOutput(stdout);
  const messages = createMessages({
    write: (text) => void stderr.write(text),
    profile: stderrProfile,
    style,
    format,
    verbosity,
  });
  const talk = { stream: stderr, profile: stderrProfile, style, verbosity };
  const progresses = createProgresses({ ...talk, now: () => performance.now() });
  const monitors = createMonitors({ ...talk, format });
  const printer = createPrinter({
    output,
    profile: stdoutProfile,
    style,
    format,
    fields: options.fields,
    note: messages.note,
    warn: messages.warn,
  });
  return {
    ...messages,
    stdin: { isTty: isStdinTty },
    stdout: stdoutProfile,
    stderr: stderrProfile,
    format,
    interactive: isStdinTty && stdoutProfile.isTty && !options.noInput && !isCi(env),
    quiet: verbosity === 'quiet',
    verbosity,
    style,
    streams: { stdin, stdout, stderr },
    async print(presentation) {
      await printer.print(presentation);
      messages.releaseWarnings();
    },
    checkFields(known) {
      refuseUnknownFields(options.fields ?? [], known);
    },
    async printStream(stream) {
      await printer.printStream(stream);
      messages.releaseWarnings();
    },
    async write(text) {
      await output.write(renderTrusted(text, stdoutProfile));
      messages.releaseWarnings();
    },
    fail(error, requestId) {
      // A command that failed did not stop its spinner, which would keep the process alive.
      progresses.stopAll();
      monitors.stopAll();
      messages.fail(error, requestId);
    },
    progress: progresses.start,
    monitor: monitors.open,
  };
}

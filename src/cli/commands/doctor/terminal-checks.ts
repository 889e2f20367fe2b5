import { ok } from '../../../services/doctor/check.ts';
import type { Check } from '../../../services/doctor/check.ts';
import type { StreamProfile, Terminal } from '../../terminal/types.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What was decided for each stream, and why: the first thing to know when output looks odd. */
export function terminalChecks(
  terminal: Terminal,
  env: Environment,
  colorSetting: 'auto' | 'always' | 'never',
): readonly Check[] {
  const describe = (profile: StreamProfile): string =>
    [
      profile.isTty ? `a terminal, ${String(profile.columns)} columns` : 'no terminal',
      `${profile.color ? 'colour' : 'no colour'} (${colorReason(profile, env, colorSetting)})`,
      profile.unicode ? 'Unicode' : 'ASCII, as the locale says',
      ...(profile.isTty ? [profile.animate ? 'animated progress' : 'no animation'] : []),
    ].join(', ');
  return [
    ok('terminal.stdout', `stdout: ${describe(terminal.stdout)}; format ${terminal.format}`),
    ok('terminal.stderr', `stderr: ${describe(terminal.stderr)}`),
    ok('terminal.questions', questions(terminal, env)),
  ];
}

/** In the order in which the terminal layer decides. */
function colorReason(
  { isTty }: StreamProfile,
  env: Environment,
  setting: 'auto' | 'always' | 'never',
): string {
  if (setting !== 'auto') return `colour is set to ${setting}`;
  for (const name of ['NO_COLOR', 'FORCE_COLOR', 'CLICOLOR_FORCE']) {
    if ((env[name] ?? '') !== '') return `${name} is set`;
  }
  if (!isTty) return 'it is no terminal';
  return env['TERM'] === 'dumb' ? 'TERM is dumb' : 'it is a terminal';
}

function questions({ interactive, stdin, stdout }: Terminal, env: Environment): string {
  if (interactive) return 'questions are asked';
  if (!stdin.isTty) return 'no questions: stdin is no terminal';
  if (!stdout.isTty) return 'no questions: stdout is no terminal';
  return (env['CI'] ?? '') === '' ? 'no questions: --no-input' : 'no questions: CI is set';
}

import type { Check } from '../../../services/doctor/check.ts';
import { examine } from '../../../services/doctor/examine.ts';
import type { Context } from '../../context.ts';
import type { Style, StyleName } from '../../terminal/types.ts';
import { terminalChecks } from './terminal-checks.ts';

export async function runDoctor(context: Context): Promise<void> {
  const { terminal, clock, env, globals, loaded } = context;
  const progress = terminal.progress('looking');
  const { checks: found, isStoreUnavailable } = await examine(
    await context.operator.doctorSources(),
    clock,
  );
  progress.stop();
  const checks = [
    ...found,
    ...terminalChecks(terminal, env, globals.color ?? loaded.config.output.color),
  ];
  const rows = checks.map(({ id, status, message, hint }) => ({ id, status, message, hint }));
  const isFailed = checks.some(({ status }) => status === 'fail');
  const isWarned = checks.some(({ status }) => status === 'warn');
  await terminal.print({
    document: { status: isFailed ? 'fail' : isWarned ? 'warn' : 'ok', checks: rows },
    rows,
    columns: ['id', 'status', 'message', 'hint'].map((key) => ({ key, title: key })),
    human: (style) => checkLines(checks, style),
  });
  if (isStoreUnavailable) context.finishWith('STORE_UNAVAILABLE');
  else if (isFailed) context.finishWith('DIFFERENCES');
}

const TITLES: Readonly<Record<string, string>> = {
  machine: 'This machine',
  configuration: 'Configuration',
  mysql: 'MySQL',
  redis: 'Redis',
  pools: 'Pools',
  terminal: 'Terminal',
};

function checkLines(checks: readonly Check[], style: Style): readonly string[] {
  const lines: string[] = [];
  let group = '';
  // What could not be looked at is said once, by the check that failed before it.
  const isSaid = ({ id, status }: Check): boolean =>
    status !== 'skipped' || id.endsWith('.reachable');
  for (const check of checks.filter(isSaid)) {
    const [name = ''] = check.id.split('.');
    if (name !== group) {
      if (group !== '') lines.push('');
      lines.push(style.bold(TITLES[name] ?? name));
      group = name;
    }
    lines.push(`  ${markOf(check, style)} ${check.message}`);
    if (check.hint !== null) lines.push(`      ${style.cyan('try:')} ${check.hint}`);
  }
  return lines;
}

const STYLES: Readonly<Record<Check['status'], StyleName>> = {
  ok: 'green',
  warn: 'yellow',
  fail: 'red',
  skipped: 'dim',
};

function markOf({ status }: Check, style: Style): string {
  const mark = status === 'skipped' ? '-' : style.mark[status];
  return style[STYLES[status]](mark);
}

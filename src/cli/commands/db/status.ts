import { InvError } from '../../../lib/errors.ts';
import type { SchemaReport } from '../../../adapters/mysql/schema-report.ts';
import type { Context } from '../../context.ts';
import type { Style } from '../../terminal/types.ts';
import { labelOf } from './migrate.ts';

/** @throws InvError BAD_CONFIGURATION for an edited, half-applied or newer schema */
export async function runDbStatus(context: Context): Promise<void> {
  const schema = await context.operator.schema();
  const report = await schema.report();
  const { version, latest, state, problem } = report;
  const pending = report.pending.map(({ version: number, name }) => ({ version: number, name }));
  const document = { version, latest, pending, state };
  if (problem !== null) {
    const { code, message, hint } = problem;
    throw new InvError(code, message, {
      ...(hint === undefined ? {} : { hint }),
      facts: document,
      cause: problem,
    });
  }
  await context.terminal.print({ document, human: (style) => lines(report, style) });
  if (pending.length > 0) context.finishWith('PENDING');
}

function lines({ version, latest, pending }: SchemaReport, style: Style): readonly string[] {
  if (pending.length === 0) {
    return [`${style.green(style.mark.ok)} the schema is current: version ${String(version)}`];
  }
  return [
    `${style.yellow(style.mark.warn)} version ${String(version)}, and this inv works with ${String(latest)}`,
    ...pending.map(
      ({ version: number, name }) => `  pending ${labelOf({ version: number, name })}`,
    ),
    `  ${style.cyan('try:')} inv db migrate`,
  ];
}

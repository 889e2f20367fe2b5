import type { CommandResult, Installation } from '../installation.ts';
import { startCommand } from '../processes.ts';
import type { Answer, Order } from './history.ts';
import { promisedBy } from './promised-by.ts';

/** The words of `inv order place` for an order. */
function placeWords({ requestId, sku, quantity, buyer }: Order): readonly string[] {
  const ofBuyer = buyer === undefined ? [] : ['--buyer', buyer];
  return ['order', 'place', sku, String(quantity), '--request-id', requestId, ...ofBuyer, '--json'];
}

/** `inv order place`, with a changed environment where a drill wants one. */
export function byBinary(
  inv: Pick<Installation, 'env' | 'folder'>,
  env: Readonly<Record<string, string>> = {},
  words: (order: Order) => readonly string[] = placeWords,
): (order: Order) => Promise<Answer> {
  return async (order) => {
    const { code, stdout, stderr } = await startCommand(inv, words(order), env).ended;
    return { promised: promisedBy(code), detail: detailOf(code, stderr), output: stdout + stderr };
  };
}

/** The same within the test's own process: for orders that no fault is to meet. */
export function byInside(
  inv: Pick<Installation, 'inside'>,
  env: Readonly<Record<string, string>> = {},
): (order: Order) => Promise<Answer> {
  return async (order) => {
    const { exitCode, stdout, stderr } = await inv.inside(placeWords(order), { env });
    return {
      promised: promisedBy(exitCode),
      detail: detailOf(exitCode, stderr),
      output: stdout + stderr,
    };
  };
}

/** `69 FENCED`. */
function detailOf(code: number | string, stderr: string): string {
  const name = /"code":"([A-Z_]+)"/.exec(stderr)?.[1] ?? '';
  return `${String(code)} ${name}`.trim();
}

/** The document on stdout, or a failure that shows what came instead. */
export function documentOf({ exitCode, stdout, stderr }: CommandResult): Record<string, unknown> {
  if (exitCode !== 0) throw new Error(`exit ${String(exitCode)}\n${stderr}`);
  return JSON.parse(stdout) as Record<string, unknown>;
}

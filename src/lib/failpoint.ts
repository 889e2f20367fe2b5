/** What happens at a failpoint; main gives the actions, because only main may end the process. */
export interface FailpointActions {
  kill(): void;
}

type Action = 'kill' | 'hang' | 'throw';

interface Armed {
  readonly name: string;
  readonly action: Action;
  /** Passes that are let through first. */
  passes: number;
  readonly actions: FailpointActions;
}

let armed: Armed | undefined;

/**
 * Named points where tests make the process die, stop or fail: `INV_FAILPOINT=settle.before_commit=kill`,
 * with `@3` for the third pass. Honoured only beside `INV_TEST=1`.
 */
export function armFailpoint(
  env: Readonly<Record<string, string | undefined>>,
  actions: FailpointActions,
): void {
  const text = env['INV_TEST'] === '1' ? env['INV_FAILPOINT'] : undefined;
  const match = /^([a-z_.]+)=(kill|hang|throw)(?:@([1-9][0-9]*))?$/.exec(text ?? '');
  if (match === null) return;
  const [, name = '', action, pass = '1'] = match;
  armed = { name, action: action as Action, passes: Number(pass) - 1, actions };
}

/** A point of the protocol at which a crash must do no harm. */
export async function failpoint(name: string): Promise<void> {
  if (armed?.name !== name) return;
  if (armed.passes > 0) {
    armed.passes -= 1;
    return;
  }
  const { action, actions } = armed;
  if (action === 'throw') {
    armed = undefined;
    throw new Error(`failpoint ${name}`);
  }
  if (action === 'kill') actions.kill();
  // For ever: the test kills what hangs here, or lets its own time run out.
  await Promise.race<never>([]);
}

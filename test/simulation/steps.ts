/** One message of an actor to a store, or a moment of waiting. */
export interface Message {
  readonly to: 'redis' | 'mysql' | 'nobody';
  readonly name: string;
  /** A sale of Redis: several may travel in one call. */
  readonly isSale: boolean;
  /** How long its sender sleeps afterwards. */
  readonly sleepTicks: number;
  /** Executes it at the store; `isHeard` says whether the reply comes back. */
  deliver(isHeard: boolean): unknown;
}

/** A state machine: it stops at every message, so that anything may happen before the next. */
export type Steps<Result> = Generator<Message, Result, undefined>;

/** Sends one message. Undefined: no reply, and nobody knows whether it was executed. */
export function* ask<Reply>(
  to: 'redis' | 'mysql',
  name: string,
  execute: () => Reply,
): Steps<Reply | undefined> {
  const letter = new Letter(to, name, execute);
  yield letter;
  return letter.reply;
}

/** Like `ask`, for calls that may be executed together with those of other clients. */
export function* askSale<Reply>(name: string, execute: () => Reply): Steps<Reply | undefined> {
  const letter = new Letter('redis', name, execute);
  letter.isSale = true;
  yield letter;
  return letter.reply;
}

/** A message and the reply that may come back: sent, then perhaps executed, then perhaps heard. */
class Letter<Reply> implements Message {
  readonly to: 'redis' | 'mysql';
  readonly name: string;
  readonly sleepTicks = 0;
  isSale = false;
  reply: Reply | undefined;
  readonly #execute: () => Reply;

  constructor(to: 'redis' | 'mysql', name: string, execute: () => Reply) {
    this.to = to;
    this.name = name;
    this.#execute = execute;
  }

  deliver(isHeard: boolean): Reply {
    const executed = this.#execute();
    if (isHeard) this.reply = executed;
    return executed;
  }
}

const MOMENT: Message = sleepMessage(0);
const WHILE: Message = sleepMessage(8);

function sleepMessage(sleepTicks: number): Message {
  return { to: 'nobody', name: 'wait', isSale: false, sleepTicks, deliver: () => undefined };
}

/** Lets others go first. */
export function* wait(): Steps<void> {
  yield MOMENT;
}

/** Nothing to do: looks again in a while. */
export function* sleep(): Steps<void> {
  yield WHILE;
}

import type { Message } from './steps.ts';
import type { World } from './world.ts';
import { note } from './world.ts';
import { addEntry } from './stores/redis-script.ts';

/** What may happen to a message, as probabilities; what is left arrives and is answered. */
export interface MessageFaults {
  readonly lostRequest: number;
  readonly lostReply: number;
  /** Nobody hears of it now; the store may execute it any time later. */
  readonly late: number;
  /** The connection breaks after the execution: a driver that resends would send it once more. */
  readonly resent: number;
}

export const NO_MESSAGE_FAULTS: MessageFaults = {
  lostRequest: 0,
  lostReply: 0,
  late: 0,
  resent: 0,
};

/** Every message arrives, and every reply is heard. */
export function isReliable(faults: MessageFaults): boolean {
  return faults === NO_MESSAGE_FAULTS;
}

/** What the sender has to do: go on, or wait for the message that is sent once more. */
export type Delivered = 'DONE' | 'PENDING';

interface Sender {
  readonly name: string;
}

interface LateMessage {
  readonly sender: string;
  readonly message: Message;
}

export interface Network {
  readonly late: LateMessage[];
}

/** Takes one message to its store, or fails to. */
export function transmit(
  world: World,
  network: Network,
  sent: { readonly sender: Sender; readonly message: Message; readonly faults: MessageFaults },
): Delivered {
  const { sender, message, faults } = sent;
  if (message.to === 'nobody') return 'DONE';
  const { random } = world;
  if (random.chance(faults.lostRequest)) {
    tell(world, sender.name, message, 'is lost');
  } else if (random.chance(faults.lostReply)) {
    execute(world, sender.name, message, { isHeard: false });
  } else if (random.chance(faults.late)) {
    network.late.push({ sender: sender.name, message });
    tell(world, sender.name, message, 'is on its way for long');
  } else if (message.to === 'redis' && random.chance(faults.resent)) {
    execute(world, sender.name, message, { isHeard: false });
    if (!world.rules.driverSendsOnce) return 'PENDING';
  } else {
    execute(world, sender.name, message, { isHeard: true });
  }
  return 'DONE';
}

/** Two calls travel as one: one entry carries the events of both. */
export function transmitTogether(
  world: World,
  calls: readonly { readonly sender: Sender; readonly message: Message }[],
): void {
  world.redis.entry = [];
  for (const { sender, message } of calls) {
    execute(world, `${sender.name} (shared call)`, message, { isHeard: true });
  }
  const events = world.redis.entry;
  world.redis.entry = null;
  addEntry(world, events);
}

/** One of the late messages reaches its store; its sender has long given up. */
export function deliverLate(world: World, network: Network): void {
  const index = world.random.below(network.late.length);
  const [late] = network.late.splice(index, 1);
  if (late) execute(world, `${late.sender} (late)`, late.message, { isHeard: false });
}

function execute(
  world: World,
  sender: string,
  message: Message,
  { isHeard }: { readonly isHeard: boolean },
): void {
  const reply = message.deliver(isHeard);
  if (world.trace === null) return;
  const unheard = isHeard ? '' : '  (reply lost)';
  tell(world, sender, message, `-> ${brief(reply)}${unheard}`);
}

function tell(world: World, sender: string, message: Message, text: string): void {
  if (world.trace !== null) note(world, `${sender}: ${message.to} ${message.name} ${text}`);
}

const REPLY_CHARACTERS_MAX = 400;

function brief(reply: unknown): string {
  return JSON.stringify({ reply }).slice('{"reply":'.length, REPLY_CHARACTERS_MAX);
}

/** Keeps the first messages of failures, each once: a run can fail a million times in three ways. */
export interface Failures {
  readonly take: (failure: unknown) => void;
  readonly messages: () => readonly string[];
}

const MESSAGES_MAX = 10;
const MESSAGE_CHARACTERS_MAX = 500;

export function createFailures(): Failures {
  const messages = new Set<string>();
  return {
    take: (failure) => {
      if (messages.size >= MESSAGES_MAX) return;
      const message = failure instanceof Error ? failure.message : String(failure);
      messages.add(message.slice(0, MESSAGE_CHARACTERS_MAX));
    },
    messages: () => [...messages],
  };
}

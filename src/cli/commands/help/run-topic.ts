import type { HelpTopic } from '../../help/topics.ts';
import type { Context } from '../../context.ts';

export async function runHelpTopic({ terminal }: Context, topic: HelpTopic): Promise<void> {
  const text = await topic.load();
  await terminal.write(text());
}

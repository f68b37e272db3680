// Where an account wants it, a language model says where topics begin in a conversation: it is asked once a minute at most, at the end
// of one in which something came, however much that was.
import type { Settings } from '../accounts/settings.ts';
import type { Act } from '../act.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { planOnce } from '../jobs/plan-job.ts';

const EVERY_MS = 60_000;

export async function planTopics(act: Act, settings: Settings, conversations: readonly Conversation[]): Promise<void> {
  if (settings.understanding.topics === 'off') return;
  const minute = Math.floor(act.now.getTime() / EVERY_MS);
  const dueAt = new Date((minute + 1) * EVERY_MS);
  for (const { id, accountId } of conversations) {
    const once = { principal: 'topics', key: `${id}:${minute}` };
    await planOnce(act, 'understanding', accountId, { topicsIn: id }, once, dueAt);
  }
}

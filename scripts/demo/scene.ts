// The first live part: an agent takes a waiting conversation, they speak, and it is resolved. Both sides are watched over their
// sockets.
import { z } from 'zod';
import type { Api } from './api.ts';
import type { Tally } from './batches.ts';
import type { AgentSeat, ContactSeat } from './seats.ts';
import { pushed, pushedTimes, step } from './steps.ts';
import type { View } from './view.ts';

export type Scene = {
  readonly api: Api;
  readonly view: View;
  readonly agent: AgentSeat;
  readonly contact: ContactSeat;
  /** Gives people time to read; milliseconds. */
  readonly pauseMs: number;
};

const replyOf = (agent: string) => `您好，我是${agent}，前面的记录我都看到了，现在由我来为您处理。`;
const ANSWER = '太好了，谢谢！';
const NOTE = 'answered, the contact is content';

const Accepted = z.object({ sessionId: z.string() });

/** What the scene posts: a reply and an answer. */
export const tallyOfScene: Tally = { posted: 2, stored: 2, duplicates: 0, refused: [], troubles: [] };

export async function playScene(scene: Scene): Promise<void> {
  const { api, view, agent, contact, pauseMs } = scene;
  const { conversationId } = contact;
  const path = `/v1/conversations/${conversationId}`;
  await pushed(agent.watcher, 'conversation.queued', z.object({ conversationId: z.literal(conversationId) }));
  agent.watcher.follow(`conversation:${conversationId}`);
  await step(
    view,
    pauseMs,
    `${agent.name} accepts the conversation of ${contact.name}; from now on only they may speak for us.`,
  );
  const { sessionId } = await api.must(Accepted, 'POST', `${path}/accept`, undefined, agent.token);
  await bothSee(scene, 'conversation.assigned', 1);
  await step(view, pauseMs, `${agent.name} replies.`);
  await api.must(z.unknown(), 'POST', `${path}/messages`, { sessionId, content: replyOf(agent.name) }, agent.token);
  await bothSee(scene, 'message.created', 2);
  await step(view, pauseMs, `${contact.name} answers, with a token that opens this one conversation and no other.`);
  await api.must(z.unknown(), 'POST', `${path}/messages`, { content: ANSWER }, contact.token);
  await bothSee(scene, 'message.created', 3);
  await step(view, pauseMs, `${agent.name} resolves the conversation; the seat is free for the next one.`);
  await api.must(z.unknown(), 'POST', `${path}/resolve`, { note: NOTE }, agent.token);
  await bothSee(scene, 'conversation.resolved', 1);
}

/** Until so many events of this type about the conversation have come to the agent and to the contact. */
async function bothSee({ agent, contact }: Scene, type: string, count: number): Promise<void> {
  for (const { watcher } of [agent, contact])
    await pushedTimes(watcher, type, `conversation:${contact.conversationId}`, count);
}

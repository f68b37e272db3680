// The live part: an agent takes a waiting conversation, they speak, and it is resolved. Both sides are watched over their sockets.
import { z } from 'zod';
import type { Frame } from '../../src/client/stream-cursor.ts';
import { type Api, waitUntil } from './api.ts';
import type { Tally } from './batches.ts';
import type { AgentSeat, ContactSeat } from './seats.ts';
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
const HEARD_SECONDS = 15;

const Accepted = z.object({ sessionId: z.string() });

/** What the scene posts: a reply and an answer. */
export const tallyOfScene: Tally = { posted: 2, stored: 2, duplicates: 0, refused: [], troubles: [] };

export async function playScene(scene: Scene): Promise<void> {
  const { api, view, agent, contact } = scene;
  const { conversationId } = contact;
  const path = `/v1/conversations/${conversationId}`;
  await waitUntil(
    () => agent.watcher.events.some((event) => isAbout(event, 'conversation.queued', conversationId)),
    HEARD_SECONDS,
    'the waiting conversation was not told to the agent',
  );
  agent.watcher.follow(`conversation:${conversationId}`);
  await step(
    scene,
    `${agent.name} accepts the conversation of ${contact.name}; from now on only they may speak for us.`,
  );
  const { sessionId } = await api.must(Accepted, 'POST', `${path}/accept`, undefined, agent.token);
  await bothSee(scene, 'conversation.assigned', 1);
  await step(scene, `${agent.name} replies.`);
  await api.must(z.unknown(), 'POST', `${path}/messages`, { sessionId, content: replyOf(agent.name) }, agent.token);
  await bothSee(scene, 'message.created', 2);
  await step(scene, `${contact.name} answers, with a token that opens this one conversation and no other.`);
  await api.must(z.unknown(), 'POST', `${path}/messages`, { content: ANSWER }, contact.token);
  await bothSee(scene, 'message.created', 3);
  await step(scene, `${agent.name} resolves the conversation; the seat is free for the next one.`);
  await api.must(z.unknown(), 'POST', `${path}/resolve`, { note: NOTE }, agent.token);
  await bothSee(scene, 'conversation.resolved', 1);
  view.end();
}

async function step({ view, pauseMs }: Scene, sentence: string): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, pauseMs));
  view.chapter(sentence);
}

/** Until so many events of this type about the conversation have come to the agent and to the contact. */
async function bothSee({ agent, contact }: Scene, type: string, count: number): Promise<void> {
  const stream = `conversation:${contact.conversationId}`;
  for (const { watcher } of [agent, contact]) {
    const seen = () => watcher.events.filter((event) => event.type === type && event.stream === stream).length;
    await waitUntil(() => seen() >= count, HEARD_SECONDS, `${type} was not pushed`);
  }
}

const About = z.looseObject({ conversationId: z.string() });

function isAbout({ type, data }: Frame, wanted: string, conversationId: string): boolean {
  return type === wanted && About.safeParse(data).data?.conversationId === conversationId;
}

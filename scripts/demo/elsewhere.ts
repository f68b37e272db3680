// What the scenes in systems outside have in common: who plays there, the robot's first answer, whose turn it is, and the proof that both
// sides hold the same words.
import { z } from 'zod';
import type { Kernel } from '../../src/kernel.ts';
import { type Api, waitUntil } from './api.ts';
import type { Tally } from './batches.ts';
import { tellHolder } from './baton.ts';
import type { HookRobot, Turn } from './hook-robot.ts';
import type { AgentSeat } from './seats.ts';
import { pushed } from './steps.ts';
import type { View } from './view.ts';

/** @property server in the place of the system. */
export type Elsewhere<Server> = {
  readonly api: Api;
  readonly kernel: Kernel;
  readonly view: View;
  readonly pauseMs: number;
  readonly agent: AgentSeat;
  readonly account: string;
  readonly server: Server;
  readonly robot: HookRobot;
  /** How much of what somebody is shown there has been told. */
  readonly told: Map<string, number>;
};

/** @property messages that stand there, by both sides. */
export type Played = { readonly messages: number; readonly tally: Tally };

type Scene = Elsewhere<unknown>;

const THERE_SECONDS = 15;

/** Until something is so there. */
export function there(condition: () => boolean, otherwise: string): Promise<void> {
  return waitUntil(condition, THERE_SECONDS, otherwise);
}

/** Until the robot has answered; from then on the agent watches the conversation too. */
export async function firstTurn({ robot, agent }: Scene): Promise<Turn> {
  await there(() => robot.turns.length > 0, 'the robot did not answer');
  const [turn] = robot.turns;
  if (!turn) throw new Error('the robot did not answer');
  agent.watcher.follow(`conversation:${turn.conversationId}`);
  return turn;
}

const Sessions = z.object({
  status: z.string(),
  sessions: z.array(z.object({ kind: z.string(), state: z.string(), origin: z.string() })),
});

/** Its sessions, who holds it, and that it stands so on the desk. @throws when it does not. */
export async function tellStanding(
  { api, view, agent }: Scene,
  { conversationId }: Turn,
  status: string,
): Promise<void> {
  await tellHolder(api, view, conversationId, [agent.watcher]);
  const shown = await api.must(Sessions, 'GET', `/v1/conversations/${conversationId}`);
  const sessions = shown.sessions.map(
    ({ kind, state, origin }) => `${kind} ${state}${origin === 'outside' ? ' (outside)' : ''}`,
  );
  view.fact('here', `${shown.status}: ${sessions.join(', ')}`);
  if (shown.status !== status) throw new Error(`the conversation is ${shown.status}, not ${status}`);
}

/** Until the rules have read that in what the contact wrote; the view tells which rule, and by which words. */
export async function understood({ agent }: Scene, { conversationId }: Turn, intent: string): Promise<void> {
  const verdict = z.object({ intent: z.string() });
  const verdicts = z.array(verdict).refine((all) => all.some((each) => each.intent === intent));
  await pushed(agent.watcher, 'message.understood', z.object({ conversationId: z.literal(conversationId), verdicts }));
}

/** What is new of it. @param texts everything that they are shown. */
export function tellShown({ view, told }: Scene, who: string, texts: readonly string[]): void {
  for (const text of texts.slice(told.get(who))) view.fact('shown', `to ${who}: “${text}”`);
  told.set(who, texts.length);
}

const Page = z.object({ data: z.array(z.object({ content: z.unknown() })) });

/** @param texts that stand there, by both sides. @throws when ours are others. */
export async function tellSame(
  { api, view }: Scene,
  { conversationId }: Turn,
  texts: readonly string[],
): Promise<void> {
  const { data } = await api.must(Page, 'GET', `/v1/conversations/${conversationId}/messages?limit=100`);
  const ours = data.map(({ content }) => String(content));
  const [here, elsewhere] = [ours.toSorted(), texts.toSorted()].map((words) => JSON.stringify(words));
  if (here !== elsewhere) throw new Error(`other words stand here: ${here}, than there: ${elsewhere}`);
  view.fact('same', `${texts.length} messages stand there and here, each once`);
}

/** What people wrote there and came in by hooks; whether it is stored is seen by `tellSame`. */
export function tallyOfHooks(messages: number): Tally {
  return { posted: messages, stored: messages, duplicates: 0, refused: [], troubles: [] };
}

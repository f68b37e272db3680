// What follows when people outside spoke while a robot had the floor: the robot falls silent, a human turn is opened or grows, and
// what robots said meanwhile is marked. Sessions here are past the ORM's bookkeeping, as in store-messages.ts.

import type { Settings } from '../accounts/settings.ts';
import type { Act } from '../act.ts';
import { record } from '../events/record.ts';
import { planJob } from '../jobs/plan-job.ts';
import { isOver } from '../sessions/lifecycle.ts';
import { leaveFloor, openSession, subjectOf } from '../sessions/move-session.ts';
import type { Session } from '../sessions/session.ts';
import type { Incoming } from './incoming.ts';
import { overlaps, type Turn } from './outside-speech.ts';
import { type ConversationReading, knownTurn, type Word } from './read-conversations.ts';

/** The robot that holds the floor while a person speaks outside leaves it. @returns who did. */
export function fallSilent(
  act: Act,
  settings: Settings,
  { conversation, sessions, outside }: ConversationReading,
): Session[] {
  if (!outside.some((turn) => turn.isOpen && sessionToGrow(sessions, turn) === null)) return [];
  const robots = sessions.filter(({ state, handler }) => state === 'active' && handler === 'robot');
  for (const robot of robots)
    leaveFloor(act, conversation, robot, 'paused', settings, 'a person of ours speaks outside');
  return robots;
}

export type TakenTurn = {
  readonly session: Session;
  readonly messages: readonly {
    readonly incoming: Incoming;
    readonly session: Session;
    readonly opened: boolean;
    readonly overlapped: false;
  }[];
};

/** The session of each turn, new or grown; the floor is free for the one that is open by now. */
export function takeTurns(act: Act, settings: Settings, found: ConversationReading): TakenTurn[] {
  return found.outside.map((turn) => {
    const session = sessionOf(act, settings, found, turn);
    const opened = !found.sessions.includes(session);
    return {
      session,
      messages: turn.said.map(({ incoming }) => ({ incoming, session, opened, overlapped: false as const })),
    };
  });
}

function sessionOf(
  act: Act,
  settings: Settings,
  { conversation, sessions }: ConversationReading,
  turn: Turn<Word>,
): Session {
  const known = sessionToGrow(sessions, turn);
  const [firstAt, lastAt] = [new Date(firstIn(turn)), new Date(turn.to)];
  if (known) {
    if (firstAt < known.firstAt) known.firstAt = firstAt;
    if (lastAt > known.lastAt) known.lastAt = lastAt;
    if (!isOver(known.state)) known.heardAt(lastAt, act.now, settings.deadlines);
    return known;
  }
  const robot = robotBefore(sessions, turn.from);
  return openSession(act, conversation, settings, {
    kind: 'manual_customer_service',
    state: turn.isOpen ? 'active' : 'completed',
    origin: 'outside',
    heard: 'human',
    firstAt,
    lastAt,
    reason: 'a person of ours spoke outside',
    ...(robot ? { predecessorId: robot.id } : {}),
  });
}

/** A session that is over never opens again: where its turn is found to go on, a new one follows it. */
function sessionToGrow(sessions: readonly Session[], { id, isOpen }: Turn<Word>): Session | null {
  const known = sessions.find((session) => session.id === id);
  return known && !(isOpen && isOver(known.state)) ? known : null;
}

/** Where the part of the turn begins that is heard now, if no known session holds what was before. */
function firstIn({ id, from, said }: Turn<Word>): number {
  return id === null ? from : Math.min(...said.map(({ at }) => at));
}

/** A person outside answers what waits for one: what was to be handed on is taken. */
export function answeredOutside(act: Act, session: Session, { sender }: Incoming): void {
  if (sender !== 'human' || session.handler !== 'human' || session.state !== 'pending') return;
  planJob(act, 'transfer', session.accountId, { answeredIn: session.id });
}

/** Whether a robot said this over a person, in a turn that is new or one that is known. */
export function overlapsAny({ sessions, outside }: ConversationReading, { sender, sentAt }: Incoming): boolean {
  if (sender !== 'robot') return false;
  const known = sessions.filter(({ origin }) => origin === 'outside').map(knownTurn);
  return [...known, ...outside].some((turn) => overlaps(turn, sentAt.getTime()));
}

/** Those that were stored before are marked too, and the robot is told. Called once the turns are written. */
export async function markOverlapped(
  act: Act,
  { conversation, sessions, outside }: ConversationReading,
): Promise<void> {
  for (const turn of outside) {
    const { affectedRows } = await act.em.execute<{ affectedRows: number }>(
      `update message set overlapped = true where conversation_id = ? and sender = 'robot' and overlapped = false and sent_at > ?
       ${turn.isOpen ? '' : 'and sent_at <= ?'}`,
      [conversation.id, new Date(turn.from), ...(turn.isOpen ? [] : [new Date(turn.to)])],
      'run',
    );
    const robot = robotBefore(sessions, turn.from);
    if (!robot || (turn.id !== null && affectedRows === 0)) continue;
    record(
      act,
      'session.conflicted',
      { ...subjectOf(conversation), sessionId: robot.id },
      {
        conversationId: conversation.id,
        contactId: conversation.contactId,
        sessionId: robot.id,
        kind: robot.kind,
        incumbentId: turn.id,
        rule: 'outside',
        outcome: 'overlapped',
        explanation: `A person of ours spoke outside from ${new Date(turn.from).toISOString()} on; ${affectedRows} earlier messages of robots overlapped it.`,
        reason: null,
      },
    );
  }
}

/** The robot session that the turn broke into. */
function robotBefore(sessions: readonly Session[], from: number): Session | undefined {
  const robots = sessions.filter(({ handler, firstAt }) => handler === 'robot' && firstAt.getTime() <= from);
  return robots.toSorted((a, b) => b.firstAt.getTime() - a.firstAt.getTime())[0];
}

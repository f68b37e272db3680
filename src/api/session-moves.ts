// What is done to a session that is open: pause, resume, complete, cancel, reclaim. Upstream and robots call with a key; agents for
// the sessions that they serve.
import { z } from 'zod';
import { completeSession } from '../domain/assignments/complete-session.ts';
import { pauseSession, resumeSession } from '../domain/assignments/pause-session.ts';
import { reclaimSession } from '../domain/assignments/reclaim-session.ts';
import { findSessionFor } from './access.ts';
import type { Principal } from './auth.ts';
import { route } from './route.ts';
import { OnConflict, Standing, standing } from './session-standing.ts';
import { ById, HolderView, Remark } from './shapes.ts';

const Why = z.strictObject({ reason: Remark.optional() }).prefault({});

export const postPause = route({
  method: 'post',
  path: '/v1/sessions/:id/pause',
  summary: 'Put a session on hold: the floor goes to the next one, and it comes back only by resume.',
  door: { key: 'sessions:write', agent: true },
  params: ById,
  body: Why,
  answers: { 200: { says: 'It is paused.', schema: Standing } },
  handle: ({ principal, params, body, change }) =>
    change(async (act) => {
      await findSessionFor(act.em, principal, params.id);
      const { session, conversation } = await pauseSession(act, params.id, agentOf(principal), body.reason ?? null);
      return { status: 200, body: { ...standing(session, conversation), arbitration: null } };
    }),
});

export const postResume = route({
  method: 'post',
  path: '/v1/sessions/:id/resume',
  summary: 'Ask for the floor again; where it is taken, onConflict says what then.',
  door: { key: 'sessions:write', agent: true },
  params: ById,
  body: z.strictObject({ onConflict: OnConflict }).prefault({}),
  answers: { 200: { says: 'It is active, or waits as paused until it is next.', schema: Standing } },
  handle: ({ principal, params, body, change }) =>
    change(async (act) => {
      await findSessionFor(act.em, principal, params.id);
      const { session, conversation, verdict } = await resumeSession(
        act,
        params.id,
        agentOf(principal),
        body.onConflict,
      );
      const arbitration = { rule: verdict.rule, explanation: verdict.explanation };
      return { status: 200, body: { ...standing(session, conversation), arbitration } };
    }),
});

const ending = (to: 'completed' | 'cancelled', path: `/v1/sessions/:id/${string}`, summary: string) =>
  route({
    method: 'post',
    path,
    summary,
    door: { key: 'sessions:write', agent: true },
    params: ById,
    body: Why,
    answers: { 200: { says: 'It is over; the floor is handed on.', schema: Standing } },
    handle: ({ principal, params, body, change }) =>
      change(async (act) => {
        await findSessionFor(act.em, principal, params.id);
        const locked = await completeSession(act, params.id, agentOf(principal), to, body.reason ?? to);
        return { status: 200, body: { ...standing(locked.session, locked.conversation), arbitration: null } };
      }),
  });

export const postComplete = ending('completed', '/v1/sessions/:id/complete', 'The work of a session is done.');
export const postCancel = ending('cancelled', '/v1/sessions/:id/cancel', 'A session ends before its work is done.');

export const postReclaim = route({
  method: 'post',
  path: '/v1/sessions/:id/reclaim',
  summary: 'A robot that lost its connection asks where its session is, and from which event on it missed things.',
  door: { key: 'sessions:write' },
  params: ById,
  body: z.strictObject({ epoch: z.int().min(0) }),
  answers: {
    200: {
      says: 'It goes on, has the floor again, waits, or is over.',
      schema: Standing.extend({
        outcome: z.enum(['goes_on', 'resumed', 'waits', 'over']),
        holder: HolderView.nullable(),
        missed: z.object({ stream: z.string(), after: z.int(), head: z.int() }),
      }),
    },
  },
  handle: ({ principal, params, body, change }) =>
    change(async (act) => {
      await findSessionFor(act.em, principal, params.id);
      const { session, conversation, outcome, explanation, holder, missed } = await reclaimSession(
        act,
        params.id,
        body.epoch,
      );
      const arbitration = { rule: '5' as const, explanation };
      return { status: 200, body: { ...standing(session, conversation), arbitration, outcome, holder, missed } };
    }),
});

/** Upstream acts for itself; an agent must serve the session. */
function agentOf({ type, id }: Principal): string | null {
  return type === 'agent' ? id : null;
}

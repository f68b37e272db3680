// Sessions by request: somebody wants the floor. Upstream and robots call with a key; agents take human sessions themselves.
import { z } from 'zod';
import { Needs } from '../domain/accounts/settings.ts';
import { openSessionFor } from '../domain/assignments/open-session-for.ts';
import { ExternalId, Profile, WholeText } from '../domain/contacts/profile.ts';
import { SESSION_KINDS, TASK_TYPES } from '../domain/sessions/kinds.ts';
import { findAccountFor, findAgentFor, findSessionFor } from './access.ts';
import { viewSession } from './conversation-detail.ts';
import { route } from './route.ts';
import { OnConflict, Standing, standing } from './session-standing.ts';
import { ById, Id, Remark, SessionView } from './shapes.ts';

/** JSON writes half of a surrogate pair as an escape, and databases refuse it. */
const HALF = /\\ud[89a-f]/i;
const Data = z
  .json()
  .refine((data) => JSON.stringify(data).length <= 8_000, 'must be at most 8,000 characters of JSON')
  .refine((data) => !HALF.test(JSON.stringify(data)), 'must not hold half characters');

const Task = z.strictObject({
  type: WholeText.trim().min(1).max(40),
  id: WholeText.min(1).max(128).optional(),
  state: WholeText.min(1).max(120).optional(),
  data: Data.optional(),
});

export const postSession = route({
  method: 'post',
  path: '/v1/sessions',
  summary: 'Ask for a session: the arbitration decides who speaks, and says why. Agents take a human session at once.',
  door: { key: 'sessions:write', agent: true },
  body: z
    .strictObject({
      account: Id,
      contact: z.union([ExternalId.transform((id): Profile => ({ id })), Profile]),
      kind: z.enum(SESSION_KINDS).optional(),
      taskType: z
        .enum(TASK_TYPES)
        .optional()
        .meta({ description: 'Instead of the kind: what upstream calls its work.' }),
      task: Task.optional().meta({ description: 'What is worked on and how far it is: handed to whoever takes over.' }),
      level: z
        .int()
        .min(1)
        .max(4)
        .optional()
        .meta({ description: 'Another level than the kind has; robots at most 3.' }),
      onConflict: OnConflict,
      reason: Remark.optional().meta({ description: 'Required for emergencies.' }),
      needs: Needs.optional(),
      agentId: Id.optional().meta({ description: 'The agent who takes a human session at once.' }),
    })
    .refine(({ kind, taskType }) => (kind === undefined) !== (taskType === undefined), {
      path: ['kind'],
      message: 'name either the kind or the taskType',
    }),
  answers: { 201: { says: 'The session, active or waiting, and why.', schema: Standing } },
  handle: ({ principal, body, change }) =>
    change(async (act) => {
      await findAccountFor(act.em, principal, body.account);
      if (body.agentId) await findAgentFor(act.em, principal, body.agentId);
      const { account, contact, kind, taskType, ...wanted } = body;
      const { conversation, session, verdict } = await openSessionFor(act, account, contact, {
        kind: kind ?? null,
        taskType: taskType ?? null,
        task: wanted.task ? withoutUndefined(wanted.task) : null,
        level: wanted.level ?? null,
        onConflict: wanted.onConflict,
        reason: wanted.reason ?? null,
        needs: wanted.needs ?? null,
        agentId: principal.type === 'agent' ? principal.id : (wanted.agentId ?? null),
      });
      const arbitration = { rule: verdict.rule, explanation: verdict.explanation };
      return { status: 201, body: { ...standing(session, conversation), arbitration } };
    }),
});

function withoutUndefined({ type, id, state, data }: z.output<typeof Task>) {
  return {
    type,
    ...(id === undefined ? {} : { id }),
    ...(state === undefined ? {} : { state }),
    ...(data === undefined ? {} : { data }),
  };
}

export const getSession = route({
  method: 'get',
  path: '/v1/sessions/:id',
  summary: 'One session.',
  door: { key: 'sessions:read', agent: true },
  params: ById,
  answers: { 200: { says: 'The session.', schema: SessionView.extend({ conversationId: Id }) } },
  handle: async ({ context, principal, params }) => {
    const session = await findSessionFor(context.kernel.orm.em.fork(), principal, params.id);
    return { status: 200, body: { ...viewSession(session), conversationId: session.conversationId } };
  },
});

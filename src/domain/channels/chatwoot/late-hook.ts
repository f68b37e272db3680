// A webhook of Chatwoot that can not be followed yet is looked at again: soon, then with growing pauses, and not for ever.
import type { EntityManager } from '@mikro-orm/mysql';
import type { Act } from '../../act.ts';
import type { Endpoint } from '../../endpoints/endpoint.ts';
import { newId } from '../../ids.ts';
import type { Hook } from '../../jobs/catalogue.ts';
import { Job } from '../../jobs/job.ts';
import { planJob, planOnce } from '../../jobs/plan-job.ts';
import { Message } from '../../messages/message.ts';
import type { ConversationLink } from '../conversation-link.ts';
import type { ChatwootHook } from './hook.ts';
import { lastWordsIn } from './last-words.ts';
import type { ChatwootMessage } from './message.ts';
import { isOwn } from './own-message.ts';
import { answerIdOf, saidIn, speakerOf, writerOf } from './said.ts';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 60_000;
/** After so long it is followed as it is: what it waits for may never come. */
const PATIENCE_MS = 15 * 60_000;

export function isPatient({ now }: Act, { late }: Hook): boolean {
  return late === undefined || now.getTime() - Date.parse(late.since) < PATIENCE_MS;
}

/** Nothing of it is taken yet. */
export function putOff(act: Act, { id: endpointId, accountId }: Endpoint, { hook, late }: Hook): void {
  const since = late?.since ?? act.now.toISOString();
  const again = { since, heard: false, before: null };
  planJob(act, 'inbound', accountId, { endpointId, hook, late: again }, nextLook(act, since));
}

/** What was said in it is taken. Until the rest is, nothing is told there that would undo it. */
export async function putOffDeed(
  act: Act,
  { id: endpointId, accountId }: Endpoint,
  { hook, late }: Hook,
  { id: linkId }: ConversationLink,
  before: string | null,
): Promise<void> {
  const since = late?.heard ? late.since : act.now.toISOString();
  const payload = { endpointId, hook, late: { since, heard: true, before } };
  const once = { principal: principalOf(linkId), key: newId() };
  await planOnce(act, 'inbound', accountId, payload, once, nextLook(act, since));
}

/** When what people did there is looked at again; null: nothing of it waits. */
export async function readNextLook(em: EntityManager, linkId: string): Promise<Date | null> {
  const waiting = { principal: principalOf(linkId), state: 'accepted' } as const;
  const job = await em.findOne(Job, waiting, { fields: ['dueAt'], orderBy: { dueAt: 'asc' } });
  return job?.dueAt ?? null;
}

function principalOf(linkId: string): string {
  return `link:${linkId}`;
}

/** Each pause is as long as all before. */
function nextLook({ now }: Act, since: string): Date {
  const waited = now.getTime() - Date.parse(since);
  return new Date(now.getTime() + Math.min(LONGEST_PAUSE_MS, Math.max(FIRST_PAUSE_MS, waited)));
}

/** Whether all that was said there before is written down here: what was done there came after it. */
export async function isCaughtUp(act: Act, endpoint: Endpoint, read: ChatwootHook, hook: unknown): Promise<boolean> {
  const messages = [read.kind === 'message' ? read : null, lastWordsIn(hook)];
  const ids = read.kind === 'answered' ? [answerIdOf(read.messageId)] : [];
  for (const message of messages) if (message) ids.push(...(await idsOf(act, endpoint, message)));
  const externalIds = [...new Set(ids)];
  if (externalIds.length === 0) return true;
  const { accountId } = endpoint;
  return (await act.em.count(Message, { accountId, externalId: { $in: externalIds } })) === externalIds.length;
}

/** Those under which it is written down; what we have said ourselves is here. */
async function idsOf(act: Act, endpoint: Endpoint, message: ChatwootMessage): Promise<string[]> {
  if (speakerOf(message) === null || (await isOwn(act, endpoint, message))) return [];
  return saidIn(message, writerOf(0, null), act.now).map(({ id }) => String(id));
}

// Where a picture needs a person: operators are alarmed, and the conversation goes to whoever serves it, or waits for somebody.
import type { Act } from '../act.ts';
import { raiseAlarm } from '../alarms/raise-alarm.ts';
import { requestSession } from '../assignments/request-session.ts';
import { transferByRule } from '../assignments/transfer-session.ts';
import { DomainError } from '../errors.ts';
import { record } from '../events/record.ts';
import { shortened } from '../messages/incoming.ts';
import { openSessionsOf, subjectOf } from '../sessions/move-session.ts';
import type { Studio } from './lock-image.ts';

/** Of a session and of a transfer; characters. */
const REASON_LENGTH = 400;

/** @param code of the alarm. @param why a sentence without private words. */
export async function callPeople(act: Act, studio: Studio, code: string, why: string): Promise<void> {
  const { account, conversation } = studio;
  const reason = shortened(why, REASON_LENGTH);
  await raiseAlarm(act, { code, detail: reason, accountId: account.id, conversationId: conversation.id });
  const open = await openSessionsOf(act, conversation.id);
  const robot = open.find(({ handler, state }) => handler === 'robot' && state === 'active');
  const person = open.find(({ handler }) => handler === 'human');
  if (person) return flag(act, studio);
  await act.em.flush();
  if (robot && (await transferByRule(act, robot.id, reason, code).catch(refusedOnly))) return;
  await requestSession(act, account, conversation, {
    kind: 'manual_customer_service',
    level: null,
    task: null,
    needs: null,
    onConflict: 'queue',
    reason,
    agentId: null,
  });
}

/** Handed on too often: then somebody is waited for all the same. */
function refusedOnly(error: unknown): null {
  if (error instanceof DomainError) return null;
  throw error;
}

function flag(act: Act, { conversation }: Studio): void {
  const changed = conversation.flag({ needIntervene: true }, act.now);
  if (Object.keys(changed).length === 0) return;
  const { id: conversationId, contactId } = conversation;
  record(act, 'conversation.flags_changed', subjectOf(conversation), {
    conversationId,
    contactId,
    needIntervene: true,
  });
}

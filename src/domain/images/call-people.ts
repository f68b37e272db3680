// Where a picture needs a person: operators are alarmed, and the conversation goes to whoever serves it, or waits for somebody.
import type { Act } from '../act.ts';
import { raiseAlarm } from '../alarms/raise-alarm.ts';
import { requestSession } from '../assignments/request-session.ts';
import { record } from '../events/record.ts';
import { planJob } from '../jobs/plan-job.ts';
import { openSessionsOf, subjectOf } from '../sessions/move-session.ts';
import type { Studio } from './lock-image.ts';

/** @param code of the alarm. @param reason a sentence without private words. */
export async function callPeople(act: Act, studio: Studio, code: string, reason: string): Promise<void> {
  const { account, conversation } = studio;
  await raiseAlarm(act, { code, detail: reason, accountId: account.id, conversationId: conversation.id });
  const open = await openSessionsOf(act, conversation.id);
  const robot = open.find(({ handler, state }) => handler === 'robot' && state === 'active');
  const person = open.find(({ handler }) => handler === 'human');
  if (person) return flag(act, studio);
  if (robot) {
    planJob(act, 'transfer', account.id, { sessionId: robot.id, reason, rule: code });
    return;
  }
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

// A robot bargains, the contact asks for a person, the work goes to an agent and back: at each step one holds the baton, and the next
// one knows what the last one knew.
import { expect, test } from 'vitest';
import { type Json, World } from '../support/world.ts';

const world = await World.open();

test('a robot hands on to a person, who accepts the offer, answers, and hands back', async () => {
  const account = await world.account({ routing: { mode: 'offer' }, understanding: { transfer: false } });
  const bargain = await world.must('POST', '/v1/sessions', {
    account,
    contact: { id: 'wang', name: 'Wang' },
    taskType: 'negotiation',
    task: { type: 'negotiation', id: 'order-7', state: 'offer made', data: { price: 90 } },
  });
  expect(bargain).toMatchObject({
    session: { kind: 'auto_bargain', state: 'active', level: 3 },
    arbitration: { rule: '0' },
  });
  const { conversationId, epoch } = bargain;
  const messages = `/v1/conversations/${conversationId}/messages`;
  const robot = { sessionId: bargain.session.id, robot: 'Bargainer' };
  await world.must('POST', messages, { ...robot, epoch, content: 'Ninety?' });
  const contact = await world.token('contact', (await world.conversation(account, 'wang')).contact.id);
  await world.must('POST', messages, { content: 'I want to talk to a person' }, { key: contact });

  const transfer = await world.must('POST', `/v1/sessions/${bargain.session.id}/transfers`, {
    reason: 'the contact asks for a person',
    cause: { rule: 'wants-person', words: ['talk to a person'] },
    urgency: 3,
    advice: 'Eighty-five is the lowest.',
  });
  expect(transfer).toMatchObject({
    state: 'requested',
    bundle: {
      advice: 'Eighty-five is the lowest.',
      contact: { name: 'Wang' },
      session: { task: { id: 'order-7', data: { price: 90 } } },
      messages: [{ content: 'Ninety?' }, { content: 'I want to talk to a person' }],
    },
  });
  const li = await world.agent([account], { name: 'Li Ming' });
  await world.quiet();
  const [offer] = await world.sql("select id, agent_id, session_id from assignment where state = 'offered'");
  expect(offer).toMatchObject({ agent_id: li.id, session_id: transfer.toSessionId });
  const taken = await world.must('POST', `/v1/assignments/${offer.id}/accept`, undefined, { key: li.token });
  expect(taken).toMatchObject({ sessionId: transfer.toSessionId, seat: 0 });

  const late = await world.call('POST', messages, { ...robot, epoch, content: 'Eighty-nine?' });
  expect(late).toMatchObject({ status: 409, body: { code: 'floor_lost', holder: { agentName: 'Li Ming' } } });
  await world.must('POST', messages, { sessionId: taken.sessionId, content: 'Eighty-five.' }, { key: li.token });
  const back = await world.must(
    'POST',
    `/v1/transfers/${transfer.id}/return`,
    { note: 'They agreed.' },
    { key: li.token },
  );
  expect(back.transfer).toMatchObject({ state: 'returned', returnBundle: { advice: 'They agreed.' } });

  const over = await world.conversation(account, 'wang');
  expect(over.status).toBe('ai_handling');
  const states = over.sessions.map(({ kind, state }: Json) => `${kind} ${state}`);
  expect(states.sort()).toEqual(['auto_bargain active', 'auto_bargain completed', 'manual_customer_service completed']);
  expect(await world.broken()).toEqual([]);
});

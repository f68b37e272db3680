// A robot bargains, an agent takes over in the middle of its turn, resolves, and the contact who comes back meets the robot again.
import { expect, test } from 'vitest';
import { type Json, until, World } from '../support/world.ts';

const world = await World.open();

test('robot, person, robot: at every moment exactly one of them speaks', async () => {
  const account = await world.account({ firstHandler: 'robot' });
  const agent = await world.agent([account], { name: 'Li Ming' });
  const desk = world.client('/agent', agent.token);
  await until(() => Object.keys(desk.client.places).length === 2, 5, 'the agent is not connected');

  await world.ingest([world.message(account, 'wang', { content: 'Is there a discount?', sentAt: world.ago(20) })]);
  const begun = await world.conversation(account, 'wang');
  expect(begun).toMatchObject({
    status: 'ai_handling',
    sessions: [{ kind: 'auto_customer_service', state: 'active' }],
  });
  const messages = `/v1/conversations/${begun.id}/messages`;
  const turn = { sessionId: begun.sessions[0].id, epoch: begun.epoch, robot: 'Bargainer' };
  await world.must('POST', messages, { ...turn, content: 'Five per cent.' });

  const taken = await world.must('POST', `/v1/conversations/${begun.id}/accept`, undefined, { key: agent.token });
  const late = await world.call('POST', messages, { ...turn, content: 'Six per cent?' });
  expect(late).toMatchObject({ status: 409, body: { code: 'floor_lost', holder: { agentName: 'Li Ming' } } });
  const reply = { sessionId: taken.sessionId, content: 'You get ten.' };
  await world.must('POST', messages, reply, { key: agent.token });
  await world.must('POST', `/v1/conversations/${begun.id}/resolve`, {}, { key: agent.token });
  const over = await world.conversation(account, 'wang');
  expect(over.status).toBe('resolved');
  expect(over.sessions.map(({ kind, state }: Json) => `${kind} ${state}`).sort()).toEqual([
    'auto_customer_service completed',
    'manual_customer_service completed',
  ]);

  const contact = await world.token('contact', begun.contact.id);
  await world.must('POST', messages, { content: 'One more question' }, { key: contact });
  expect(await world.conversation(account, 'wang')).toMatchObject({ status: 'ai_handling', agent: null });

  const statuses = () =>
    desk.events.filter(({ type }) => type === 'conversation.status_changed').map(({ data }) => (data as Json).to);
  await until(() => statuses().length === 4, 5, 'the desk did not see every change');
  expect(statuses()).toEqual(['ai_handling', 'serving', 'resolved', 'ai_handling']);
  const { data } = await world.must('GET', messages);
  expect(data.map(({ content }: Json) => content).reverse()).toEqual([
    'Is there a discount?',
    'Five per cent.',
    'Li Ming has joined and will help you.',
    'You get ten.',
    'This conversation is closed. Write again at any time.',
    'One more question',
  ]);
  expect(await world.broken()).toEqual([]);
});

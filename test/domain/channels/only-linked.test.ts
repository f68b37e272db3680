// An account that is connected to Chatwoot may have contacts who were never there: of them nothing is written down for it.
import { expect, test } from 'vitest';
import { place, world } from './chatwoot/place.ts';

const effects = async (account: string) => {
  const rows = await world.sql('select effect from delivery where account_id = ? order by id', [account]);
  return rows.map(({ effect }) => effect);
};

test('of a contact from elsewhere nothing is written down, of one who was heard there everything is', async () => {
  const there = await place();
  const before = await effects(there.account);
  const from = { account: there.account, contact: 'wang-9', kind: 'auto_customer_service' };
  const elsewhere = await world.must('POST', '/v1/sessions', from);
  const say = (id: string, turn: object) =>
    world.must('POST', `/v1/conversations/${id}/messages`, { ...turn, robot: 'Helper', content: 'Hello' });
  const rename = async (id: string) => {
    const { contact } = await world.must('GET', `/v1/conversations/${id}`);
    await world.must('PATCH', `/v1/contacts/${contact.id}`, { name: 'Somebody' });
  };
  await say(elsewhere.conversationId, { sessionId: elsewhere.session.id, epoch: elsewhere.epoch });
  await rename(elsewhere.conversationId);
  expect(await effects(there.account)).toEqual(before);

  await say(there.id, { sessionId: there.session.id, epoch: there.epoch });
  await rename(there.id);
  expect(await effects(there.account)).toEqual([...before, 'message', 'contact']);
});

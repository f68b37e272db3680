// What a contact said is listened to once, and only forward, however often somebody looks.
import { expect, test } from 'vitest';
import { runAct } from '../../../src/act.ts';
import { hearContact } from '../../../src/domain/images/hear-contact.ts';
import { Studio } from '../../support/studio.ts';

const studio = await Studio.open({ workers: 1 });
const { world } = studio;

function look(conversation: string): Promise<number> {
  return runAct(world.kernel, { type: 'system', id: 'test' }, (act) => hearContact(act, conversation));
}

test('who looks again hears nothing again, and what was said before the picture came is not heard at all', async () => {
  const account = await world.account({ firstHandler: 'robot' });
  await studio.says(account, 'wang', 'make it brighter');
  const { id, contactId, conversationId } = await studio.request(account, 'wang', { words: 'a photo' });
  await studio.says(account, 'wang', 'make it sharper');
  await studio.says(account, 'wang', 'When do you ship?');
  await world.quiet();
  expect([await look(conversationId), await look(conversationId)]).toEqual([0, 0]);
  const { replies } = await studio.task(id);
  expect(replies.map(({ words }: { words: string }) => words)).toEqual(['make it sharper']);
  const sql =
    'select heard_to, (select max(id) from message where account_id = ?) as newest from image_profile where contact_id = ?';
  const [{ heard_to: pointer, newest }] = await world.sql(sql, [account, contactId]);
  expect(Number(pointer)).toBe(Number(newest));
  expect(await world.broken()).toEqual([]);
});

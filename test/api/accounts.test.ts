// Accounts: what was chosen is kept, what was not follows our defaults, and nothing is lost when two people change settings at once.
import { expect, test } from 'vitest';
import { type Json, until, World } from '../support/world.ts';

const world = await World.open({ workers: 0 });

async function storedSettings(account: string): Promise<Json> {
  const [row] = await world.sql('select cast(settings as char) as text from account where id = ?', [account]);
  return JSON.parse(row.text);
}

function change(account: string, settings: object): Promise<Json> {
  return world.must('PATCH', `/v1/accounts/${account}`, { settings });
}

test('a change leaves every setting alone that it does not name', async () => {
  const account = await world.account({ language: 'zh', groupingGap: 60, deadlines: { paused: 5 } });
  const { settings } = await change(account, { firstHandler: 'robot' });
  expect(settings).toMatchObject({ language: 'zh', groupingGap: 60, deadlines: { paused: 5 }, firstHandler: 'robot' });
  await world.must('PATCH', `/v1/accounts/${account}`, { name: 'Other' });
  expect(await world.must('GET', `/v1/accounts/${account}`)).toMatchObject({ name: 'Other', settings });
});

test('a setting that is named replaces the one before', async () => {
  const account = await world.account({ deadlines: { paused: 5 } });
  const { settings } = await change(account, { deadlines: { robotActive: 7 } });
  expect(settings.deadlines).toMatchObject({ robotActive: 7, paused: 28_800 });
});

test('the answer is the whole document, what is written down is what was chosen', async () => {
  const account = await world.account({ language: 'zh', phrases: { resolved: { en: 'Bye' } } });
  expect(await storedSettings(account)).toEqual({ language: 'zh', phrases: { resolved: { en: 'Bye' } } });
  const { settings } = await change(account, { deadlines: { paused: 5 } });
  expect(settings).toMatchObject({ groupingGap: 1800, deadlines: { paused: 5, robotActive: 1800 } });
  expect(await storedSettings(account)).toEqual({
    language: 'zh',
    phrases: { resolved: { en: 'Bye' } },
    deadlines: { paused: 5 },
  });
});

test('an account without a word about settings has none of its own', async () => {
  const body = { platform: 'web', externalId: 'plain', name: 'Plain' };
  const { id, settings } = await world.must('POST', '/v1/accounts', body);
  expect(settings).toMatchObject({ language: 'en', groupingGap: 1800 });
  expect(await storedSettings(id)).toEqual({});
});

test('two changes at once both come true', async () => {
  const account = await world.account();
  const waiting =
    "select 1 from information_schema.processlist where info like ? and (info like '%for update' or info like 'update %')";
  const bothWait = async () => (await world.sql(waiting, [`%${account}%`])).length === 2;
  const changes = await world.kernel.orm.em.fork().transactional(async (em) => {
    await em.execute('select 1 from account where id = ? for update', [account]);
    const both = [change(account, { language: 'zh' }), change(account, { groupingGap: 60 })];
    await until(bothWait, 10, 'the two changes do not wait for the row');
    return both;
  });
  await Promise.all(changes);
  expect(await storedSettings(account)).toEqual({ language: 'zh', groupingGap: 60 });
});

// What another release has written down fails no act of an account: neither a setting of its own, nor one of its channels.
import { expect, test } from 'vitest';
import { World } from '../../support/world.ts';

const world = await World.open();

test('an account whose document names a webhook of old goes on, and shows what is known of it', async () => {
  const account = await world.account({ language: 'zh' });
  const stored = {
    language: 'zh',
    robotWebhook: 'https://robot.example.com',
    routing: { mode: 'direct', mood: 'kind' },
    phrases: { resolved: { zh: '再见', fr: 'Au revoir' } },
  };
  await world.sql('update account set settings = ? where id = ?', [JSON.stringify(stored), account]);
  const shown = await world.must('GET', `/v1/accounts/${account}`);
  expect(shown.settings).toMatchObject({
    language: 'zh',
    routing: { mode: 'direct' },
    phrases: { resolved: { zh: '再见' } },
  });
  expect(JSON.stringify(shown.settings)).not.toMatch(/robotWebhook|mood|Au revoir/);
  expect(await world.ingest([world.message(account, 'wang')])).toMatchObject({ stored: 1 });
  const changed = await world.must('PATCH', `/v1/accounts/${account}`, { settings: { groupingGap: 60 } });
  expect(changed.settings).toMatchObject({ groupingGap: 60, language: 'zh' });
  const refused = await world.call('PATCH', `/v1/accounts/${account}`, { settings: { robotWebhook: 'https://x.y' } });
  expect(refused.status).toBe(400);
});

test('a channel whose document has a setting more fails nothing that is done in its account', async () => {
  const account = await world.account();
  const path = `/v1/accounts/${account}/channels/chatwoot`;
  const channel = { url: 'https://chat.example.com', settings: { account: 7 }, secrets: { botToken: 'bot-1' } };
  const { id } = await world.must('PUT', path, channel);
  await world.sql('update endpoint set settings = ? where id = ?', [JSON.stringify({ account: 7, pace: 'slow' }), id]);
  expect(await world.ingest([world.message(account, 'wang')])).toMatchObject({ stored: 1 });
  const { data } = await world.must('GET', `/v1/accounts/${account}/channels`);
  expect(data).toMatchObject([{ id, settings: { account: 7 }, secrets: { botToken: true } }]);
  expect(data[0].settings).not.toHaveProperty('pace');
  const refused = await world.call('PUT', path, { ...channel, settings: { account: 7, pace: 'slow' } });
  expect(refused.status).toBe(400);
});

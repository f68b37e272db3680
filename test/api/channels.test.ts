// The channels of an account over the API: connected with secrets that are never shown, changed as a whole but for secrets that are left
// out, switched off, removed; and what was said in Chatwoot before is asked for.
import { describe, expect, test } from 'vitest';
import { newId } from '../../src/domain/ids.ts';
import { type Json, World } from '../support/world.ts';
import { checkProblem } from './examples.ts';

const world = await World.open({ workers: 0, env: { PUBLIC_URL: 'https://baton.example.com/' } });

const CHATWOOT = {
  url: 'https://chat.example.com',
  settings: { account: 7 },
  secrets: { botToken: 'bot-token-1', webhookSecret: 'hook-secret-1' },
};
const WECOM = {
  url: 'https://wecom.example.com',
  settings: { corpId: 'ww1', agentId: 1_000_002 },
  secrets: { secret: 'app-secret-1', token: 'Token1', aesKey: 'a'.repeat(43) },
};

const pathOf = (account: string, channel = '') => `/v1/accounts/${account}/channels${channel && `/${channel}`}`;
const put = (account: string, channel: string, body: object) => world.call('PUT', pathOf(account, channel), body);

describe('a channel is connected', () => {
  test('Chatwoot: with its defaults, the address of our hook, and which secrets are set', async () => {
    const account = await world.account();
    const { status, body } = await put(account, 'chatwoot', CHATWOOT);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      accountId: account,
      channel: 'chatwoot',
      url: CHATWOOT.url,
      settings: { account: 7, inboxes: null, signatures: 'required', bot: null, team: null, agents: {} },
      secrets: { botToken: true, userToken: false, webhookSecret: true },
      hook: `https://baton.example.com/v1/hooks/chatwoot/${account}`,
      enabled: true,
      reason: null,
      circuit: { state: 'closed', failures: 0 },
    });
    expect(await world.must('GET', pathOf(account))).toEqual({ data: [body] });
  });

  test('WeCom: at Tencent’s address unless another is given', async () => {
    const account = await world.account();
    const { url: _, ...rest } = WECOM;
    const { status, body } = await put(account, 'wecom', rest);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      channel: 'wecom',
      url: 'https://qyapi.weixin.qq.com',
      settings: { corpId: 'ww1', agentId: 1_000_002, send: 'always', customerService: [] },
      secrets: { secret: true, token: true, aesKey: true, customerServiceSecret: false },
      hook: `https://baton.example.com/v1/hooks/wecom/${account}`,
    });
  });

  test('both beside each other, and a webhook is none of them', async () => {
    const account = await world.account();
    await put(account, 'wecom', WECOM);
    await put(account, 'chatwoot', CHATWOOT);
    const { id } = await world.must('POST', '/v1/webhooks', { account, url: 'https://example.com', events: ['*'] });
    const { data } = await world.must('GET', pathOf(account));
    expect(data.map(({ channel }: Json) => channel)).toEqual(['chatwoot', 'wecom']);
    const { data: webhooks } = await world.must('GET', `/v1/webhooks?account=${account}`);
    expect(webhooks.map((webhook: Json) => webhook.id)).toEqual([id]);
    expect((await world.call('GET', `/v1/webhooks/${data[0].id}`)).status).toBe(404);
  });

  test('by two at once it is connected once', async () => {
    const account = await world.account();
    const replies = await Promise.all(Array.from({ length: 6 }, () => put(account, 'chatwoot', CHATWOOT)));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 201]);
    expect((await world.must('GET', pathOf(account))).data).toHaveLength(1);
  });
});

describe('what does not fit is refused, with where', () => {
  test.each([
    ['chatwoot', { ...CHATWOOT, url: 'chat.example.com' }, '/url'],
    ['chatwoot', { ...CHATWOOT, url: 'https://a:b@chat.example.com' }, '/url'],
    ['chatwoot', { ...CHATWOOT, url: 'https://chat.example.com/?a=1' }, '/url'],
    ['chatwoot', { ...CHATWOOT, settings: {} }, '/settings/account'],
    ['chatwoot', { ...CHATWOOT, settings: { account: 7, what: 1 } }, '/settings'],
    ['chatwoot', { ...CHATWOOT, secrets: { password: 'x' } }, '/secrets'],
    ['chatwoot', { ...CHATWOOT, secrets: { botToken: 'two words' } }, '/secrets/botToken'],
    ['wecom', { ...WECOM, secrets: { token: 'Token1', aesKey: 'a'.repeat(43) } }, '/secrets/secret'],
    ['wecom', { ...WECOM, secrets: { ...WECOM.secrets, aesKey: 'short' } }, '/secrets/aesKey'],
    ['wecom', { ...WECOM, secrets: { ...WECOM.secrets, token: null } }, '/secrets/token'],
    ['wecom', { ...WECOM, settings: { corpId: 'ww1' } }, '/settings/agentId'],
  ])('%s %j', async (channel, body, pointer) => {
    const account = await world.account();
    const reply = await put(account, channel, body);
    checkProblem(reply);
    expect(reply).toMatchObject({ status: 400, body: { code: 'bad_body', errors: [{ pointer }] } });
    expect(JSON.stringify(reply.body)).not.toMatch(/two words|short/);
    expect((await world.must('GET', pathOf(account))).data).toEqual([]);
  });

  test('another channel is not there', async () => {
    const account = await world.account();
    for (const [method, channel] of [
      ['DELETE', 'chatwoot'],
      ['DELETE', 'telegram'],
      ['PUT', 'telegram'],
    ])
      expect(
        (await world.call(method ?? '', pathOf(account, channel), method === 'PUT' ? WECOM : undefined)).status,
      ).toBe(404);
  });
});

describe('a channel is changed', () => {
  test('as a whole; secrets that are left out stay, and null forgets one', async () => {
    const account = await world.account();
    const { body: first } = await put(account, 'chatwoot', { ...CHATWOOT, settings: { account: 7, bot: 3 } });
    const url = `${CHATWOOT.url}/behind-a-path`;
    const other = { url, settings: { account: 8 }, secrets: { userToken: 'user-1' } };
    const { status, body } = await put(account, 'chatwoot', other);
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: first.id, url: other.url, settings: { account: 8, bot: null } });
    expect(body.secrets).toEqual({ botToken: true, userToken: true, webhookSecret: true });
    const { body: less } = await put(account, 'chatwoot', { ...other, secrets: { botToken: null } });
    expect(less.secrets).toEqual({ botToken: false, userToken: true, webhookSecret: true });
    const { secrets: _, ...without } = other;
    expect((await put(account, 'chatwoot', without)).body.secrets).toEqual(less.secrets);
  });

  test('to another origin only with every secret that is set, given again or forgotten', async () => {
    const account = await world.account();
    const [shop] = [await put(account, 'chatwoot', CHATWOOT)];
    for (const url of ['https://evil.example.com', 'http://chat.example.com', 'https://chat.example.com:8443']) {
      const reply = await put(account, 'chatwoot', { ...CHATWOOT, url, secrets: { botToken: 'bot-token-2' } });
      checkProblem(reply);
      expect(reply).toMatchObject({ status: 400, body: { code: 'bad_body' } });
      expect(reply.body.errors).toMatchObject([
        { pointer: '/secrets/webhookSecret', detail: expect.stringContaining('another origin') },
      ]);
    }
    const { secrets: _, ...without } = CHATWOOT;
    const none = await put(account, 'chatwoot', { ...without, url: 'https://evil.example.com' });
    expect(none.body.errors.map(({ pointer }: Json) => pointer)).toEqual([
      '/secrets/botToken',
      '/secrets/webhookSecret',
    ]);
    expect((await world.must('GET', pathOf(account))).data).toEqual([shop.body]);
    const moved = { ...without, url: 'https://new.example.com', secrets: { botToken: 'bot-2', webhookSecret: null } };
    expect(await put(account, 'chatwoot', moved)).toMatchObject({
      status: 200,
      body: { url: moved.url, secrets: { botToken: true, userToken: false, webhookSecret: false } },
    });
  });

  test('and so is WeCom, whose secrets can not be forgotten', async () => {
    const account = await world.account();
    await put(account, 'wecom', WECOM);
    const away = { ...WECOM, url: 'https://evil.example.com' };
    const reply = await put(account, 'wecom', { ...away, secrets: { secret: 'app-secret-2' } });
    expect(reply.body.errors.map(({ pointer }: Json) => pointer)).toEqual(['/secrets/token', '/secrets/aesKey']);
    expect((await put(account, 'wecom', { ...away, secrets: { ...WECOM.secrets, token: null } })).status).toBe(400);
    expect((await put(account, 'wecom', away)).status).toBe(200);
  });

  test('switched off and on; what waited is due then', async () => {
    const account = await world.account();
    const { body } = await put(account, 'chatwoot', { ...CHATWOOT, enabled: false });
    expect(body).toMatchObject({ enabled: false, reason: 'It was switched off by hand.' });
    await world.sql(
      `insert into delivery (endpoint_id, account_id, lane, effect, effect_key, state, due_at, expires_at, created_at)
       values (?, ?, 'lane', 'text', ?, 'pending', now(3) + interval 1 hour, now(3) + interval 1 day, now(3))`,
      [body.id, account, newId()],
    );
    expect(await jobs(account)).toBe(0);
    expect(await put(account, 'chatwoot', CHATWOOT)).toMatchObject({
      status: 200,
      body: { enabled: true, reason: null },
    });
    expect(await jobs(account)).toBe(1);
    expect(
      await world.sql('select 1 from delivery where endpoint_id = ? and due_at > ?', [body.id, world.kernel.clock()]),
    ).toEqual([]);
  });
});

async function jobs(account: string): Promise<number> {
  return (await world.sql("select 1 from job where kind = 'delivery' and account_id = ?", [account])).length;
}

test('no secret is ever shown, nor stands anywhere to be read', async () => {
  const account = await world.account();
  await put(account, 'chatwoot', CHATWOOT);
  await put(account, 'wecom', WECOM);
  const shown = JSON.stringify([
    await world.must('GET', pathOf(account)),
    await put(account, 'chatwoot', CHATWOOT),
    await world.sql('select * from endpoint where account_id = ?', [account]),
  ]);
  for (const secret of [...Object.values(CHATWOOT.secrets), ...Object.values(WECOM.secrets)])
    expect(shown).not.toContain(secret);
});

test('removed, it is gone with whose conversation there is whose here; connected again it is another one', async () => {
  const account = await world.account();
  const { body } = await put(account, 'chatwoot', CHATWOOT);
  expect((await world.call('DELETE', pathOf(account, 'chatwoot'))).status).toBe(204);
  const again = await world.call('DELETE', pathOf(account, 'chatwoot'));
  checkProblem(again);
  expect(again).toMatchObject({ status: 404, body: { code: 'endpoint_not_found' } });
  expect((await world.must('GET', pathOf(account))).data).toEqual([]);
  const { status, body: anew } = await put(account, 'chatwoot', { ...CHATWOOT, secrets: {} });
  expect(status).toBe(201);
  expect(anew.id).not.toBe(body.id);
  expect(anew.secrets).toEqual({ botToken: false, userToken: false, webhookSecret: false });
});

test('what was said in Chatwoot before is read by a job', async () => {
  const account = await world.account();
  const path = `${pathOf(account, 'chatwoot')}/imports`;
  expect(await world.call('POST', path, { conversation: 41 })).toMatchObject({ status: 404 });
  const { body: channel } = await put(account, 'chatwoot', CHATWOOT);
  for (const conversation of [0, 1.5, '41', 2 ** 31])
    expect((await world.call('POST', path, { conversation })).status).toBe(400);
  const { status, body, headers } = await world.call('POST', path, { conversation: 41 });
  expect({ status, location: headers.get('location') }).toEqual({ status: 202, location: `/v1/jobs/${body.id}` });
  const [{ payload }] = await world.sql('select payload from job where id = ?', [body.id]);
  expect(JSON.parse(payload)).toEqual({ endpointId: channel.id, history: { conversation: '41', before: null } });
  expect(await world.must('GET', body.href)).toMatchObject({ kind: 'inbound', state: 'accepted' });
});

test('and who may touch that account only sees what becomes of it, others do not', async () => {
  const [account, other] = [await world.account(), await world.account()];
  await put(account, 'chatwoot', CHATWOOT);
  const keyFor = async (accounts: readonly string[], scopes: readonly string[]): Promise<string> =>
    (await world.must('POST', '/v1/api-keys', { name: 'limited', scopes, accounts })).key;
  const key = await keyFor([account], ['endpoints:write', 'jobs:read']);
  const path = `${pathOf(account, 'chatwoot')}/imports`;
  const { body } = await world.call('POST', path, { conversation: 41 }, { key });
  const [{ principal }] = await world.sql('select principal from job where id = ?', [body.id]);
  expect(principal).toBe(`key:${key.slice('baton_'.length, 'baton_'.length + 26)}`);
  expect((await world.call('GET', body.href, undefined, { key })).status).toBe(200);
  const look = async (accounts: readonly string[]) =>
    (await world.call('GET', body.href, undefined, { key: await keyFor(accounts, ['jobs:read']) })).status;
  expect(await look([account])).toBe(200);
  expect(await look([other])).toBe(404);
});

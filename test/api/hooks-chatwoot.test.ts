// The door by which Chatwoot calls us: proved over the very bytes, written down once, answered at once.
import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { newId } from '../../src/domain/ids.ts';
import { type Json, World } from '../support/world.ts';
import { checkProblem } from './examples.ts';

const SECRET = 'hook-secret-1';
const world = await World.open({ workers: 0 });

const HOOK = {
  event: 'message_created',
  account: { id: 7 },
  id: 1,
  content: '你好',
  message_type: 'incoming',
  created_at: '2026-11-21T10:00:00.000Z',
  sender: { id: 5, name: 'Wang', type: 'contact' },
  conversation: { id: 3, inbox_id: 2, status: 'pending', channel: 'Channel::WebWidget', meta: { sender: { id: 5 } } },
};

async function shop(signatures: string): Promise<string> {
  const account = await world.account();
  const settings = { account: 7, signatures };
  const body = {
    url: 'https://chat.example.com',
    settings,
    secrets: { botToken: 'bot-token-1', webhookSecret: SECRET },
  };
  await world.must('PUT', `/v1/accounts/${account}/channels/chatwoot`, body);
  return account;
}

type Proof = {
  readonly secret?: string;
  readonly age?: number;
  readonly id?: string;
  readonly signed?: string;
  readonly plain?: boolean;
};

/** @property signed the body that is signed, where it is not the one that is sent. */
function post(account: string, body: string, proof: Proof | null): Promise<Json> {
  const path = `/v1/hooks/chatwoot/${account}`;
  if (proof === null) return world.call('POST', path, body, { key: null });
  const { secret = SECRET, age = 0, id = newId(), signed = body, plain = false } = proof;
  const timestamp = String(Math.floor(world.kernel.clock().getTime() / 1000) - age);
  const digest = createHmac('sha256', secret).update(`${timestamp}.${signed}`).digest('hex');
  return world.call('POST', path, body, {
    key: null,
    headers: {
      'X-Chatwoot-Delivery': id,
      'X-Chatwoot-Timestamp': timestamp,
      'X-Chatwoot-Signature': plain ? digest : `sha256=${digest}`,
    },
  });
}

async function written(account: string): Promise<Json[]> {
  const rows = await world.sql("select payload from job where kind = 'inbound' and account_id = ? order by id", [
    account,
  ]);
  return rows.map(({ payload }) => JSON.parse(payload).hook);
}

test('a signed call is written down as it is, and answered without waiting for a worker', async () => {
  const account = await shop('required');
  const body = `${JSON.stringify(HOOK)}\n`;
  expect(await post(account, body, {})).toMatchObject({ status: 200, body: { accepted: true } });
  expect((await post(account, body, { plain: true })).status).toBe(200);
  expect(await written(account)).toEqual([HOOK, HOOK]);
});

test('what opens doors there is not kept, however deep it lies', async () => {
  const account = await shop('required');
  const contact = { id: 5, pubsub_token: 'canary', name: 'Wang' };
  const hook = {
    ...HOOK,
    access_token: 'canary',
    conversation: { ...HOOK.conversation, contact_inbox: { contact_id: 5, pubsub_token: 'canary' }, users: [contact] },
  };
  expect((await post(account, JSON.stringify(hook), {})).status).toBe(200);
  const [kept] = await written(account);
  expect(JSON.stringify(kept)).not.toContain('canary');
  expect(kept.conversation).toEqual({
    ...HOOK.conversation,
    contact_inbox: { contact_id: 5 },
    users: [{ id: 5, name: 'Wang' }],
  });
});

test('the same delivery again is answered, and not written down twice; without an id the same bytes are', async () => {
  const account = await shop('if_present');
  const body = JSON.stringify(HOOK);
  const id = newId();
  for (let time = 0; time < 3; time += 1) expect((await post(account, body, { id })).status).toBe(200);
  expect(await written(account)).toHaveLength(1);
  for (let time = 0; time < 3; time += 1) expect((await post(account, body, null)).status).toBe(200);
  expect(await written(account)).toHaveLength(2);
  const both = await Promise.all([1, 2, 3, 4].map(() => post(account, body, { id: 'all-at-once' })));
  expect(both.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect(await written(account)).toHaveLength(3);
});

test('what is not proved is refused, and nothing of it is kept', async () => {
  const account = await shop('required');
  const body = JSON.stringify(HOOK);
  const wrong: readonly (Proof | null)[] = [
    null,
    { secret: 'another-secret' },
    { signed: body.replace('你好', '你号') },
    { signed: `${body} ` },
    { age: 301 },
    { age: -301 },
  ];
  for (const proof of wrong) {
    const reply = await post(account, body, proof);
    expect(reply.status).toBe(401);
    checkProblem(reply);
    expect(JSON.stringify(reply.body)).not.toContain(SECRET);
  }
  expect(await written(account)).toEqual([]);
});

test('a Chatwoot that signs nothing comes in only where it is allowed to, and a wrong signature does not even there', async () => {
  const body = JSON.stringify(HOOK);
  const allowed = await shop('if_present');
  expect((await post(allowed, body, null)).status).toBe(200);
  expect((await post(allowed, body, { secret: 'another-secret' })).status).toBe(401);
  const off = await shop('off');
  expect((await post(off, body, { secret: 'another-secret' })).status).toBe(200);
});

test('an account that is not connected, or switched off, is not there; what is no JSON is refused', async () => {
  const body = JSON.stringify(HOOK);
  for (const account of [newId(), 'nobody', await world.account()]) {
    const reply = await post(account, body, {});
    expect(reply.status).toBe(404);
    checkProblem(reply);
  }
  const account = await shop('required');
  expect((await post(account, '{"event":', {})).status).toBe(400);
  const deep = await post(account, `${'['.repeat(40)}${']'.repeat(40)}`, {});
  checkProblem(deep);
  expect(deep.body).toMatchObject({ code: 'too_deep' });
  const off = { url: 'https://chat.example.com', settings: { account: 7 }, enabled: false };
  await world.must('PUT', `/v1/accounts/${account}/channels/chatwoot`, off);
  expect((await post(account, body, {})).status).toBe(404);
  expect(await written(account)).toEqual([]);
});

// Platforms that get no answer in time call again, and load balancers call twice: of equal calls at once, one is written down, and each
// is answered.
import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { newId } from '../../src/domain/ids.ts';
import { seal } from '../support/outside/wecom-seal.ts';
import { World } from '../support/world.ts';

const CALLS = 16;
const world = await World.open({ workers: 0, apis: 2 });

const CHATWOOT = {
  url: 'https://chat.example.com',
  settings: { account: 7, signatures: 'if_present' },
  secrets: { botToken: 'bot-token-1', webhookSecret: 'hook-secret-1' },
};
const KEYS = { token: 'Token1', aesKey: 'a'.repeat(43), receiveId: 'ww1' };
const WECOM = {
  settings: { corpId: KEYS.receiveId, agentId: 1_000_002 },
  secrets: { secret: 'app-secret-1', token: KEYS.token, aesKey: KEYS.aesKey },
};
const HOOK = { event: 'message_created', account: { id: 7 }, id: 1, content: '你好', message_type: 'incoming' };

async function connected(channel: string, body: object): Promise<string> {
  const account = await world.account();
  await world.must('PUT', `/v1/accounts/${account}/channels/${channel}`, body);
  return account;
}

/** To both servers by turns. @returns the statuses that differ. */
async function callAtOnce(path: string, bodies: readonly string[], headers: Record<string, string>): Promise<number[]> {
  const replies = await Promise.all(
    bodies.map((body, index) => {
      const url = world.apis[index % world.apis.length]?.url ?? '';
      return world.call('POST', path, body, { key: null, headers, url });
    }),
  );
  return [...new Set(replies.map(({ status }) => status))];
}

async function written(account: string): Promise<number> {
  return (await world.sql("select 1 from job where kind = 'inbound' and account_id = ?", [account])).length;
}

test('Chatwoot, by the id of the delivery', async () => {
  const account = await connected('chatwoot', CHATWOOT);
  const body = JSON.stringify(HOOK);
  const timestamp = String(Math.floor(world.kernel.clock().getTime() / 1000));
  const digest = createHmac('sha256', CHATWOOT.secrets.webhookSecret).update(`${timestamp}.${body}`).digest('hex');
  const headers = {
    'X-Chatwoot-Delivery': newId(),
    'X-Chatwoot-Timestamp': timestamp,
    'X-Chatwoot-Signature': `sha256=${digest}`,
  };
  expect(await callAtOnce(`/v1/hooks/chatwoot/${account}`, Array(CALLS).fill(body), headers)).toEqual([200]);
  expect(await written(account)).toBe(1);
});

test('Chatwoot without an id, by the same bytes', async () => {
  const account = await connected('chatwoot', CHATWOOT);
  const bodies = Array(CALLS).fill(JSON.stringify(HOOK));
  expect(await callAtOnce(`/v1/hooks/chatwoot/${account}`, bodies, {})).toEqual([200]);
  expect(await written(account)).toBe(1);
});

const MESSAGE = `<xml><ToUserName><![CDATA[ww1]]></ToUserName><FromUserName><![CDATA[ZhangSan]]></FromUserName>
<CreateTime>1763719200</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[hello]]></Content><MsgId>4711</MsgId><AgentID>1000002</AgentID></xml>`;
const EVENT = `<xml><ToUserName><![CDATA[ww1]]></ToUserName><FromUserName><![CDATA[ZhangSan]]></FromUserName>
<CreateTime>1763719200</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[enter_agent]]></Event><AgentID>1000002</AgentID></xml>`;

test.each([
  ['a message, by its number', MESSAGE],
  ['an event, by who and when', EVENT],
])('WeCom: %s', async (_what, xml) => {
  const account = await connected('wecom', WECOM);
  const timestamp = String(Math.floor(world.kernel.clock().getTime() / 1000));
  const { body, query } = seal(xml, KEYS, '1', timestamp);
  const path = `/v1/hooks/wecom/${account}?${new URLSearchParams(query)}`;
  expect(await callAtOnce(path, Array(CALLS).fill(body), {})).toEqual([200]);
  expect(await written(account)).toBe(1);
});

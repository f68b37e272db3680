// The token in the handshake: whose it is, for which namespace, and until when.
import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { openRawSocket } from '../support/raw-socket.ts';
import { until, World } from '../support/world.ts';

/** Longer than the server's look at its sockets (5 s), so that a token is renewed in time. */
const LIFE_SECONDS = 8;

const world = await World.open({ env: { TOKEN_SECONDS: String(LIFE_SECONDS) } });
const account = await world.account({ connections: { agents: 'keep' } });
const agent = await world.agent([account]);
const { contact } = await world.must('POST', '/v1/contacts', { account, contact: { id: 'anna' } });
const contactToken = await world.token('contact', contact.id);

const forged = await new SignJWT({})
  .setProtectedHeader({ alg: 'HS256' })
  .setIssuer('baton')
  .setAudience('baton')
  .setSubject(`agent:${agent.id}`)
  .setJti('one')
  .setExpirationTime('1h')
  .sign(new TextEncoder().encode('a secret that is not the one of this server'));

describe('the handshake is refused', () => {
  const header = Buffer.from('{"alg":"none"}').toString('base64url');
  const claims = Buffer.from(
    JSON.stringify({ sub: `agent:${agent.id}`, iss: 'baton', aud: 'baton', exp: 9e9, jti: 'a' }),
  );
  const cases: readonly (readonly [string, '/agent' | '/contact', object])[] = [
    ['without a token', '/agent', {}],
    ['with a token that is no text', '/agent', { token: { toString: 'x' } }],
    ["with a contact's token at the agents' door", '/agent', { token: contactToken }],
    ["with an agent's token at the contacts' door", '/contact', { token: agent.token }],
    ['with an API key', '/agent', { token: world.key }],
    ["with another's signature", '/agent', { token: forged }],
    ['without a signature', '/agent', { token: `${header}.${claims.toString('base64url')}.` }],
  ];
  test.for(cases)('%s', async ([, namespace, auth]) => {
    const socket = openRawSocket(world.url, namespace, auth);
    expect(await socket.hears('connect_error')).toBe('not_authenticated');
    expect(socket.socket.connected).toBe(false);
  });
});

describe('when the token ends', () => {
  test('the socket is warned, then told and closed; the old token opens no other', async () => {
    const token = await world.token('agent', agent.id);
    const socket = openRawSocket(world.url, '/agent', { token });
    await socket.hears('connection.expiring', 2 * LIFE_SECONDS);
    await socket.hears('connection.expired', 2 * LIFE_SECONDS);
    expect(await socket.hears('disconnect')).toBe('io server disconnect');
    const late = openRawSocket(world.url, '/agent', { token });
    expect(await late.hears('connect_error')).toBe('not_authenticated');
  });

  test("our client shows a fresh token in time and stays; a stranger's token is not taken", async () => {
    const states: string[] = [];
    const fresh = await world.agent([account]);
    let given = 0;
    const give = () => {
      given += 1;
      return world.token('agent', fresh.id);
    };
    const { client } = world.client('/agent', give, { onState: (state) => states.push(state) });
    await until(() => Object.keys(client.places).length > 0, 5, 'the client is not connected');
    const stranger = openRawSocket(world.url, '/agent', { token: await world.token('agent', fresh.id) });
    await stranger.hears('stream.ready');
    expect(await stranger.ask('token.refresh', { token: contactToken })).toMatchObject({
      ok: false,
      code: 'scope_missing',
    });
    await until(() => given >= 3, 4 * LIFE_SECONDS, 'the client did not renew its token');
    expect(given).toBeGreaterThanOrEqual(3);
    client.close();
    expect(states.filter((state) => state === 'disconnected').length).toBeLessThanOrEqual(1);
  });
});

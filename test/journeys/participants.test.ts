// Somebody from outside joins a conversation that an agent serves (D9, D10): asked in by a link that works once, shown as much of the
// past as the agent allowed, and gone at once when they are taken out or the session ends.
import { expect, test } from 'vitest';
import { openRawSocket } from '../support/raw-socket.ts';
import { type Json, type Reply, until, World } from '../support/world.ts';

const world = await World.open();
const account = await world.account();
const li = await world.agent([account], { name: 'Li Ming', capacity: 50 });

let contacts = 0;

/** A conversation with so many messages of the contact, which the agent serves. */
async function serve(messages = 1) {
  contacts += 1;
  const contact = `wang-${contacts}`;
  const said = Array.from({ length: messages }, (_, index) => `message ${index + 1}`);
  await world.ingest(
    said.map((content, index) => world.message(account, contact, { content, sentAt: world.ago(60 - index) })),
  );
  const { id } = await world.conversation(account, contact);
  const path = `/v1/conversations/${id}`;
  const { sessionId } = await world.must('POST', `${path}/accept`, undefined, { key: li.token });
  const as = (key: string | null, method: string, rest: string, body?: object): Promise<Reply> =>
    world.call(method, `${path}${rest}`, body, { key });
  const invite = (fields: object = {}) =>
    as(li.token, 'POST', '/participants', {
      kind: 'employee',
      externalId: 'e-7',
      name: 'Sun Hui',
      historyMode: 'none',
      ...fields,
    });
  const join = (invitation: string) => as(null, 'POST', '/participants/join', { invitation });
  const enter = async (fields: object = {}): Promise<{ id: string; token: string }> => {
    const joined = await join((await invite(fields)).body.invitation);
    expect(joined, JSON.stringify(joined.body)).toMatchObject({
      status: 200,
      body: { participant: { state: 'joined' } },
    });
    return { id: joined.body.participant.id, token: joined.body.token };
  };
  return { id, contact, sessionId, path, as, invite, join, enter };
}

type Served = Awaited<ReturnType<typeof serve>>;

async function read({ as }: Served, token: string): Promise<string[]> {
  const reply = await as(token, 'GET', '/messages');
  expect(reply.status).toBe(200);
  return reply.body.data.map(({ content }: Json) => content).reverse();
}

async function typesOf(conversation: string, types: string): Promise<string[]> {
  const sql = 'select type from event where conversation_id = ? and type like ? order by id';
  return (await world.sql(sql, [conversation, types])).map(({ type }) => type);
}

test('D9, D10: asked in, joined, heard, taken out', async () => {
  const served = await serve();
  const { id, as, invite, join, sessionId } = served;
  const invited = await invite({
    name: 'Finance',
    kind: 'department',
    avatar: 'https://example.com/f.png',
    historyMode: 'all',
  });
  expect(invited).toMatchObject({
    status: 201,
    body: {
      participant: {
        state: 'invited',
        name: 'Finance',
        kind: 'department',
        avatar: 'https://example.com/f.png',
        sessionId,
      },
    },
  });
  const { participant, invitation } = invited.body;
  // There is no WeCom to send a card by: the link is in the answer.
  expect(await world.sql('select 1 from delivery where account_id = ?', [account])).toEqual([]);

  const joined = await join(invitation);
  expect(joined).toMatchObject({ status: 200, body: { participant: { id: participant.id, state: 'joined' } } });
  const { token } = joined.body;
  expect(await as(token, 'GET', '')).toMatchObject({
    status: 200,
    body: { id, status: 'serving', agent: { name: 'Li Ming' } },
  });
  const said = await as(token, 'POST', '/messages', { content: 'The invoice is paid.' });
  expect(said).toMatchObject({
    status: 201,
    body: { sender: 'contact', senderId: participant.id, senderName: 'Finance', sessionId },
  });
  await as(li.token, 'POST', '/messages', { sessionId, content: 'among us', private: true });

  expect(await as(li.token, 'DELETE', `/participants/${participant.id}`)).toMatchObject({
    status: 200,
    body: { state: 'removed' },
  });
  expect(await as(token, 'GET', '')).toMatchObject({ status: 401 });
  expect(await as(token, 'POST', '/messages', { content: 'And?' })).toMatchObject({ status: 401 });
  const contact = await world.must('GET', served.path).then((found) => world.token('contact', found.contact.id));
  expect(await read(served, contact)).toEqual([
    'message 1',
    'Li Ming has joined and will help you.',
    'Li Ming has invited Finance.',
    'Finance has joined.',
    'The invoice is paid.',
    'Finance was removed.',
  ]);
  expect(await typesOf(id, 'participant.%')).toEqual([
    'participant.invited',
    'participant.joined',
    'participant.removed',
  ]);
  expect(await world.broken()).toEqual([]);
});

test('D9: they may leave by themselves, and be asked in again', async () => {
  const { id, as, enter, invite } = await serve();
  const { id: participant, token } = await enter();
  expect(await as(token, 'DELETE', `/participants/${participant}`)).toMatchObject({
    status: 200,
    body: { state: 'left' },
  });
  expect(await as(token, 'GET', '/messages')).toMatchObject({ status: 401 });
  expect(await invite()).toMatchObject({ status: 201 });
  expect(await typesOf(id, 'participant.left')).toHaveLength(1);
  const { data } = (await as(li.token, 'GET', '/participants')).body;
  expect(data.map(({ state }: Json) => state)).toEqual(['left', 'invited']);
});

test('D9: when the session ends, so does every part in it, and every open invitation', async () => {
  const { as, enter, invite, join, id } = await serve();
  const { token } = await enter();
  const { invitation } = (await invite({ externalId: 'e-8' })).body;
  await as(li.token, 'POST', '/resolve', {});
  expect(await as(token, 'GET', '/messages')).toMatchObject({ status: 401 });
  expect(await join(invitation)).toMatchObject({ status: 409, body: { code: 'not_invited' } });
  const { data } = (await as(li.token, 'GET', '/participants')).body;
  expect(data.map(({ state }: Json) => state)).toEqual(['ended', 'ended']);
  expect(await typesOf(id, 'participant.left')).toHaveLength(2);
  expect(await world.sql('select guests from stream where name = ?', [`conversation:${id}`])).toEqual([
    { guests: null },
  ]);
});

test('when the session is handed to a colleague, participants stay with it', async () => {
  const { as, enter, id, sessionId } = await serve();
  const { token } = await enter();
  const zhao = await world.agent([account], { name: 'Zhao Lei' });
  const body = { toAgentId: zhao.id, reason: 'my day is over' };
  const asked = await world.call('POST', `/v1/sessions/${sessionId}/transfers`, body, { key: li.token });
  expect(asked.status, JSON.stringify(asked.body)).toBeLessThan(300);
  await world.must('POST', `/v1/conversations/${id}/accept`, undefined, { key: zhao.token });
  const said = await as(token, 'POST', '/messages', { content: 'Who is there now?' });
  expect(said).toMatchObject({ status: 201 });
  expect(said.body.sessionId).not.toBe(sessionId);
  await world.must('POST', `/v1/conversations/${id}/resolve`, {}, { key: zhao.token });
  expect(await as(token, 'GET', '')).toMatchObject({ status: 401 });
});

test.each([
  ['none', [], []],
  [
    'recent10',
    Array.from({ length: 8 }, (_, index) => `message ${index + 5}`),
    ['Li Ming has joined and will help you.', 'Li Ming has invited Sun Hui.'],
  ],
  [
    'all',
    Array.from({ length: 12 }, (_, index) => `message ${index + 1}`),
    ['Li Ming has joined and will help you.', 'Li Ming has invited Sun Hui.'],
  ],
])(
  'history %s: what was said before is read as far as was allowed, and late messages when they were stored after the join',
  async (historyMode, before, notices) => {
    const served = await serve(12);
    const { as, sessionId, contact, enter } = served;
    await as(li.token, 'POST', '/messages', { sessionId, content: 'among us', private: true });
    const { token } = await enter({ historyMode });
    expect(await read(served, token)).toEqual([...before, ...notices, 'Sun Hui has joined.']);

    await as(li.token, 'POST', '/messages', { sessionId, content: 'Welcome.' });
    await world.ingest([world.message(account, contact, { content: 'sent long ago', sentAt: world.ago(90) })]);
    expect(await read(served, token)).toEqual([
      'sent long ago',
      ...before,
      ...notices,
      'Sun Hui has joined.',
      'Welcome.',
    ]);
    const page = await as(token, 'GET', '/messages?limit=2');
    expect(page.body.data.map(({ content }: Json) => content)).toEqual(['Welcome.', 'Sun Hui has joined.']);
    const next = await as(token, 'GET', `/messages?limit=100&cursor=${encodeURIComponent(page.body.page.next)}`);
    expect(next.body.data).toHaveLength(1 + before.length + notices.length);
    expect(next.body.page.next).toBeNull();
  },
);

test('recent10 goes by the time at which messages were said, not by the order in which they came', async () => {
  const served = await serve(10);
  await world.ingest([world.message(account, served.contact, { content: 'oldest of all', sentAt: world.ago(70) })]);
  const { token } = await served.enter({ historyMode: 'recent10' });
  const texts = await read(served, token);
  expect(texts).not.toContain('oldest of all');
  expect(texts).toEqual([...[3, 4, 5, 6, 7, 8, 9, 10].map((number) => `message ${number}`), ...texts.slice(8)]);
  expect(texts).toHaveLength(11);
});

test.each(['none', 'recent10'])(
  'history %s: events of before are replayed neither over HTTP nor over the socket',
  async (historyMode) => {
    const { id, enter, as, sessionId } = await serve(3);
    const { token } = await enter({ historyMode });
    const stream = `conversation:${id}`;
    const events = (after: number) =>
      world.call('GET', `/v1/streams/${stream}/events?after=${after}`, undefined, { key: token });
    const refused = await events(0);
    expect(refused).toMatchObject({
      status: 410,
      body: { code: 'stream_trimmed', floor: expect.any(Number), head: expect.any(Number) },
    });
    const { floor } = refused.body;
    expect((await events(floor - 1)).status).toBe(410);
    const page = await events(floor);
    expect(page.body.events.map(({ type }: Json) => type)).toEqual(['participant.joined', 'message.created']);
    const socket = openRawSocket(world.url, '/contact', { token });
    const ready = await socket.hears('stream.ready');
    expect(ready.streams.map((each: Json) => each.stream)).toEqual([stream]);
    expect(await socket.ask('stream.sync', { stream, after: 0 })).toMatchObject({
      ok: false,
      code: 'stream_trimmed',
      floor,
    });
    expect(await socket.ask('stream.sync', { stream, after: floor })).toMatchObject({
      ok: true,
      events: page.body.events,
    });
    await as(li.token, 'POST', '/messages', { sessionId, content: 'Welcome.' });
    const told = () => socket.heard.some(({ name, data }) => name === 'event' && data.data.content === 'Welcome.');
    await until(told, 5, 'the participant did not hear');
  },
);

test('history all: the stream is replayed from its beginning', async () => {
  const { id, enter } = await serve();
  const { token } = await enter({ historyMode: 'all' });
  const page = await world.must('GET', `/v1/streams/conversation:${id}/events`, undefined, { key: token });
  expect(page.events[0]).toMatchObject({ seq: 1, type: 'conversation.created' });
});

test('a link works once: of twenty who use it at once one comes in, and all others hear the same', async () => {
  const { invite, join, id } = await serve();
  const { invitation } = (await invite()).body;
  const replies = await Promise.all(Array.from({ length: 20 }, () => join(invitation)));
  expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
  const refusals = replies
    .filter(({ status }) => status !== 200)
    .map(({ status, body }) => `${status} ${body.code} ${body.detail}`);
  expect(new Set(refusals)).toEqual(
    new Set(['409 not_invited This invitation is not valid, or not any more; ask for a new one.']),
  );
  expect(await typesOf(id, 'participant.joined')).toHaveLength(1);
});

test('forged, withdrawn and expired links, and those of another conversation, let nobody in', async () => {
  const { invite, join, as, id } = await serve();
  const refused = async (invitation: string, what: string) => {
    expect(await join(invitation), what).toMatchObject({ status: 409, body: { code: 'not_invited' } });
  };
  const { participant, invitation } = (await invite()).body;
  const [who, nonce, signature] = invitation.split('.');
  await refused('something', 'no link at all');
  await refused(`${who}.${nonce}.${signature.slice(0, -1)}`, 'a shorter signature');
  await refused(`${who}.${nonce}x.${signature}`, 'another nonce');
  await refused(`${id}.${nonce}.${signature}`, 'another name');
  await refused(`${invitation}.more`, 'more than a link');
  const other = await serve();
  expect(await other.join(invitation)).toMatchObject({ status: 404, body: { code: 'conversation_not_found' } });
  await as(li.token, 'DELETE', `/participants/${participant.id}`);
  await refused(invitation, 'withdrawn');
  const second = (await invite()).body;
  await world.sql('update participant set invitation_until = ? where id = ?', [
    new Date(Date.now() - 1),
    second.participant.id,
  ]);
  await refused(second.invitation, 'expired');
  expect(JSON.stringify(await world.sql('select * from participant'))).not.toContain(nonce);
  expect((await invite()).body.participant, 'asked again once the time of the first link is over').toMatchObject({
    state: 'invited',
  });
  expect(await typesOf(id, 'participant.joined')).toEqual([]);
});

test('a repeated join with the same Idempotency-Key is answered with the first answer', async () => {
  const { invite, path } = await serve();
  const { invitation } = (await invite()).body;
  const headers = { 'Idempotency-Key': 'join-once' };
  const [first, again] = [1, 2].map(() =>
    world.call('POST', `${path}/participants/join`, { invitation }, { key: null, headers }),
  );
  expect((await again)?.body.token).toBe((await first)?.body.token);
});

test('each refusal has its name', async () => {
  const zhao = await world.agent([account], { name: 'Zhao Lei' });
  const { id, as, invite, enter } = await serve();
  const who = { kind: 'employee', externalId: 'e-9', name: 'Qian', historyMode: 'all' };
  const refused = async (code: string, status: number, reply: Promise<Reply>) => {
    expect(await reply, code).toMatchObject({ status, body: { code } });
  };
  await refused('only_owner', 403, as(zhao.token, 'POST', '/participants', who));
  await refused('scope_missing', 403, as(world.key, 'POST', '/participants', who));
  const guest = await enter();
  await refused('already_participating', 409, invite());
  await refused('only_owner', 403, as(zhao.token, 'DELETE', `/participants/${guest.id}`));
  await refused('participant_not_found', 404, as(li.token, 'DELETE', `/participants/${id}`));
  const other = await enter({ externalId: 'e-10' });
  await refused('participant_not_found', 404, as(guest.token, 'DELETE', `/participants/${other.id}`));
  await refused('participant_not_found', 404, as(guest.token, 'POST', `/participants/${other.id}/tokens`));
  await refused('scope_missing', 403, as(guest.token, 'POST', '/participants', who));
  await refused('scope_missing', 403, as(guest.token, 'GET', '/participants'));
  await refused('bad_body', 400, as(guest.token, 'POST', '/messages', { content: 'x', private: true }));
  await refused('bad_body', 400, invite({ historyMode: 'some' }));
  await refused('bad_body', 400, invite({ kind: 'robot' }));
  await refused('bad_body', 400, invite({ avatar: 'javascript:alert(1)' }));
  await as(li.token, 'DELETE', `/participants/${guest.id}`);
  await refused('not_participating', 409, as(li.token, 'DELETE', `/participants/${guest.id}`));
  await refused('not_participating', 409, as(world.key, 'POST', `/participants/${guest.id}/tokens`));
  await as(li.token, 'POST', '/resolve', {});
  await refused('not_serving', 409, invite());
});

test('sixteen invitations of the same person at once are one', async () => {
  const { invite, id } = await serve();
  const replies = await Promise.all(Array.from({ length: 16 }, () => invite()));
  expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(new Set(replies.map(({ body }) => body.code))).toEqual(new Set([undefined, 'already_participating']));
  expect(await typesOf(id, 'participant.invited')).toHaveLength(1);
});

test('a participant gets a fresh token as long as they take part', async () => {
  const { as, enter } = await serve();
  const { id, token } = await enter();
  const fresh = await as(token, 'POST', `/participants/${id}/tokens`);
  expect(fresh).toMatchObject({ status: 201, body: { token: expect.any(String) } });
  expect(await as(fresh.body.token, 'GET', '/messages')).toMatchObject({ status: 200 });
  expect(await as(world.key, 'POST', `/participants/${id}/tokens`)).toMatchObject({ status: 201 });
});

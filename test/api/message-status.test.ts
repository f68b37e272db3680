// Who may mark which message, until when, and what it does to the others.
import { expect, test } from 'vitest';
import { SCOPES } from '../../src/domain/accounts/scopes.ts';
import { type Json, until, World } from '../support/world.ts';

const world = await World.open();

type Place = { account: string; id: string; sessionId: string; agent: { id: string; token: string }; contact: string };

async function served(settings: object = {}): Promise<Place> {
  const account = await world.account(settings);
  const agent = await world.agent([account]);
  await world.ingest([world.message(account, 'wang')]);
  const { id, contact } = await world.conversation(account, 'wang');
  const { sessionId } = await world.must('POST', `/v1/conversations/${id}/accept`, undefined, { key: agent.token });
  return { account, id, sessionId, agent, contact: await world.token('contact', contact.id) };
}

async function say(place: Place, key: string, more: object = {}): Promise<string> {
  const body = key === place.contact ? { content: 'hello' } : { sessionId: place.sessionId, content: 'hello', ...more };
  return (await world.must('POST', `/v1/conversations/${place.id}/messages`, body, { key })).id;
}

function mark(message: string, status: string, key: string) {
  return world.call('PATCH', `/v1/messages/${message}`, { status }, { key });
}

async function told(id: string): Promise<Json[]> {
  const types = ['message.status_changed', 'note.withdrawn'];
  const rows = await world.sql('select type, data from event where conversation_id = ? and type in (?) order by id', [
    id,
    types,
  ]);
  return rows.map(({ type, data }) => ({ type, ...JSON.parse(data) }));
}

async function statuses(id: string): Promise<string[]> {
  const rows = await world.sql('select sender, status from message where conversation_id = ? order by sent_at, id', [
    id,
  ]);
  return rows.map(({ sender, status }) => `${sender} ${status}`);
}

test('reading marks the other side’s messages up to this one, once, and none of one’s own', async () => {
  const place = await served();
  const own = await say(place, place.agent.token);
  const theirs = await say(place, place.contact);
  await say(place, place.contact);
  await mark(theirs, 'read', place.agent.token);
  await mark(theirs, 'read', place.agent.token);
  await mark(theirs, 'delivered', place.agent.token);
  expect(await told(place.id)).toMatchObject([{ messageId: theirs, status: 'read', count: 2, by: 'agent' }]);
  expect(await statuses(place.id)).toEqual([
    'contact read',
    'system sent',
    'human sent',
    'contact read',
    'contact sent',
  ]);
  await mark(own, 'delivered', place.contact);
  expect((await statuses(place.id)).slice(1, 3)).toEqual(['system delivered', 'human delivered']);
});

test('many who read at once tell of each message once', async () => {
  const place = await served();
  const ids: string[] = [];
  for (let index = 0; index < 6; index += 1) ids.push(await say(place, place.contact));
  await Promise.all(ids.map((id) => mark(id, 'read', place.agent.token)));
  const counts = (await told(place.id)).map(({ count }) => count);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(7);
  expect(await world.broken()).toEqual([]);
});

test('upstream reports for either side: whose message it names, the other one has read it', async () => {
  const place = await served();
  const ours = await say(place, place.agent.token);
  const theirs = await say(place, place.contact);
  await mark(ours, 'read', world.key);
  expect(await statuses(place.id)).toEqual(['contact sent', 'system read', 'human read', 'contact sent']);
  await mark(theirs, 'read', world.key);
  expect((await told(place.id)).map(({ by, count }) => `${by} ${count}`)).toEqual(['upstream 2', 'upstream 2']);
});

test('only its author recalls a message: an agent, the contact, or the key by which a robot spoke', async () => {
  const account = await world.account({ firstHandler: 'robot' });
  const agent = await world.agent([account]);
  await world.ingest([world.message(account, 'wang')]);
  const { id, epoch, sessions, contact } = await world.conversation(account, 'wang');
  const token = await world.token('contact', contact.id);
  const { key } = await world.must('POST', '/v1/api-keys', { name: 'robot', scopes: SCOPES, accounts: [account] });
  const turn = { sessionId: sessions[0].id, epoch, content: 'Five per cent.' };
  const robot = await world.must('POST', `/v1/conversations/${id}/messages`, turn, { key });
  const theirs = await world.must('POST', `/v1/conversations/${id}/messages`, { content: 'no' }, { key: token });
  for (const [message, other] of [
    [robot, world.key],
    [robot, agent.token],
    [robot, token],
    [theirs, key],
    [theirs, agent.token],
  ])
    expect(await mark(message.id, 'recalled', other)).toMatchObject({ status: 403, body: { code: 'not_author' } });
  expect(await mark(robot.id, 'recalled', key)).toMatchObject({ status: 200, body: { content: null } });
  expect(await mark(theirs.id, 'recalled', token)).toMatchObject({ status: 200, body: { content: null } });
});

test('a contact recalls what they wrote from outside, and not what a participant said beside them', async () => {
  const place = await served();
  const [outside, spoken] = [
    (await world.must('GET', `/v1/conversations/${place.id}/messages`)).data.at(-1).id,
    await say(place, place.contact),
  ];
  await world.sql('update message set sender_id = ? where id = ?', [place.sessionId, spoken]);
  expect(await mark(spoken, 'recalled', place.contact)).toMatchObject({ status: 403, body: { code: 'not_author' } });
  expect(await mark(outside, 'recalled', place.contact)).toMatchObject({ status: 200 });
});

test('a recall comes too late after the time that the account sets', async () => {
  const place = await served({ recallWithin: 1 });
  const message = await say(place, place.agent.token);
  const old = 'select 1 from message where id = ? and sent_at < ?';
  const isOld = async () => (await world.sql(old, [message, new Date(world.ago(1.05))])).length === 1;
  await until(isOld, 5, 'the time does not pass');
  expect(await mark(message, 'recalled', place.agent.token)).toMatchObject({
    status: 409,
    body: { code: 'too_late', recallWithin: 1 },
  });
  expect(await mark(message, 'deleted', place.agent.token)).toMatchObject({ status: 200, body: { status: 'deleted' } });
});

test('what is over stays over: the same again is the same answer, anything else an illegal move', async () => {
  const place = await served();
  const message = await say(place, place.agent.token);
  await mark(message, 'recalled', place.agent.token);
  expect(await mark(message, 'recalled', place.agent.token)).toMatchObject({ status: 200 });
  expect(await mark(message, 'deleted', place.agent.token)).toMatchObject({
    status: 409,
    body: { code: 'illegal_move' },
  });
  await mark(message, 'read', place.contact);
  const [last] = (await world.must('GET', `/v1/conversations/${place.id}/messages`)).data;
  expect(last).toMatchObject({ id: message, status: 'recalled', content: null, statusAt: expect.any(String) });
  expect((await told(place.id)).map(({ status }) => status)).toEqual(['recalled', 'read']);
  expect(await world.broken()).toEqual([]);
});

test('an agent who serves or helps deletes, a bystander does not, and upstream does', async () => {
  const place = await served();
  const bystander = await world.agent([place.account]);
  const [first, second, third] = [
    await say(place, place.contact),
    await say(place, place.contact),
    await say(place, place.contact),
  ];
  expect(await mark(first, 'deleted', bystander.token)).toMatchObject({ status: 403, body: { code: 'not_author' } });
  expect(await mark(first, 'deleted', place.agent.token)).toMatchObject({ status: 200 });
  const call = `/v1/conversations/${place.id}/collaborators/${bystander.id}`;
  await world.must('POST', call, {}, { key: place.agent.token });
  expect(await mark(second, 'deleted', bystander.token)).toMatchObject({ status: 403 });
  await world.must('POST', call, {}, { key: bystander.token });
  expect(await mark(second, 'deleted', bystander.token)).toMatchObject({ status: 200 });
  expect(await mark(third, 'deleted', world.key)).toMatchObject({ status: 200 });
});

test('contacts can neither mark a private note nor learn what becomes of it', async () => {
  const place = await served();
  const note = await say(place, place.agent.token, { private: true });
  expect(await mark(note, 'read', place.contact)).toMatchObject({ status: 404, body: { code: 'message_not_found' } });
  expect(await mark(note, 'recalled', place.agent.token)).toMatchObject({ status: 200, body: { content: null } });
  expect(await told(place.id)).toMatchObject([{ type: 'note.withdrawn', status: 'recalled', by: 'agent' }]);
  const shown = await world.must('GET', `/v1/streams/conversation:${place.id}/events`, undefined, {
    key: place.contact,
  });
  expect(JSON.stringify(shown)).not.toContain(`"${note}"`);
  const notes = await world.must('GET', `/v1/streams/notes:${place.id}/events`, undefined, { key: place.agent.token });
  expect(notes.events.map(({ type }: Json) => type)).toEqual(['note.created', 'note.withdrawn']);
});

test('a message that is not there, or can not be, is nowhere', async () => {
  const place = await served();
  for (const id of ['999999999999', '0', '-1', '1.5', '1e3', 'x', '9'.repeat(20)])
    expect((await mark(id, 'read', place.agent.token)).status, id).toBe(404);
  const message = await say(place, place.contact);
  for (const status of ['sent', 'seen', '', null])
    expect(await world.call('PATCH', `/v1/messages/${message}`, { status })).toMatchObject({ status: 400 });
});

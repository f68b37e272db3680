// The fence: who speaks must hold the floor at that moment, and what was said once is not said twice.
import { expect, test } from 'vitest';
import { type Json, World } from '../../support/world.ts';

const world = await World.open();

function say(conversation: string, body: object, key?: string) {
  return world.call('POST', `/v1/conversations/${conversation}/messages`, body, key ? { key } : {});
}

/** A conversation with a robot on the floor, and an agent who may take over. */
async function robotSpeaks(): Promise<{
  account: string;
  id: string;
  sessionId: string;
  epoch: number;
  agent: string;
}> {
  const account = await world.account({ firstHandler: 'robot' });
  await world.ingest([world.message(account, 'wang')]);
  const { id, epoch, sessions } = await world.conversation(account, 'wang');
  const { token } = await world.agent([account], { name: '李明' });
  return { account, id, sessionId: sessions[0].id, epoch, agent: token };
}

test('a robot speaks while it holds the floor, and after a takeover is told who holds it', async () => {
  const { id, sessionId, epoch, agent } = await robotSpeaks();
  const said = await say(id, { sessionId, epoch, robot: 'Bargainer', content: 'Is 20 all right?' });
  expect(said).toMatchObject({ status: 201, body: { sender: 'robot', senderName: 'Bargainer', sessionId } });
  const taken = await world.must('POST', `/v1/conversations/${id}/accept`, undefined, { key: agent });
  const late = await say(id, { sessionId, epoch, content: '19?' });
  expect(late.status).toBe(409);
  expect(late.body).toMatchObject({
    code: 'floor_lost',
    epoch: taken.epoch,
    holder: { sessionId: taken.sessionId, handler: 'human', agentName: '李明' },
  });
  expect(taken.epoch).toBeGreaterThan(epoch);
  // Not even by the session that holds it now: a robot does not speak in a person's session.
  expect(await say(id, { sessionId: taken.sessionId, epoch: taken.epoch, content: '19?' })).toMatchObject({
    status: 409,
    body: { code: 'floor_lost' },
  });
  expect(await world.sql("select id from message where conversation_id = ? and content = '19?'", [id])).toEqual([]);
  expect(await world.broken()).toEqual([]);
});

test('a robot with an old epoch does not speak, though its session holds the floor', async () => {
  const { id, sessionId, epoch } = await robotSpeaks();
  expect(await say(id, { sessionId, epoch: epoch - 1, content: 'late' })).toMatchObject({
    status: 409,
    body: { code: 'floor_lost', epoch },
  });
});

test('an agent speaks in the session they serve only, and nobody without naming one', async () => {
  const { account, id, agent } = await robotSpeaks();
  const { sessionId } = await world.must('POST', `/v1/conversations/${id}/accept`, undefined, { key: agent });
  const other = await world.agent([account]);
  expect(await say(id, { sessionId, content: 'me too' }, other.token)).toMatchObject({
    status: 409,
    body: { code: 'not_serving', holder: { agentName: '李明' } },
  });
  const missing = await say(id, { content: 'hello' }, agent);
  expect(missing).toMatchObject({ status: 400, body: { code: 'bad_body', errors: [{ pointer: '/sessionId' }] } });
  expect(await say(id, { sessionId, content: 'hello' }, agent)).toMatchObject({
    status: 201,
    body: { sender: 'human' },
  });
});

test('the same message id again answers with the first message; for other words it is refused', async () => {
  const { id, agent } = await robotSpeaks();
  const { sessionId } = await world.must('POST', `/v1/conversations/${id}/accept`, undefined, { key: agent });
  const body = { id: 'reply-1', sessionId, content: '您好' };
  const replies = await Promise.all(Array.from({ length: 8 }, () => say(id, body, agent)));
  expect(new Set(replies.map((reply) => `${reply.status} ${reply.body.id}`)).size).toBe(1);
  expect(await say(id, { ...body, content: 'other' }, agent)).toMatchObject({
    status: 409,
    body: { code: 'message_id_taken' },
  });
  const rows: Json[] = await world.sql("select id from message where external_id like 'baton:agent:%:reply-1'");
  expect(rows).toHaveLength(1);
  const told = await world.must('GET', `/v1/streams/conversation:${id}/events`);
  expect(told.events.filter((event: Json) => event.data.externalId?.endsWith(':reply-1'))).toHaveLength(1);
  expect(await world.broken()).toEqual([]);
});

test('a contact speaks at any time, and sees no private note', async () => {
  const { account, id, agent } = await robotSpeaks();
  const { sessionId } = await world.must('POST', `/v1/conversations/${id}/accept`, undefined, { key: agent });
  const { contact } = await world.conversation(account, 'wang');
  const token = await world.token('contact', contact.id);
  expect(await say(id, { content: 'are you there?' }, token)).toMatchObject({ status: 201, body: { sessionId } });
  await say(id, { sessionId, content: 'careful with this one', private: true }, agent);
  expect(await say(id, { content: 'x', private: true }, token)).toMatchObject({ status: 400 });
  const history = await world.must('GET', `/v1/conversations/${id}/messages`, undefined, { key: token });
  const stream = await world.must('GET', `/v1/streams/conversation:${id}/events`, undefined, { key: token });
  expect(JSON.stringify([history, stream])).not.toContain('careful');
  const notes = await world.must('GET', `/v1/streams/notes:${id}/events`, undefined, { key: agent });
  expect(notes.events).toMatchObject([{ type: 'note.created', data: { content: 'careful with this one' } }]);
});

test('what was said before the floor was lost is answered again, not refused', async () => {
  const { id, agent } = await robotSpeaks();
  const { sessionId } = await world.must('POST', `/v1/conversations/${id}/accept`, undefined, { key: agent });
  const body = { id: 'last-words', sessionId, content: '再见' };
  const first = await say(id, body, agent);
  await world.must('POST', `/v1/conversations/${id}/resolve`, undefined, { key: agent });
  expect(await say(id, body, agent)).toMatchObject({ status: 201, body: { id: first.body.id } });
});

test('nobody can take the id of a notice of ours, or of what upstream says', async () => {
  const { account, id, agent } = await robotSpeaks();
  const { sessionId } = await world.must('POST', `/v1/conversations/${id}/accept`, undefined, { key: agent });
  const { contact } = await world.conversation(account, 'wang');
  const token = await world.token('contact', contact.id);
  for (const taken of [`resolved:${sessionId}`, `baton:resolved:${sessionId}`, 'upstream-1']) {
    expect(await say(id, { id: taken, content: 'mine' }, token)).toMatchObject({ status: 201 });
  }
  expect(await world.ingest([world.message(account, 'somebody', { id: 'upstream-1' })])).toMatchObject({ stored: 1 });
  expect(await world.ingest([world.message(account, 'somebody', { id: 'baton:x' })])).toMatchObject({
    stored: 0,
    refused: [{ code: 'bad_id' }],
  });
  expect(await world.call('POST', `/v1/conversations/${id}/resolve`, undefined, { key: agent })).toMatchObject({
    status: 200,
  });
});

// replay: a client that is 10,000 events behind reads on over its socket, page by page, until it has handed on the last one;
// against a bare scan of the same rows by one statement.
import { BatonClient } from '../src/client/client.ts';
import { newId } from '../src/domain/ids.ts';
import { newAgent } from './agent.ts';
import type { Bench } from './bench.ts';
import { sentence } from './chat.ts';
import { type Installation, withInstallation } from './installation.ts';
import { figureOf, interleave, timed } from './measurement.ts';
import { openFloors } from './open-floors.ts';

const EVENTS = 10_000;
const ROWS_A_STATEMENT = 1_000;

export const replay: Bench = {
  name: 'replay',
  says: `a client ${EVENTS} events behind reads on over its socket; limit: a bare scan of the same rows`,
  run: (services, { rounds, divisor }) =>
    withInstallation(services, {}, async (installation) => {
      const count = Math.round(EVENTS / divisor);
      const [floor] = await openFloors(installation, 1, 1);
      const stream = `conversation:${floor?.conversation}`;
      await seedEvents(installation, stream, floor?.conversation ?? '', count);
      const reader = await connectReader(installation);
      const ours = () => timed(() => reader.readAll(stream, installation.kernel.epoch, count));
      const limit = () => timed(() => scan(installation, stream));
      const measured = await interleave(rounds, ours, limit);
      reader.close();
      return [figureOf({ name: 'replay', unit: 'ms', n: count, target: { atMost: 3 } }, measured)];
    }),
};

/** A stream of messages that were said here, in place of what the conversation's own stream held. */
async function seedEvents({ database }: Installation, stream: string, conversation: string, count: number) {
  await database.query('delete from stream_entry where stream = ?', [stream]);
  for (let start = 0; start < count; start += ROWS_A_STATEMENT) {
    const seqs = Array.from({ length: Math.min(ROWS_A_STATEMENT, count - start) }, (_, index) => start + index + 1);
    const events = seqs.map((seq) => ({ seq, id: newId(), data: JSON.stringify(dataOf(conversation, seq)) }));
    const eventRows = events.map(({ id, data }) => [
      id,
      'message.created',
      conversation,
      'key',
      newId(),
      data,
      new Date(),
    ]);
    await database.query(
      'insert into event (id, type, conversation_id, actor_type, actor_id, data, happened_at) values ?',
      [eventRows],
    );
    await database.query('insert into stream_entry (stream, seq, event_id) values ?', [
      events.map(({ seq, id }) => [stream, seq, id]),
    ]);
  }
  await database.query('update stream set head = ? where name = ?', [count, stream]);
}

function dataOf(conversationId: string, seq: number): object {
  const said = { senderId: null, senderName: '小助手', type: 'text', content: sentence(seq) };
  const ids = { conversationId, contactId: newId(), messageId: String(seq), externalId: newId(), sessionId: newId() };
  return { ...ids, sender: 'robot', ...said, sentAt: new Date().toISOString() };
}

/** A client that is connected, so that only the reading is measured. */
async function connectReader(installation: Installation) {
  const token = await newAgent(installation);
  let onEvent: (seq: number) => void = () => undefined;
  let connected: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => {
    connected = resolve;
  });
  const baton = new BatonClient({
    url: installation.api.url,
    namespace: '/agent',
    token: async () => token,
    onEvent: ({ seq }) => onEvent(seq),
    onState: (state) => state === 'connected' && connected(),
  });
  await ready;
  return {
    close: () => baton.close(),
    readAll: async (stream: string, epoch: string, last: number) => {
      await new Promise<void>((resolve) => {
        onEvent = (seq) => seq === last && resolve();
        baton.subscribe(stream, { epoch, seq: 0 });
      });
      baton.unsubscribe(stream);
    },
  };
}

function scan({ database }: Installation, stream: string): Promise<unknown> {
  return database.query(
    `select s.seq, e.id, e.type, e.actor_type, e.actor_id, e.data, e.happened_at
     from stream_entry s join event e on e.id = s.event_id where s.stream = ? and s.seq > 0 order by s.seq`,
    [stream],
  );
}

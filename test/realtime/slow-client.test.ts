// A client that does not read must cost nobody else anything: it is cut, comes back by itself, and reads on.
import { io } from 'socket.io-client';
import { test } from 'vitest';
import type { Placed } from '../../src/domain/events/number-events.ts';
import { newId } from '../../src/domain/ids.ts';
import { expectExactSequences, follow } from '../support/followers.ts';
import { until, World } from '../support/world.ts';

const FRAMES = 20_000;

const world = await World.open({});

test('a client that stops reading is cut after 1,000 packets, while the others hear all the time', async () => {
  const account = await world.account();
  const stream = `board:${account}`;
  const [reader, sleeper] = await Promise.all([world.agent([account]), world.agent([account])]);
  const follower = follow(world, '/agent', reader.token, [stream]);
  const reasons: string[] = [];
  const slow = io(`${world.url}/agent`, {
    transports: ['websocket'],
    auth: { token: sleeper.token },
    reconnection: false,
  });
  slow.on('disconnect', (reason) => reasons.push(reason));
  await new Promise((resolve) => slow.once('stream.ready', resolve));
  transportOf(slow).pause();

  for (let sent = 0; sent < FRAMES; sent += 500) {
    world.kernel.publish(Array.from({ length: 500 }, () => knownFrame(stream)));
    await world.ingest([world.message(account, 'anna')]);
    await expectExactSequences(world, [follower], 5);
  }
  const sql = 'select 1 from connection where owner_id = ? and server = ?';
  await until(
    async () => (await world.sql(sql, [sleeper.id, 'closed'])).length === 1,
    15,
    'the slow client was not cut',
  );
  transportOf(slow).resume();
  await until(() => reasons.length > 0, 15, 'the slow client did not notice');
  slow.disconnect();

  const again = follow(world, '/agent', sleeper.token, [stream]);
  await expectExactSequences(world, [again, follower], 10);
}, 60_000);

/** A frame with a number that every client has long had: it is sent like any other, and changes nothing. */
function knownFrame(stream: string): Placed {
  const data = { conversations: [], padding: 'x'.repeat(1000) };
  const actor = { type: 'system', id: 'test' } as const;
  const event = {
    id: newId(),
    type: 'board.activity',
    accountId: null,
    conversationId: null,
    actor,
    happenedAt: new Date(),
    data,
    streams: [stream],
  } as const;
  return { event, stream, epoch: world.kernel.epoch, seq: 0, guests: [] };
}

/** The TCP connection under a client of Node's, which alone can be made to read no more. */
function transportOf(socket: ReturnType<typeof io>): { pause: () => void; resume: () => void } {
  const webSocket: unknown = Reflect.get(socket.io.engine.transport, 'ws');
  if (typeof webSocket !== 'object' || webSocket === null) throw new Error('no WebSocket of Node');
  return Reflect.get(webSocket, '_socket');
}

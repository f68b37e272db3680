// The ledger is behind: an agent has answered in Chatwoot and resolved it before the answer is written down here. It stays resolved there all
// the while, and is in the end here.
import { expect, test } from 'vitest';
import { inbound } from '../../src/workers/inbound.ts';
import { openOutside } from '../../src/workers/outside.ts';
import { startWorkers } from '../../src/workers/start.ts';
import { ChatwootShops } from '../support/chatwoot-shops.ts';
import { until } from '../support/world.ts';

const shops = await ChatwootShops.open([{}], { workers: 0 });
const { world } = shops;

test('nothing is told there that would undo what was done there and waits here', async () => {
  const shop = await shops.shop({ settings: { firstHandler: 'robot' } });
  const { server } = shop;
  const first = startWorkers(world.kernel);
  const { conversation, contact } = server.contactWrites('Gus', 'Hello');
  await shop.settled();
  await first.stop();

  server.agentWrites(conversation, 1, 'Done.');
  server.agentSets(conversation, { status: 'resolved' });
  await server.idle();
  const outside = openOutside(world.kernel.config, world.kernel.producer);
  const hooks = await world.sql("select id from job where kind = 'inbound' and state = 'accepted' order by id");
  for (const { id } of hooks) await inbound(world.kernel, outside, id);
  outside.close();
  expect(await shop.conversation(contact)).toMatchObject({ status: 'ai_handling' });

  const workers = startWorkers(world.kernel);
  const isOver = async () => (await shop.conversation(contact)).status === 'resolved' && (await shop.due()) === 0;
  await until(isOver, 20, 'it was not resolved here').finally(() => workers.stop());
  expect(server.conversation(conversation).status).toBe('resolved');
  expect(server.requests.filter(({ path }) => path.endsWith('/toggle_status'))).toEqual([]);
  expect(await world.broken()).toEqual([]);
}, 60_000);

// A load whose right outcome is known beforehand: messages of many contacts, each contact's within one pause, so that every
// contact ends with one waiting session, told and routed once. Whatever breaks meanwhile, `expectExactlyOnce` must hold.
import { randomUUID } from 'node:crypto';
import { setInterval as ticks } from 'node:timers/promises';
import { expect } from 'vitest';
import { type Json, type Reply, until, type World } from './world.ts';

export type Load = {
  readonly account: string;
  readonly contacts: number;
  readonly batches: readonly (readonly Json[])[];
};

/** @param sizes of the batches, taken in turn until all messages are given out. */
export async function makeLoad(world: World, count: number, contacts: number, sizes: readonly number[]): Promise<Load> {
  const account = await world.account();
  const messages = Array.from({ length: count }, (_, index) =>
    world.message(account, `contact-${index % contacts}`, { sentAt: world.ago(1200 - index / count) }),
  );
  const batches: Json[][] = [];
  for (let start = 0; start < count; start += batches.at(-1)?.length ?? 0)
    batches.push(messages.slice(start, start + (sizes[batches.length % sizes.length] ?? 1)));
  return { account, contacts, batches };
}

export type Posted = { readonly accepted: number; readonly refused: number; readonly slowestMs: number };

/**
 * Posts one batch at each tick, to one of the addresses in turn, without waiting for the answer. What is answered 503 or not at
 * all is posted again with its key, as a caller should.
 */
export async function postLoad(world: World, load: Load, urls: readonly string[], tickMs: number): Promise<Posted> {
  const outcomes: Promise<Posted>[] = [];
  for await (const _ of ticks(tickMs)) {
    const batch = load.batches[outcomes.length];
    if (!batch) break;
    outcomes.push(postUntilAccepted(world, batch, urls[outcomes.length % urls.length] ?? world.url));
  }
  const all = await Promise.all(outcomes);
  return {
    accepted: all.length,
    refused: all.reduce((sum, { refused }) => sum + refused, 0),
    slowestMs: Math.max(...all.map(({ slowestMs }) => slowestMs)),
  };
}

/** Gives up after a minute. */
async function postUntilAccepted(world: World, messages: readonly Json[], url: string): Promise<Posted> {
  const headers = { 'Idempotency-Key': randomUUID() };
  let refused = 0;
  let slowestMs = 0;
  const post = async () => {
    const began = Date.now();
    const { status, body } = await world.call('POST', '/v1/batches', { messages }, { url, headers });
    slowestMs = Math.max(slowestMs, Date.now() - began);
    if (status === 202) return true;
    expect({ status, body }).toMatchObject({ status: 503, body: { code: 'database_unavailable' } });
    refused += 1;
    return false;
  };
  await until(post, 60, 'a batch was never accepted');
  return { accepted: 1, refused, slowestMs };
}

/** Everything of the load is stored once, in one session a contact, told once and routed once; and no invariant is broken. */
export async function expectExactlyOnce(world: World, load: Load): Promise<void> {
  const posted = load.batches.flat().map(({ id }) => id);
  const stored = await world.sql('select external_id from message where account_id = ?', [load.account]);
  expect(stored.map(({ external_id }) => external_id).sort()).toEqual(posted.sort());
  const open =
    'select count(*) as count from session s join conversation v on v.id = s.conversation_id where v.account_id = ?';
  expect(await world.sql(open, [load.account])).toEqual([{ count: load.contacts }]);
  expect(await countEvents(world, load.account, 'session.opened')).toBe(load.contacts);
  expect(await countEvents(world, load.account, 'conversation.queued')).toBe(load.contacts);
  const told = await world.sql("select data from event where account_id = ? and type = 'messages.ingested'", [
    load.account,
  ]);
  expect(told.reduce((sum, { data }) => sum + JSON.parse(data).count, 0)).toBe(posted.length);
  expect(await world.sql("select state, error from job where state <> 'done'")).toEqual([]);
  expect(await world.broken()).toEqual([]);
}

async function countEvents(world: World, account: string, type: string): Promise<number> {
  const [row] = await world.sql('select count(*) as count from event where account_id = ? and type = ?', [
    account,
    type,
  ]);
  return row.count;
}

/** One post, with the time that its answer took. */
export async function timed(work: () => Promise<Reply>): Promise<{ reply: Reply; milliseconds: number }> {
  const began = performance.now();
  const reply = await work();
  return { reply, milliseconds: performance.now() - began };
}

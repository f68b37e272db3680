// A world whose webhooks reach receivers on loopback, each behind a proxy of its own that can be down.
import { afterAll } from 'vitest';
import { startWebhookReceiver, type WebhookReceiver } from './outside/webhook-receiver.ts';
import { startProxy } from './proxy.ts';
import { type Json, until, World, type WorldOptions } from './world.ts';

type Place = {
  readonly receiver: WebhookReceiver;
  readonly proxy: Awaited<ReturnType<typeof startProxy>>;
  readonly learn: (secret: string) => void;
};

/** A webhook with who stands behind it. */
export type Listener = Omit<Place, 'learn'> & {
  readonly id: string;
  readonly account: string;
  readonly path: string;
  readonly secret: string;
  /** Verify with this one from now on. */
  readonly learn: (secret: string) => void;
};

export class Receivers {
  readonly world: World;
  readonly #places: Place[];
  readonly #free: Place[];

  private constructor(world: World, places: Place[]) {
    this.world = world;
    this.#places = places;
    this.#free = [...places];
  }

  /** Opens world, receivers and proxies, and closes them after the last test of the file. */
  static async open(count: number, options: WorldOptions = {}): Promise<Receivers> {
    let clock = Date.now;
    const places: Place[] = [];
    for (let index = 0; index < count; index += 1) places.push(await openPlace(() => clock()));
    const hosts = places.map(({ proxy }) => new URL(proxy.url).host).join(',');
    const world = await World.open({ ...options, env: { FETCH_PRIVATE_HOSTS: hosts, ...options.env } });
    clock = () => world.kernel.clock().getTime();
    afterAll(() => Promise.all(places.map(({ receiver }) => receiver.close())));
    return new Receivers(world, places);
  }

  get count(): number {
    return this.#places.length;
  }

  /** A webhook of the account to a receiver that nobody has yet. */
  async webhook(account: string, events: readonly string[], fields: object = {}): Promise<Listener> {
    const place = this.#free.shift();
    if (!place) throw new Error('open more receivers');
    const body = { account, url: place.proxy.url, events, ...fields };
    const { id, secret } = await this.world.must('POST', '/v1/webhooks', body);
    place.learn(secret);
    return { ...place, id, account, secret, path: `/v1/webhooks/${id}` };
  }

  /** So much later, for whatever waits in the queue too: what is due by then is woken. */
  async later(seconds: number): Promise<void> {
    const { world } = this;
    world.advance(seconds);
    const queue = world.kernel.queues.delivery;
    for (const job of await queue.getDelayed()) {
      const sql = "select 1 from job where id = ? and state = 'accepted' and due_at <= ?";
      const [due] = await world.sql(sql, [job.data.id, world.kernel.clock()]);
      if (due) await job.promote().catch(() => undefined); // it went by itself meanwhile
    }
  }

  /** Until each delivery of the account (or of one webhook) is in that state. */
  async all(where: { account: string } | { id: string }, state: string, seconds = 20): Promise<void> {
    const [column, value] = 'id' in where ? ['endpoint_id', where.id] : ['account_id', where.account];
    let states: Json[] = [];
    const look = async () => {
      states = await this.world.sql(`select state, count(*) as n from delivery where ${column} = ? group by state`, [
        value,
      ]);
      return states.every((row) => row.state === state);
    };
    await until(look, seconds, `not all are ${state}`).catch((error) => {
      throw new Error(`${error.message}: ${JSON.stringify(states)}`);
    });
  }
}

async function openPlace(now: () => number): Promise<Place> {
  let known = '';
  const receiver = await startWebhookReceiver({ secret: () => known, now });
  const proxy = await startProxy(receiver.url);
  return {
    receiver,
    proxy,
    learn: (secret) => {
      known = secret;
    },
  };
}

// Deliveries without a network: an endpoint of nobody, rows by hand, and the two deeds that a worker does around its call.
import { runAct } from '../../../src/act.ts';
import { beginDeliveries } from '../../../src/domain/deliveries/begin-delivery.ts';
import { Delivery } from '../../../src/domain/deliveries/delivery.ts';
import { endDelivery } from '../../../src/domain/deliveries/end-delivery.ts';
import type { Outcome, Parcel } from '../../../src/domain/deliveries/parcel.ts';
import { planDeliveries } from '../../../src/domain/deliveries/plan-deliveries.ts';
import { findEndpoint } from '../../../src/domain/endpoints/find-endpoints.ts';
import { newId } from '../../../src/domain/ids.ts';
import type { Kernel } from '../../../src/kernel.ts';
import type { Json, World } from '../../support/world.ts';

const SYSTEM = { type: 'system', id: 'worker' } as const;

export const DELIVERED: Outcome = { kind: 'delivered', status: 204 };

type FailureKind = Extract<Outcome, { kind: 'failed' }>['failure']['kind'];

export function failed(kind: FailureKind, code = 'http_500', retryAfterMs: number | null = null): Outcome {
  return { kind: 'failed', failure: { kind, code, detail: `It answered ${code}.`, retryAfterMs } };
}

/** One endpoint of an account of its own. */
export class Carrier {
  readonly world: World;
  readonly account: string;
  readonly id: string;

  private constructor(world: World, account: string, id: string) {
    this.world = world;
    this.account = account;
    this.id = id;
  }

  /** @param channel where the endpoint is no webhook: one whose effects nobody plans but the test. */
  static async open(world: World, channel?: 'chatwoot'): Promise<Carrier> {
    const account = await world.account();
    if (channel) {
      const body = { url: 'https://chat.example.com', settings: { account: 1 } };
      const { id } = await world.must('PUT', `/v1/accounts/${account}/channels/chatwoot`, body);
      return new Carrier(world, account, id);
    }
    const body = { account, url: 'https://hooks.example.com/', events: ['transfer.returned'] };
    const { id } = await world.must('POST', '/v1/webhooks', body);
    return new Carrier(world, account, id);
  }

  /** @returns the numbers of the new ones. */
  async plan(lane: string, ...keys: string[]): Promise<number[]> {
    await runAct(this.world.kernel, SYSTEM, async (act) => {
      const endpoint = await findEndpoint(act, this.id);
      const more = { conversationId: null, lane, effect: 'test', eventId: null, payload: { said: 'a word' } };
      await planDeliveries(
        act,
        keys.map((key) => ({ endpoint, key, ...more })),
      );
    });
    const rows = await this.world.sql(
      `select id from delivery where effect_key in (${keys.map(() => '?').join(', ')}) order by id`,
      keys.map((key) => `${this.id}:${key}`),
    );
    return rows.map(({ id }) => id);
  }

  begin(kernel: Kernel = this.world.kernel): Promise<Parcel | null> {
    return runAct(kernel, SYSTEM, async (act) => (await beginDeliveries(act, this.id, 1))[0] ?? null);
  }

  /** @throws when there is nothing to begin. */
  async take(): Promise<Parcel> {
    const parcel = await this.begin();
    if (!parcel) throw new Error('there is nothing to begin');
    return parcel;
  }

  end(parcel: Parcel, outcome: Outcome, kernel: Kernel = this.world.kernel): Promise<string> {
    return runAct(kernel, SYSTEM, (act) => endDelivery(act, parcel, outcome));
  }

  /** The next one, with that outcome. @returns its number and what became of it. */
  async carry(outcome: Outcome): Promise<[number, string]> {
    const parcel = await this.take();
    return [parcel.delivery.id, await this.end(parcel, outcome)];
  }

  row(id: number): Promise<Delivery> {
    return this.world.kernel.orm.em.fork().findOneOrFail(Delivery, { id });
  }

  /** The webhook, or the channel, as the API shows it. */
  async shown(): Promise<Json> {
    const { data } = await this.world.must('GET', `/v1/webhooks?account=${this.account}`);
    if (data.length > 0) return data[0];
    return (await this.world.must('GET', `/v1/accounts/${this.account}/channels`)).data[0];
  }

  /** What operators were told, oldest first. */
  async alarms(): Promise<string[]> {
    const sql = "select type, data from event where type like 'ops.alert%' and account_id = ? order by id";
    const rows = await this.world.sql(sql, [this.account]);
    return rows.map(
      ({ type, data }) => `${type.slice(10)} ${(typeof data === 'string' ? JSON.parse(data) : data).code}`,
    );
  }
}

/** So many keys that nobody has. */
export function keys(count: number): string[] {
  return Array.from({ length: count }, () => newId());
}

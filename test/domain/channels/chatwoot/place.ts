// A robot that talks with a contact of Chatwoot, and webhooks that tell of them: taken one by one, with no worker beside them.
import { runAct } from '../../../../src/act.ts';
import { takeChatwootHook } from '../../../../src/domain/channels/chatwoot/take-hook.ts';
import type { Taken } from '../../../../src/domain/channels/inbound.ts';
import { beginDeliveries } from '../../../../src/domain/deliveries/begin-delivery.ts';
import { endDelivery } from '../../../../src/domain/deliveries/end-delivery.ts';
import type { Parcel } from '../../../../src/domain/deliveries/parcel.ts';
import { Endpoint } from '../../../../src/domain/endpoints/endpoint.ts';
import type { DomainError } from '../../../../src/domain/errors.ts';
import type { Hook } from '../../../../src/domain/jobs/catalogue.ts';
import { type Json, World } from '../../../support/world.ts';

export const world = await World.open({ workers: 0 });
const SYSTEM = { type: 'system', id: 'test' } as const;
export const act = <T>(deed: Parameters<typeof runAct<T>>[2]) => runAct(world.kernel, SYSTEM, deed);
let lastMessage = 100;

export type Place = {
  readonly account: string;
  readonly endpoint: Endpoint;
  readonly id: string;
  readonly session: Json;
  readonly epoch: number;
};

/** A robot talks with contact 70, who has spoken in conversation 3 there. */
export async function place(settings: object = {}, contact = 'chatwoot:70'): Promise<Place> {
  const account = await world.account();
  const {
    session,
    conversationId: id,
    epoch,
  } = await world.must('POST', '/v1/sessions', {
    ...{ account, contact, kind: 'auto_customer_service' },
  });
  const channel = {
    url: 'https://chat.example.com',
    settings: { account: 2, bot: 5, ...settings },
    secrets: { botToken: 'b' },
  };
  await world.must('PUT', `/v1/accounts/${account}/channels/chatwoot`, channel);
  const endpoint = await world.kernel.orm.em.fork().findOneOrFail(Endpoint, { accountId: account });
  const found = { account, endpoint, id, session, epoch };
  await take(found, message());
  return found;
}

export function conversation(fields: object = {}): Json {
  const { meta = {}, ...rest }: Json = fields;
  const updated_at = world.kernel.clock().getTime() / 1000;
  const sender = { id: 70, name: 'Ann' };
  return { id: 3, inbox_id: 9, status: 'pending', labels: [], updated_at, meta: { sender, ...meta }, ...rest };
}

export function message(fields: object = {}, there: object = {}): Json {
  lastMessage += 1;
  const created_at = world.kernel.clock().toISOString();
  const base = { event: 'message_created', id: lastMessage, content: 'Hello', message_type: 'incoming', created_at };
  return {
    ...base,
    account: { id: 2 },
    sender: { id: 70, type: 'contact' },
    conversation: conversation(there),
    ...fields,
  };
}

export function change(changes: Record<string, [unknown, unknown]>, fields: object): Json {
  const changed_attributes = Object.entries(changes).map(([name, [previous_value, current_value]]) => ({
    [name]: { previous_value, current_value },
  }));
  return { event: 'conversation_updated', ...conversation(fields), changed_attributes };
}

export const OPENED = () => change({ status: ['pending', 'open'] }, { status: 'open' });

export function take({ endpoint }: Place, hook: Json, refused: DomainError | null = null): Promise<Taken> {
  return takeAgain({ endpoint }, { hook }, refused);
}

export function takeAgain(
  { endpoint }: Pick<Place, 'endpoint'>,
  called: Hook,
  refused: DomainError | null = null,
): Promise<Taken> {
  return act((each) => takeChatwootHook(each, endpoint, called, refused));
}

/** What is to be looked at again, and after how many milliseconds. */
export async function putOffs({ account }: Place): Promise<(Hook & { readonly pause: number })[]> {
  const rows = await world.sql(
    "select payload, timestampdiff(microsecond, created_at, due_at) / 1000 as pause from job where account_id = ? and kind = 'inbound' order by due_at",
    [account],
  );
  return rows.map(({ payload, pause }) => ({ ...JSON.parse(payload), pause: Number(pause) }));
}

export async function statusOf({ id }: Place): Promise<string> {
  return (await world.must('GET', `/v1/conversations/${id}`)).status;
}

/** Everything that is due, until one of that effect is being made; what comes before it went well. */
export async function begin({ endpoint }: Place, effect: string): Promise<Parcel> {
  for (;;) {
    const [parcel] = await act((each) => beginDeliveries(each, endpoint.id, 1));
    if (!parcel) throw new Error(`nothing of ${effect} is due`);
    if (parcel.delivery.effect === effect) return parcel;
    await act((each) => endDelivery(each, parcel, { kind: 'delivered' }));
  }
}

// Effects outside that an act wants: a row each, in the same transaction, and a job for each endpoint that has work now. The same effect
// planned again is the one that is there.
import type { Act } from '../act.ts';
import type { Endpoint } from '../endpoints/endpoint.ts';
import { planJob } from '../jobs/plan-job.ts';
import { insertRows, utc } from '../rows.ts';
import { expiryOf } from './endurance.ts';

export type Wanted = {
  readonly endpoint: Pick<Endpoint, 'id' | 'accountId' | 'kind'>;
  readonly conversationId: string | null;
  /** What must arrive one after the other: the conversation, for most. At most 40 characters. */
  readonly lane: string;
  /** What is done there, one word. */
  readonly effect: string;
  /** What makes it this very effect, within its endpoint; at most 160 characters of ASCII. */
  readonly key: string;
  readonly eventId: string | null;
  /** Beyond what its event says; secrets in it are sealed. */
  readonly payload?: Readonly<Record<string, unknown>>;
};

export async function planDeliveries(act: Act, wanted: readonly Wanted[]): Promise<void> {
  if (wanted.length === 0) return;
  const waiting = await findWaitingLanes(act, wanted);
  const rows = wanted.map(({ endpoint, conversationId, lane, effect, key, eventId, payload }) => ({
    endpoint_id: endpoint.id,
    account_id: endpoint.accountId,
    conversation_id: conversationId,
    lane,
    effect,
    effect_key: `${endpoint.id}:${key}`,
    event_id: eventId,
    payload: payload ? JSON.stringify(payload) : null,
    state: 'pending',
    due_at: waiting.get(`${endpoint.id} ${lane}`) ?? act.now,
    expires_at: expiryOf(endpoint.kind, act.now),
    created_at: act.now,
  }));
  await insertRows(act.em, 'delivery', rows, 'on duplicate key update effect_key = effect_key');
  const endpoints = new Map(wanted.map(({ endpoint }) => [endpoint.id, endpoint]));
  for (const endpoint of endpoints.values()) planDelivering(act, endpoint);
}

/** Lanes whose first one waits for its next attempt, and until when: whatever comes behind it need not be looked at before. */
async function findWaitingLanes(act: Act, wanted: readonly Wanted[]): Promise<Map<string, Date>> {
  const rows: { endpoint_id: string; lane: string; due_at: string }[] = await act.em.execute(
    `select endpoint_id, lane, min(due_at) as due_at from delivery
     where endpoint_id in (?) and lane in (?) and state = 'pending' group by endpoint_id, lane having min(due_at) > ?`,
    [[...new Set(wanted.map(({ endpoint }) => endpoint.id))], [...new Set(wanted.map(({ lane }) => lane))], act.now],
  );
  return new Map(rows.map(({ endpoint_id, lane, due_at }) => [`${endpoint_id} ${lane}`, utc(due_at)]));
}

/** Somebody looks after the endpoint. @param dueAt left out: at once. */
export function planDelivering(
  act: Act,
  { id: endpointId, accountId }: Pick<Endpoint, 'id' | 'accountId'>,
  dueAt: Date = act.now,
): void {
  planJob(act, 'delivery', accountId, { endpointId }, dueAt);
}

// Which sessions wait for an agent, in the order in which they are served: level, rank, urgency, VIP, age.
import type { EntityManager } from '@mikro-orm/mysql';
import type { Settings } from '../accounts/settings.ts';
import { utc } from '../rows.ts';
import { handlerOf, SESSION_KINDS, type SessionKind } from '../sessions/kinds.ts';
import type { Waiting } from './decide-route.ts';

export const HUMAN_KINDS = SESSION_KINDS.filter((kind) => handlerOf(kind) === 'human'); // listed in the order of their ranks

/** One that is there; those that only might be have no conversation. */
export type Queued = Waiting & { readonly conversationId: string; readonly sessionId: string };

/** Pending, not offered to anybody in its conversation, and not barred: no agent holds the floor whom it does not interrupt. */
export const AWAITS_AGENT = `s.state = 'pending' and s.kind in (?)
  and not exists (select 1 from assignment o where o.conversation_id = s.conversation_id and o.offered_for is not null)
  and not exists (select 1 from session h join assignment a on a.serves = h.id where h.active_in = s.conversation_id and h.level <= s.level
    and not exists (select 1 from transfer k where k.open_to = s.id and k.from_session_id = h.id))`;

/**
 * Of these accounts, by their settings; where agents pick, only what is handed to somebody by name. One a conversation, at most
 * `limit`. `findAwaited` is what decides, under the lock of the conversation.
 */
export async function findWaiting(
  em: EntityManager,
  accounts: ReadonlyMap<string, Settings>,
  limit: number,
): Promise<Queued[]> {
  if (accounts.size === 0) return [];
  const manual = [...accounts].flatMap(([id, { routing }]) => (routing.mode === 'manual' ? [id] : []));
  const rows: Row[] = await em.execute(
    `select s.id, s.account_id, s.conversation_id, s.kind, s.needs, s.opened_at, t.to_agent_id, t.asked_since, f.agent_id as from_agent_id
     from session s join conversation v on v.id = s.conversation_id join contact c on c.id = v.contact_id
     left join transfer t on t.open_to = s.id left join assignment f on f.serves = t.from_session_id
     where s.account_id in (?) and ${AWAITS_AGENT} ${manual.length === 0 ? '' : 'and (t.to_agent_id is not null or s.account_id not in (?))'}
     order by s.level, field(s.kind, ?), v.urgency desc, c.vip desc, s.opened_at, s.id limit ?`,
    [[...accounts.keys()], HUMAN_KINDS, ...(manual.length === 0 ? [] : [manual]), HUMAN_KINDS, limit],
  );
  const seen = new Set<string>();
  return rows.flatMap((row) => {
    if (seen.has(row.conversation_id)) return [];
    seen.add(row.conversation_id);
    return [queuedOf(row)];
  });
}

/** Whether somebody of this conversation still waits: cheaper than to lock it in vain. */
export async function awaitsAgent(em: EntityManager, conversationId: string): Promise<boolean> {
  const sql = `select 1 from session s where s.conversation_id = ? and ${AWAITS_AGENT} limit 1`;
  const rows: unknown[] = await em.execute(sql, [conversationId, HUMAN_KINDS]);
  return rows.length > 0;
}

type Row = {
  readonly id: string;
  readonly account_id: string;
  readonly conversation_id: string;
  readonly kind: SessionKind;
  readonly needs: string | null;
  readonly opened_at: string;
  readonly to_agent_id: string | null;
  readonly asked_since: string | null;
  readonly from_agent_id: string | null;
};

function queuedOf(row: Row): Queued {
  return {
    accountId: row.account_id,
    conversationId: row.conversation_id,
    sessionId: row.id,
    kind: row.kind,
    needs: row.needs === null ? null : JSON.parse(row.needs),
    openedAt: utc(row.opened_at),
    onlyAgentId: row.to_agent_id,
    fromAgentId: row.from_agent_id,
    askedSince: row.asked_since === null ? null : utc(row.asked_since),
  };
}

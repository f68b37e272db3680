// Ingest without the queue: batches handed to the deed in an act, at a time that the test names; and what came of it.
import { runAct } from '../../../src/act.ts';
import { newId } from '../../../src/domain/ids.ts';
import { type BatchResult, ingestBatches } from '../../../src/domain/messages/ingest-batch.ts';
import type { Json, World } from '../../support/world.ts';
import type { Said } from './memory.ts';

const SYSTEM = { type: 'system', id: 'test' } as const;

export async function ingestAt(world: World, now: Date, messages: readonly object[]): Promise<BatchResult> {
  const batch = { id: newId(), payload: JSON.stringify({ messages }), principal: null, accounts: null };
  const results = await runAct({ ...world.kernel, clock: () => now }, SYSTEM, (act) => ingestBatches(act, [batch]));
  const result = results.get(batch.id);
  if (!result) throw new Error('a batch without a result');
  return result;
}

/** As it would be posted; ids are made the contact's own, since they are unique in the account. */
export function messageOf(account: string, contact: string, { id, at, sender }: Said): object {
  const content = `said by ${sender}`;
  return { id: `${contact}-${id}`, account, contact, sender, content, sentAt: new Date(at).toISOString() };
}

/** The contact's sessions that were not merged away, in an order that does not depend on how they came to be. */
export async function sessionsOf(world: World, account: string, contact: string): Promise<string[]> {
  const rows: Json[] = await world.sql(
    `select s.id, s.kind, s.state, s.heard, m.external_id as said from contact c join conversation v on v.contact_id = c.id
       join session s on s.conversation_id = v.id and s.merged_into is null left join message m on m.session_id = s.id
     where c.account_id = ? and c.external_id = ?`,
    [account, contact],
  );
  const sessions = Map.groupBy(rows, (row) => row.id);
  return [...sessions.values()]
    .map(([first, ...rest]) => {
      const said = [first, ...rest].map((row) => String(row.said).replace(`${contact}-`, ''));
      return `${first.kind} ${first.state} ${first.heard}: ${said.sort().join(' ')}`;
    })
    .sort();
}

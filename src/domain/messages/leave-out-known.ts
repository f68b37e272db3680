// The first copy of each message that is not stored yet. Whoever stores the same id in another conversation meanwhile collides
// with us by its unique key, and one of us is tried again.
import type { Act } from '../act.ts';
import type { Incoming } from './incoming.ts';

export async function leaveOutKnown(
  act: Act,
  accountId: string,
  incoming: readonly Incoming[],
): Promise<{ fresh: Incoming[]; duplicates: Incoming[] }> {
  const ids = [...new Set(incoming.map(({ externalId }) => externalId))];
  const rows: { external_id: string }[] = await act.em.execute(
    'select external_id from message where account_id = ? and external_id in (?)',
    [accountId, ids],
  );
  const seen = new Set(rows.map((row) => row.external_id));
  const fresh: Incoming[] = [];
  const duplicates: Incoming[] = [];
  for (const each of incoming) {
    (seen.has(each.externalId) ? duplicates : fresh).push(each);
    seen.add(each.externalId);
  }
  return { fresh, duplicates };
}

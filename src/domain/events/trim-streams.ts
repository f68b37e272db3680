// Retention: events older than a limit are removed, and their streams say from where on they can still be read.
import type { Act } from '../act.ts';

/** Removes at most `limit` events that happened before that time. The floor is raised first, so no reader takes a hole for an end. @returns how many. */
export async function trimStreams(act: Act, happenedBefore: Date, limit: number): Promise<number> {
  const old: { id: string }[] = await act.em.execute(
    'select id from event where happened_at < ? order by happened_at limit ?',
    [happenedBefore, limit],
  );
  if (old.length === 0) return 0;
  const ids = old.map(({ id }) => id);
  const floors: { stream: string; floor: number }[] = await act.em.execute(
    'select stream, max(seq) as floor from stream_entry where event_id in (?) group by stream order by stream',
    [ids],
  );
  for (const { stream, floor } of floors) {
    await act.em.execute('update stream set floor = greatest(floor, ?) where name = ?', [floor, stream], 'run');
    await act.em.execute('delete from stream_entry where stream = ? and seq <= ?', [stream, floor], 'run');
  }
  await act.em.execute('delete from event where id in (?)', [ids], 'run');
  return ids.length;
}

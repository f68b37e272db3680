// How far each source was read that is read page by page. The place moves in the act that takes the page, so that no page is lost or
// taken twice.
import type { EntityManager } from '@mikro-orm/mysql';
import type { Act } from '../../act.ts';
import { insertRows } from '../../rows.ts';

/** null: nothing was read yet. */
export async function readPlace(em: EntityManager, endpointId: string, source: string): Promise<string | null> {
  const [row]: { place: string }[] = await em.execute(
    'select place from reading_place where endpoint_id = ? and source = ?',
    [endpointId, source],
  );
  return row === undefined || row.place === '' ? null : row.place;
}

/** @returns false where somebody has read from there by now: what was read is theirs. */
export async function movePlace(
  act: Act,
  endpointId: string,
  source: string,
  from: string | null,
  to: string,
): Promise<boolean> {
  const row = { endpoint_id: endpointId, source, place: '', read_at: act.now };
  await insertRows(act.em, 'reading_place', [row], 'on duplicate key update place = place');
  const { affectedRows } = await act.em.execute<{ affectedRows: number }>(
    'update reading_place set place = ?, read_at = ? where endpoint_id = ? and source = ? and place = ?',
    [to, act.now, endpointId, source, from ?? ''],
    'run',
  );
  return affectedRows > 0;
}

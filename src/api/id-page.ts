// Lists in the order of their ids, which is the order of creation, or backwards: one page by keyset, whatever the size of the table.
import type { EntityManager } from '@mikro-orm/mysql';
import { cutPage, openCursor } from './cursor.ts';

/** Which rows of a table are listed, as SQL and its values. */
type Rows = {
  readonly table: string;
  readonly where: string;
  readonly values: readonly unknown[];
  /** Left out: the oldest first. */
  readonly order?: 'newest first';
};
type Wish = { readonly limit: number; readonly cursor?: string | undefined };

/** SQL knows no empty list; no id is the empty word. */
export function neverEmpty(ids: readonly string[]): readonly string[] {
  return ids.length > 0 ? ids : [''];
}

/** @throws HttpProblem 400 when the cursor is not from this very list. */
export async function pageOfIds<Id extends string | number = string>(
  em: EntityManager,
  { table, where, values, order }: Rows,
  wish: Wish,
  secret: string,
) {
  const list = `${table}:${JSON.stringify([where, values])}`;
  const place = wish.cursor ? openCursor(wish.cursor, list, secret) : null;
  const isRising = (place?.back ?? false) === (order === 'newest first');
  const [after, direction] = isRising ? ['>', 'asc'] : ['<', 'desc'];
  const rows: { id: Id }[] = await em.execute(
    `select id from ${table} where ${where} ${place ? `and id ${after} ?` : ''} order by id ${direction} limit ?`,
    [...values, ...(place?.at ?? []), wish.limit + 1],
  );
  const { data, page } = cutPage(rows, wish.limit, place, list, secret, ({ id }) => [id]);
  return { ids: data.map(({ id }) => id), page };
}

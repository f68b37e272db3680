// Rows in masses, by SQL: one statement for many rows, and times as MySQL prints them.
import type { EntityManager } from '@mikro-orm/mysql';

type Value = string | number | boolean | Date | null;
const ROWS_A_STATEMENT = 1000;
const CHARACTERS_A_STATEMENT = 1_000_000;
const UPDATES_A_STATEMENT = 50;

/**
 * Inserts rows that all have the same columns, in as few statements as servers take. Throws what the database throws; nothing is ignored.
 * @param ending what follows the values, for instance `on duplicate key update id = id`.
 */
export async function insertRows(
  em: EntityManager,
  table: string,
  rows: readonly Readonly<Record<string, Value>>[],
  ending = '',
): Promise<void> {
  const first = rows[0];
  if (!first) return;
  const columns = Object.keys(first);
  const slots = `(${columns.map(() => '?').join(', ')})`;
  for (const part of parts(rows)) {
    const values = part.flatMap((row) => columns.map((column) => row[column] ?? null));
    const slotsOfAll = part.map(() => slots).join(', ');
    await em.execute(`insert into ${table} (${columns.join(', ')}) values ${slotsOfAll} ${ending}`, values, 'run');
  }
}

/** Statements of at most 1,000 rows and about a million characters: a server refuses packets over 16 MB. */
function* parts<R extends Readonly<Record<string, Value>>>(rows: readonly R[]): Generator<R[]> {
  let part: R[] = [];
  let size = 0;
  for (const row of rows) {
    const own = lengthOf(row);
    if (part.length === ROWS_A_STATEMENT || (part.length > 0 && size + own > CHARACTERS_A_STATEMENT)) {
      yield part;
      part = [];
      size = 0;
    }
    part.push(row);
    size += own;
  }
  yield part;
}

function lengthOf(row: Readonly<Record<string, Value>>): number {
  let length = 0;
  for (const value of Object.values(row)) if (typeof value === 'string') length += value.length;
  return length;
}

/**
 * Updates rows by their id, each with its own values. All rows have the same columns, `id` among them. What is the same for all is
 * written once; where rows differ it is one statement for 50 rows, since the database looks through the list for each.
 */
export async function updateRows(
  em: EntityManager,
  table: string,
  rows: readonly (Readonly<Record<string, Value>> & { readonly id: string })[],
): Promise<void> {
  const [first] = rows;
  if (!first) return;
  const columns = Object.keys(first).filter((column) => column !== 'id');
  const differing = new Set(columns.filter((column) => rows.some((row) => !isSame(row[column], first[column]))));
  const most = differing.size > 0 ? UPDATES_A_STATEMENT : ROWS_A_STATEMENT;
  for (let start = 0; start < rows.length; start += most) {
    const part = rows.slice(start, start + most);
    const sets = columns.map((column) =>
      differing.has(column) ? `${column} = case id ${'when ? then ? '.repeat(part.length)} end` : `${column} = ?`,
    );
    const values = columns.flatMap((column) =>
      differing.has(column) ? part.flatMap((row) => [row.id, row[column] ?? null]) : [first[column] ?? null],
    );
    const ids = part.map((row) => row.id);
    await em.execute(`update ${table} set ${sets.join(', ')} where id in (?)`, [...values, ids], 'run');
  }
}

function isSame(a: Value | undefined, b: Value | undefined): boolean {
  return a === b || (a instanceof Date && b instanceof Date && a.getTime() === b.getTime());
}

/** A datetime(3) as raw SQL gives it (`2026-01-31 08:00:00.000`, UTC) as a Date. */
export function utc(text: string): Date {
  return new Date(`${text.replace(' ', 'T')}Z`);
}

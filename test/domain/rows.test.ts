// Rows in masses: each row gets its own values, whether it is alike with the others or not, and however many there are.
import { expect, test } from 'vitest';
import { updateRows } from '../../src/domain/rows.ts';
import { World } from '../support/world.ts';

const world = await World.open({ workers: 0, apis: 0 });

async function roundTrip(rows: { id: string; name: string; number: number | null; at: Date | null }[]): Promise<void> {
  const em = world.kernel.orm.em.fork();
  await em.execute(
    'create table thing (id varchar(8) primary key, name varchar(20) null, number int null, at datetime(3) null)',
  );
  for (const { id } of rows) await em.execute('insert into thing (id) values (?)', [id]);
  await updateRows(em, 'thing', rows);
  const found = await world.sql('select id, name, number, at from thing order by id');
  await em.execute('drop table thing');
  const shown = rows.map(({ at, ...row }) => ({
    ...row,
    at: at === null ? null : at.toISOString().replace('T', ' ').replace('Z', ''),
  }));
  expect(found).toEqual(shown);
}

const at = new Date('2026-01-31T08:00:00.123Z');
const ids = Array.from({ length: 120 }, (_, index) => `t${String(index).padStart(4, '0')}`);

test('values that are the same for all', () => roundTrip(ids.map((id) => ({ id, name: 'same', number: null, at }))));

test('values that differ, with nothing among them', () =>
  roundTrip(
    ids.map((id, index) => ({
      id,
      name: `name ${index}`,
      number: index % 3 === 0 ? null : index,
      at: index % 2 === 0 ? null : new Date(at.getTime() + index),
    })),
  ));

test('equal times of different objects are the same', () =>
  roundTrip(ids.map((id, number) => ({ id, name: 'same', number, at: new Date(at) }))));

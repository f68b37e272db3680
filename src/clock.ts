// The time that decisions are made by. It is the database's, so that no process depends on its own machine's clock being right:
// every process measures how far its clock is off, at the start and each minute, and corrects by that.
import type { MikroORM } from '@mikro-orm/mysql';

export type Clock = () => Date;

const SAMPLES = 3;

/**
 * Measures the offset; `refresh` measures again. The error is at most the shortest of three round trips to the database.
 * @param shift milliseconds to be ahead of the database, asked each time.
 */
export async function makeDatabaseClock(
  orm: MikroORM,
  shift: () => number = () => 0,
): Promise<{ clock: Clock; refresh: () => Promise<void> }> {
  let offset = 0;
  const refresh = async () => {
    const samples: Sample[] = [];
    for (let count = 0; count < SAMPLES; count += 1) samples.push(await sample(orm));
    offset = samples.reduce((best, each) => (each.roundTrip < best.roundTrip ? each : best)).offset;
  };
  await refresh();
  return { clock: () => new Date(Date.now() + offset + shift()), refresh };
}

type Sample = { readonly offset: number; readonly roundTrip: number };

async function sample(orm: MikroORM): Promise<Sample> {
  const before = Date.now();
  const rows: { now: string }[] = await orm.em
    .getConnection()
    .execute("select date_format(utc_timestamp(3), '%Y-%m-%dT%T.%fZ') as now");
  const after = Date.now();
  const theirs = Date.parse(rows[0]?.now.replace(/000Z$/, 'Z') ?? '');
  return { offset: theirs - (before + after) / 2, roundTrip: after - before };
}

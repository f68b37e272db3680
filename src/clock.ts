// The time that decisions are made by. It is the database's, so that no process depends on its own machine's clock being right:
// every process measures how far its clock is off, at the start and each minute, and corrects by that.
import type { MikroORM } from '@mikro-orm/mysql';

export type Clock = () => Date;

/** Measures the offset once; `refresh` measures again. The error is at most the round trip to the database. */
export async function makeDatabaseClock(orm: MikroORM): Promise<{ clock: Clock; refresh: () => Promise<void> }> {
  let offset = 0;
  const refresh = async () => {
    const before = Date.now();
    const rows: { now: string }[] = await orm.em
      .getConnection()
      .execute("select date_format(utc_timestamp(3), '%Y-%m-%dT%T.%fZ') as now");
    const middle = (before + Date.now()) / 2;
    offset = Date.parse(rows[0]?.now.replace(/000Z$/, 'Z') ?? '') - middle;
  };
  await refresh();
  return { clock: () => new Date(Date.now() + offset), refresh };
}

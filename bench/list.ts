// list: a page of the desk over HTTP, first and last, with 1,000, 10,000, 100,000 and 1,000,000 conversations in the account; against
// itself with 1,000. Beside it what the sources do: load every conversation of the desk, sort them, cut off a page (at 10,000).
import type { RowDataPacket } from 'mysql2/promise';
import { sealCursor } from '../src/api/cursor.ts';
import type { Bench, Scale } from './bench.ts';
import { newAccount } from './chat.ts';
import { seedDesk } from './desk-rows.ts';
import { type Installation, withInstallation } from './installation.ts';
import { mustBeWell } from './load-client.ts';
import { type Figure, figureOf, interleave, median, timed } from './measurement.ts';

const SMALLEST = 1_000;
const SORTED_AT = 10_000;
const SIZES = [SORTED_AT, 100_000, 1_000_000];
const PAGES_A_ROUND = 100;
const PAGE = 50;

export const list: Bench = {
  name: 'list',
  says: 'a page of the desk with up to a million conversations; limit: the same page with 1,000, and load-all-and-sort',
  run: (services, scale) =>
    withInstallation(services, { workers: 0 }, async (installation) => {
      const smallest = await makeDesk(installation, SMALLEST);
      const desks: Desk[] = [];
      for (const size of SIZES.filter((each) => each <= scale.largestDesk))
        desks.push(await makeDesk(installation, size));
      await installation.database.query('analyze table conversation, contact');
      const figures: Figure[] = [];
      for (const desk of desks) figures.push(...(await compare(installation, scale, desk, smallest)));
      return [...figures, await compareWithSorting(installation, scale, desks[0] ?? smallest)];
    }),
};

type Desk = { readonly account: string; readonly size: number };

async function makeDesk(installation: Installation, size: number): Promise<Desk> {
  const account = await newAccount(installation, 'people');
  await seedDesk(installation.database, account, size);
  return { account, size };
}

/** The first page and the last page, each against the first page of the smallest desk. */
async function compare(installation: Installation, scale: Scale, desk: Desk, smallest: Desk): Promise<Figure[]> {
  const pages = Math.max(5, Math.round(PAGES_A_ROUND / scale.divisor));
  const target = desk.size === scale.largestDesk ? { atMost: 1.5 } : null;
  const named = { unit: 'ms, p50', n: pages, target };
  const first = (of: Desk) => () => readPages(installation, of.account, '', pages);
  const last = () => readPages(installation, desk.account, placeBehindEnd(installation, desk.account), pages);
  const firsts = await interleave(scale.rounds, first(desk), first(smallest));
  const lasts = await interleave(scale.rounds, last, first(smallest));
  return [
    figureOf({ ...named, name: `list-${short(desk.size)}` }, firsts),
    figureOf({ ...named, name: `list-${short(desk.size)}-last` }, lasts),
  ];
}

async function compareWithSorting(installation: Installation, { rounds }: Scale, desk: Desk): Promise<Figure> {
  const page = () => readPages(installation, desk.account, '', 10);
  const measured = await interleave(rounds, page, () => timed(() => loadAndSort(installation, desk.account)));
  return figureOf({ name: `list-or-sort-${short(desk.size)}`, unit: 'ms', n: 10, target: null }, measured);
}

function short(size: number): string {
  return size >= 1_000_000 ? `${size / 1_000_000}M` : `${size / 1000}k`;
}

/** @returns the median time of one page, in milliseconds. */
async function readPages({ client }: Installation, account: string, cursor: string, count: number): Promise<number> {
  const place = cursor === '' ? '' : `&cursor=${cursor}`;
  const path = `/v1/conversations?account=${account}&limit=${PAGE}${place}`;
  const latencies: number[] = [];
  for (let page = 0; page < count; page += 1)
    latencies.push(
      await timed(async () => {
        const { data } = mustBeWell<{ data: unknown[] }>(await client.send('GET', path, null), 'GET the desk');
        if (data.length !== PAGE) throw new Error(`a page of the desk has ${data.length} conversations`);
      }),
    );
  return median(latencies);
}

/** A cursor like those that pages are turned by; the page before the end is the last one. */
function placeBehindEnd({ kernel }: Installation, account: string): string {
  const end = { list: `conversations:${JSON.stringify([[account], {}])}`, back: true, at: [0, ''] };
  return sealCursor(end, kernel.config.BATON_SECRET);
}

/** One query for everything, then the order by its parts, in memory. */
async function loadAndSort({ database }: Installation, account: string): Promise<unknown> {
  const [rows] = await database.query<RowDataPacket[]>(
    'select v.*, c.name from conversation v join contact c on c.id = v.contact_id where v.account_id = ?',
    [account],
  );
  const newestFirst = (a: RowDataPacket, b: RowDataPacket) => (a.last_message_at < b.last_message_at ? 1 : -1);
  return rows
    .sort((a, b) => b.pinned - a.pinned || b.urgency - a.urgency || b.hand_raised - a.hand_raised || newestFirst(a, b))
    .slice(0, PAGE);
}

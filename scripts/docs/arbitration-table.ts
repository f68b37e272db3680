// The arbitration matrix as two tables that a person can read: situations in which everybody fares alike share a row, challengers
// who fare alike a column. What a table says of a case is checked against every cell that it stands for; a law that no longer fits
// the tables stops the writing of documents instead of making them wrong.
import { arbitrationMatrix, type Row } from '../../src/domain/sessions/arbitration-matrix.ts';
import { handlerOf, KINDS, SESSION_KINDS, type SessionKind } from '../../src/domain/sessions/kinds.ts';
import { table } from './table.ts';

/** By the situation, then by the challenger: how it fares. */
type Grid = ReadonlyMap<string, ReadonlyMap<SessionKind, string>>;

/** Rows: who holds the floor. Whoever else waits makes no difference then. */
export function takenFloorTable(): string {
  const rows = arbitrationMatrix().filter(({ incumbent }) => incumbent?.state === 'active');
  return gridTable(
    'who holds the floor',
    gridOf(rows, ({ incumbent }) => `\`${incumbent?.kind}\``),
  );
}

/** Rows: who waits while nobody holds the floor: it is the best level of them that counts, and whether a person is among them. */
export function freeFloorTable(): string {
  const rows = arbitrationMatrix().filter(({ incumbent }) => incumbent?.state !== 'active');
  return gridTable('who waits', gridOf(rows, waitersOf));
}

function waitersOf({ incumbent, waiting }: Row): string {
  const waiters = [incumbent?.kind ?? [], waiting ?? []].flat();
  if (waiters.length === 0) return 'nobody';
  const best = Math.min(...waiters.map((kind) => KINDS[kind].level));
  const person = waiters.some((kind) => handlerOf(kind) === 'human');
  return `${person ? 'a person' : 'robots'}, the best of level ${best}`;
}

/** @throws Error where two cells of one place differ. */
function gridOf(rows: readonly Row[], situationOf: (row: Row) => string): Grid {
  const cases = Map.groupBy(rows, (row) => JSON.stringify([row.incumbent, row.waiting, row.challenger]));
  const grid = new Map<string, Map<SessionKind, string>>();
  for (const cells of cases.values()) {
    const [first] = cells;
    if (!first) continue;
    const situation = situationOf(first);
    const line = grid.get(situation) ?? new Map<SessionKind, string>();
    const said = fareOf(cells);
    const before = line.get(first.challenger) ?? said;
    if (before !== said) throw new Error(`${situation}, ${first.challenger}: ${before}, and also ${said}`);
    grid.set(situation, line.set(first.challenger, said));
  }
  return grid;
}

/** How one challenger fares in one situation, over all that `onConflict` may wish and whether an agent takes it. */
function fareOf(cells: readonly Row[]): string {
  const [rule, another] = new Set(cells.map((cell) => cell.rule));
  if (rule === undefined || another !== undefined) throw new Error(`one case, two rules: ${rule}, ${another}`);
  const outcomes = (wish: string) =>
    new Set(cells.filter((cell) => cell.onConflict === wish).map(({ outcome }) => outcome));
  const [queued, rejected, preempting] = [outcomes('queue'), outcomes('reject'), outcomes('preempt')];
  if (`${[...rejected].sort()}` !== `${[...preempting].sort()}`)
    throw new Error('reject and preempt differ, and the table does not say so');
  if (!rejected.has('refused')) return `${cells[0]?.interrupts ? '**interrupts**' : '**has it**'} · ${rule}`;
  return queued.has('refused') ? `refused · ${rule}` : `waits · ${rule}`;
}

function gridTable(head: string, grid: Grid): string {
  const columns = [
    ...Map.groupBy(SESSION_KINDS, (kind) => JSON.stringify([...grid.values()].map((line) => line.get(kind)))).values(),
  ];
  const lines = [...grid].map(([situation, line]) => ({
    situation,
    fares: columns.map(([kind]) => (kind && line.get(kind)) ?? ''),
  }));
  const rows = [...Map.groupBy(lines, ({ fares }) => JSON.stringify(fares)).values()].map((alike) => [
    alike.map(({ situation }) => situation).join(', '),
    ...(alike[0]?.fares ?? []),
  ]);
  return table([head, ...columns.map((kinds) => kinds.map((kind) => `\`${kind}\``).join(', '))], rows);
}

// What a bench prints: a table for people, or a line of JSON for each figure.
import pc from 'picocolors';
import { type Figure, type Target, type Verdict, verdictOf } from './measurement.ts';

const HEAD = ['bench', 'ours', 'limit', 'unit', 'ratio', 'rounds between', 'target', 'n', 'runs', ''];
const WIDTHS = [18, 11, 11, 16, 7, 15, 18, 8, 5, 0];

export function printHead(): void {
  console.log(pc.dim(row(HEAD)));
}

export function printFigure(figure: Figure): void {
  const { name, ours, limit, unit, ratio, range, target, n, runs } = figure;
  const between = range.map((each) => each.toFixed(2)).join(' - ');
  const said = [name, number(ours), number(limit), unit, ratio.toFixed(2), between, targetInWords(target)];
  console.log(`${row([...said, String(n), String(runs)])} ${coloured(verdictOf(figure))}`);
}

export function printJson({ name, ours, limit, ratio, unit, n, runs }: Figure): void {
  console.log(
    JSON.stringify({ name, ours: rounded(ours), limit: rounded(limit), ratio: rounded(ratio), unit, n, runs }),
  );
}

function row(cells: readonly string[]): string {
  return cells.map((cell, index) => cell.padEnd(WIDTHS[index] ?? 0)).join(' ');
}

function number(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2);
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

function targetInWords(target: Target | null): string {
  const { atLeast, atMost, oursAtMost } = target ?? {};
  const parts = [
    atLeast === undefined ? [] : `at least ${atLeast}`,
    atMost === undefined ? [] : `at most ${atMost}`,
    oursAtMost === undefined ? [] : `≤ ${oursAtMost}`,
  ];
  return parts.flat().join(', ');
}

const COLOURS = { reached: pc.green, missed: pc.red, 'too noisy to tell': pc.yellow } as const;

function coloured(verdict: Verdict): string {
  return verdict === '' ? '' : COLOURS[verdict](verdict);
}

// A table, and a diagram of states, as Markdown shows them.

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** @param initial the states in which a thing may begin. */
export function stateDiagram(moves: Readonly<Record<string, readonly string[]>>, initial: readonly string[]): string {
  const begins = initial.map((state) => `    [*] --> ${state}`);
  const lines = Object.entries(moves).flatMap(([from, targets]) => targets.map((to) => `    ${from} --> ${to}`));
  const ends = Object.keys(moves).filter((state) => moves[state]?.length === 0);
  return [
    '```mermaid',
    'stateDiagram-v2',
    ...begins,
    ...lines,
    ...ends.map((state) => `    ${state} --> [*]`),
    '```',
  ].join('\n');
}

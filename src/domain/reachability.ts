// A table of states and moves, looked at as a graph: states that nothing leads to, and states that nothing leads out of although
// they are not meant to be the end. A process does not start with such a table.

export type Machine = {
  readonly name: string;
  readonly moves: Readonly<Record<string, readonly string[]>>;
  readonly initial: readonly string[];
  /** States in which a thing rests for ever: nothing leads out of them. */
  readonly terminal: readonly string[];
  /** States in which it may rest for ever, although it can be moved on. */
  readonly mayRest?: readonly string[];
  /** Every other state is left by time: its deadline has an outcome here, among its moves. */
  readonly whenDue: (state: string) => string | null;
  /** Or it is left with something else: when that ends, this ends, by one of its moves. */
  readonly endsWith?: Readonly<Record<string, { readonly machine: string; readonly to: string }>>;
};

/** @param machines all that there are: what ends with another one needs it among them. @returns what is wrong, each in a sentence. */
export function findDeadEnds(machines: readonly Machine[]): string[] {
  const names = machines.map(({ name }) => name);
  return machines.flatMap((machine) => deadEndsOf(machine, names));
}

function deadEndsOf(machine: Machine, names: readonly string[]): string[] {
  const { name, moves, initial, terminal } = machine;
  const states = Object.keys(moves);
  const reachable = reachableFrom(initial, moves);
  return states.flatMap((state) => {
    const targets = moves[state] ?? [];
    const other = machine.endsWith?.[state]?.machine;
    return [
      ...(reachable.has(state) ? [] : [`${name}: nothing leads to ${state}`]),
      ...targets
        .filter((to) => !states.includes(to))
        .map((to) => `${name}: ${state} leads to ${to}, which is no state`),
      ...(terminal.includes(state) && targets.length > 0 ? [`${name}: ${state} is an end, and yet leads on`] : []),
      ...(other !== undefined && !names.includes(other)
        ? [`${name}: ${state} ends with ${other}, which nobody knows`]
        : []),
      ...(isLeft(machine, state) ? [] : [`${name}: ${state} is not left by time, nor with anything else`]),
    ];
  });
}

function isLeft({ moves, terminal, mayRest = [], whenDue, endsWith }: Machine, state: string): boolean {
  if (terminal.includes(state) || mayRest.includes(state)) return true;
  const ways = [whenDue(state), endsWith?.[state]?.to];
  return ways.some((to) => typeof to === 'string' && moves[state]?.includes(to));
}

function reachableFrom(initial: readonly string[], moves: Machine['moves']): Set<string> {
  const reached = new Set(initial);
  for (const state of reached) for (const to of moves[state] ?? []) reached.add(to);
  return reached;
}

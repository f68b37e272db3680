// What becomes of each session whose time is over, read out of the laws: the deadline's setting, its default, the end, who is told.
import { Settings } from '../../src/domain/accounts/settings.ts';
import { type Deadlines, deadlineOf, type Turn } from '../../src/domain/sessions/deadlines.ts';
import { whenDue } from '../../src/domain/sessions/due.ts';
import { OPEN_STATES, type OpenState } from '../../src/domain/sessions/lifecycle.ts';
import { table } from './table.ts';

const TURNS: readonly (Turn & { readonly who: string })[] = [
  { who: 'a robot', handler: 'robot', origin: 'requested' },
  { who: 'a person', handler: 'human', origin: 'requested' },
];
const OUTSIDE = { who: 'a person outside', handler: 'human', origin: 'outside' } as const;

export function timeoutTable(): string {
  const rows = TURNS.flatMap((turn) => OPEN_STATES.map((state) => rowOf(turn, state)));
  return table(
    ['who', 'state', 'deadline, in seconds', 'becomes', 'reason', 'the contact is told'],
    [...rows, rowOf(OUTSIDE, 'active')],
  );
}

function rowOf(turn: Turn & { readonly who: string }, state: OpenState): string[] {
  const { to, reason, phrase } = whenDue(turn, state);
  const setting = settingOf(turn, state);
  const seconds = defaults[setting].toLocaleString('en');
  return [
    turn.who,
    state,
    `\`deadlines.${setting}\` (${seconds})`,
    to,
    reason,
    phrase === null ? 'nothing' : `\`${phrase}\``,
  ];
}

const defaults: Deadlines = Settings.parse({}).deadlines;
const names = Object.keys(defaults) as (keyof Deadlines)[]; // the keys are those of the settings

/** The law is asked with deadlines that are all different: the answer tells which one it took. */
function settingOf(turn: Turn, state: OpenState): keyof Deadlines {
  const numbered = { ...defaults, ...Object.fromEntries(names.map((name, index) => [name, index])) };
  const found = names[(deadlineOf(turn, state, new Date(0), numbered)?.getTime() ?? -1) / 1000];
  if (!found) throw new Error(`${turn.handler} ${state} has no deadline`);
  return found;
}

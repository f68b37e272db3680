// What an agent should know of a contact before they begin, computed from what is known of their pictures: rules as data.
import type { EmailState } from './image-profile.ts';
import type { Complexity } from './requirements.ts';

export type Known = {
  /** Paid. */
  readonly orders: number;
  /** Times they wanted a result otherwise. */
  readonly revisions: number;
  readonly completed: number;
  readonly cancelled: number;
  /** Of their pictures, the newest last. */
  readonly complexities: readonly Complexity[];
  readonly emailState: EmailState;
};

/** In the order of the rules. */
export function tagsOf(known: Known): Tag[] {
  return TAG_RULES.filter(({ holds }) => holds(known)).map(({ tag }) => tag);
}

type TagRule = { readonly tag: string; readonly holds: (known: Known) => boolean };

/** Who has one order or none is new; who is loyal has returned as well. */
export const TAG_RULES = [
  { tag: 'new_customer', holds: ({ orders }) => orders < 2 },
  { tag: 'returning', holds: ({ orders }) => orders >= 2 },
  { tag: 'loyal', holds: ({ orders }) => orders >= 5 },
  { tag: 'picky', holds: (known) => revisionsEach(known) >= 2 },
  { tag: 'easy_going', holds: (known) => known.completed >= 3 && revisionsEach(known) <= 0.25 },
  { tag: 'hard_pictures', holds: ({ complexities }) => complexities.length >= 2 && hardShare(complexities) >= 0.5 },
  { tag: 'calls_off', holds: ({ cancelled, completed }) => cancelled >= 3 && cancelled > completed },
  { tag: 'mail_trouble', holds: ({ emailState }) => emailState === 'refused' },
] as const satisfies readonly TagRule[];

export type Tag = (typeof TAG_RULES)[number]['tag'];

/** Per finished work; of who has none yet, all count for the one under way. */
function revisionsEach({ revisions, completed }: Known): number {
  return revisions / Math.max(1, completed);
}

function hardShare(complexities: readonly Complexity[]): number {
  return complexities.filter((each) => each === 'complex' || each === 'hard').length / complexities.length;
}

// Mistyped English words, read as what was meant by their distance from the words that the rules need (Damerau, 1964: a letter too
// many, missing, wrong, or two changed round). What is a word of its own is left as it is.
import type { Correction } from './normal-form.ts';

const wordsOf = (lines: string): string[] => lines.trim().split(/\s+/);

/** Words that rules look for and that people mistype. */
const KEY_WORDS = wordsOf(`
  agent agents human humans person people someone somebody anyone anybody operator operators assistant assistants
  representative representatives supervisor manager advisor specialist customer consumer service services support
  employee department receptionist speak speaking talk talking chat chatting contact contacting connect transfer
  communicate discuss with please complaint complaints complain complaining reclamation lawyer attorney ridiculous
  terrible horrible unacceptable useless disgusting frustrated urgent urgently immediately emergency refund refunds
  refunded reimbursement reimburse reimbursements reimbursed restitution restitutions compensation compensations
  return exchange replacement warranty damaged defective broken discount discounts cheaper expensive negotiate confirm
  confirmed change changing modify modifying update updating correct correcting address swap switch order purchase
  shipping delivery direct directing robot robots chatbot court scam money cancel faulty price coupon hurry angry
  supervisors lodge lodging claim claims
`);

/** Words of their own that lie as near as a slip. */
const OTHER_WORDS = wordsOf(`
  contract contracts contacts contacted assistance assist serviced supports personal persons parson prison reason
  season speaks speaker sneak steak speck spear peak walking taking talks tall tale talc task tank tack chart charts
  charting char chap cheat cheating coat cat chats chit chant chapter wish width wide witty will wits myth humane
  urgency argent agency agenda regent operate operates operated consume consumed consumes customers consumers customs
  custom correctly managers manage managed manages manger advisors adviser representation supervision specialists
  specialise specialize apartment departments employees employed employer connects connected connection correction
  corrects corrected transfers transferred communicated communicates discusses discussed pleased complains complained
  complainant compliant lawyers terribly horribly refunding reimburses returns returned exchanges exchanged exchanger
  replacements damages damage discounted confirms conform conformed charge charges charging changed changes chance
  chances changer hanging updated updates upgrade addresses addressed swaps swamp swan swag sway soap snap slap
  switched switches swatch stitch orders ordered older border purchased purchases purchaser shopping skipping slipping
  chipping deliver delivers inexpensive expensively swab peoples purple heaper cheapen release modified supported
  supporter sport mange range orange unchanged warrant warranted negotiated negotiates defected broke brokers broker
  token returning retort attorneys lawyered complete odder ode directs directed erect redirect redirecting indirect
  directly count counts courts scan scams scar swam slam honey monkey monkeys cancels cancelled canceled canal fault
  faults priced prices prince print pride prize coupons couple hungry furry worry angrily anger angle lodged lodges
  dodge ledge claimed clam clap clad crawl hat cha tal tail tails rice bone robbed robber hurray curry clean lam balm
  calm exam scum seam spam sham tray aim crash stalk stalks walk walks balk operation operations opera mayor boney
  trice bangle cursor kith pith herself nowadays recount ouch
`);

/** What is written together with the words above, or with each other; and two of them that make a word of its own. */
const JOINTS = wordsOf('a i u to an the me my you can could want need have got help live your of from get for');
const COMPOUNDS = wordsOf(
  'into forget forgot ago cannot gotten inform alive another mean means within incorrect ain theme immediate negotiable negotiator direction directions collecting discussing excessive disputing ridiculously assisting relaxation lease least inhuman canned ian',
);

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const LONGEST_WORD = 24;
const KNOWN: ReadonlySet<string> = new Set([...KEY_WORDS, ...OTHER_WORDS, ...JOINTS, ...COMPOUNDS]);
const PARTS: ReadonlySet<string> = new Set([...KEY_WORDS, ...JOINTS]);
const NEAR: ReadonlyMap<string, string> = neighbours();
/** So long that two slips leave them plain, with no other word near. */
const LONG_KEYS = wordsOf(
  'representative representatives assistant assistants somebody operator supervisor specialist receptionist department complaint complaints reclamation reimbursement reimbursements reimbursed restitution restitutions compensation compensations replacement unacceptable ridiculous frustrated immediately emergency defective',
);
const KEYS: ReadonlySet<string> = new Set(KEY_WORDS);
const LONG_OTHERS = [...OTHER_WORDS, ...COMPOUNDS].filter((word) => word.length >= 8);

/** The words of a folded text that are to be read as others. */
export function misspeltEnglish(text: string): Correction[] {
  const found: Correction[] = [];
  let end = 0;
  let [last, lastFrom, lastTo] = ['', 0, -2];
  for (const { 0: word, index: from } of text.matchAll(/[a-z]+/g)) {
    const to = from + word.length;
    const isBeside = from === lastTo + 1 && lastFrom >= end && text[lastTo] === ' ';
    const together = isBeside ? respaced(last, word) : null;
    if (together !== null) {
      found.push({ from: lastFrom, to, read: together });
      end = to;
    }
    [last, lastFrom, lastTo] = [word, from, to];
  }
  return [...found, ...misspeltAlone(text, found)].toSorted((one, other) => one.from - other.from);
}

function misspeltAlone(text: string, taken: readonly Correction[]): Correction[] {
  const found: Correction[] = [];
  for (const { 0: word, index: from } of text.matchAll(/[a-z]{3,}/g)) {
    const read = meant(word);
    if (read === word || taken.some((each) => each.from <= from && from < each.to)) continue;
    found.push({ from, to: from + word.length, read });
  }
  return found;
}

/** `tos omeone`, `opera tor`: the blank slipped by a letter, or into a word. */
function respaced(one: string, other: string): string | null {
  if (KNOWN.has(one) && KNOWN.has(other)) return null;
  const letters = one + other;
  if (letters.length > LONGEST_WORD) return null;
  if (letters.length > 5 && KEYS.has(letters)) return letters;
  for (const cut of [one.length - 1, one.length + 1]) {
    const [first, second] = [letters.slice(0, cut), letters.slice(cut)];
    if (PARTS.has(first) && PARTS.has(second) && (KEYS.has(first) || KEYS.has(second))) return `${first} ${second}`;
  }
  return null;
}

/** The word itself where it is one, or where nothing near is. */
function meant(typed: string): string {
  if (KNOWN.has(typed) || typed.length > LONGEST_WORD * 2) return typed;
  if (!RUN.test(typed)) return nearest(typed) ?? typed;
  const [once, twice] = [typed.replaceAll(RUNS, '$1'), typed.replaceAll(RUNS, '$1$1')];
  if (KNOWN.has(twice)) return twice;
  return KNOWN.has(once) ? once : (nearest(twice) ?? nearest(once) ?? once);
}

/** `pleeeease`: a sign that comes three times or more is there once, or twice. */
const RUN = /(.)\1\1/;
const RUNS = /(.)\1{2,}/g;

function nearest(word: string): string | null {
  if (word.length > LONGEST_WORD) return null;
  return NEAR.get(word) ?? twoWords(word) ?? farther(word);
}

/** `talkto`, `uhelp`, `tosomebdy`. */
function twoWords(word: string): string | null {
  for (let cut = 1; cut < word.length; cut += 1) {
    const one = word.slice(0, cut);
    if (!PARTS.has(one)) continue;
    const other = word.slice(cut);
    if (PARTS.has(other)) return `${one} ${other}`;
    const read = cut >= 2 && other.length >= 6 ? NEAR.get(other) : undefined;
    if (read !== undefined) return `${one} ${read}`;
  }
  return null;
}

/** Each text that is one slip away from a key word, with the first such word. Words of their own are never looked up. */
function neighbours(): Map<string, string> {
  const near = new Map<string, string>();
  for (const word of KEY_WORDS) for (const slip of slipsOf(word)) if (!near.has(slip)) near.set(slip, word);
  return near;
}

/** Of words of four letters the first stands fast: else other words are too near. */
function slipsOf(word: string): string[] {
  const isShort = word.length <= 4;
  const slips: string[] = [];
  for (let at = 0; at <= word.length; at += 1) {
    const [before, after] = [word.slice(0, at), word.slice(at)];
    if (after.length > 1) slips.push(`${before}${after[1]}${after[0]}${after.slice(2)}`);
    for (const letter of LETTERS) slips.push(`${before}${letter}${after}`);
    if (after === '' || (isShort && at === 0)) continue;
    slips.push(`${before}${after.slice(1)}`);
    for (const letter of LETTERS) slips.push(`${before}${letter}${after.slice(1)}`);
  }
  return slips;
}

/** Two slips away from a long key word that begins alike, and not as near to another word. */
function farther(word: string): string | null {
  if (word.length < 7) return null;
  const meantBy = LONG_KEYS.find((key) => isAlike(key, word) && distance(key, word) <= 2);
  if (meantBy === undefined) return null;
  const isOther = LONG_OTHERS.some((other) => isAlike(other, word) && distance(other, word) <= 1);
  return isOther ? null : meantBy;
}

/** Cheap, since every long word of every text is asked. */
function isAlike(one: string, other: string): boolean {
  const isNear = Math.abs(one.length - other.length) <= 2;
  return (
    isNear &&
    (one.startsWith(other.slice(0, 2)) ||
      (one[0] === other[1] && one[1] === other[0]) ||
      (one[2] === other[2] && (one[0] === other[0] || one[1] === other[1])))
  );
}

/** Optimal string alignment. */
function distance(one: string, other: string): number {
  let [beforeLast, last]: [number[], number[]] = [[], Array.from({ length: other.length + 1 }, (_, at) => at)];
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const isSame = one[row - 1] === other[column - 1];
      const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1] && row > 1 && column > 1;
      current.push(
        Math.min(
          (last[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (last[column - 1] ?? 0) + (isSame ? 0 : 1),
          swapped ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    [beforeLast, last] = [last, current];
  }
  return last[other.length] ?? 0;
}

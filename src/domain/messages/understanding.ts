// What a contact wants or feels, read from their words by rules: each verdict names its rule, the very words and where they stand.
// Only ever what a contact wrote: an agent's or a robot's words are full of the same phrases, and to leave them out is the caller's duty.
import type { Intent, Overrides, OwnRule } from '../accounts/understanding-settings.ts';
import type { IntentRule } from './intent-rule.ts';
import { misspeltChinese, spacings } from './misspelt-chinese.ts';
import { misspeltEnglish } from './misspelt-english.ts';
import { corrected, type NormalForm, normalForm, originOf } from './normal-form.ts';
import { RULES } from './understanding-rules.ts';
import { ENGLISH_RULES } from './understanding-rules-en.ts';
import { CHINESE_RULES } from './understanding-rules-zh.ts';
import { findSaid, LONGEST_LOOK, type Span } from './wording.ts';

export { INTENTS, type Intent, type Overrides } from '../accounts/understanding-settings.ts';

export type Verdict = {
  readonly intent: Intent;
  /** Of ours, as `zh.wants_person.transfer`, or the account's own. */
  readonly rule: string;
  /** As they were typed. */
  readonly words: string;
  /** UTF-16 units of the text as it was typed. */
  readonly from: number;
  readonly to: number;
  /** From 0 to 1. */
  readonly confidence: number;
};

type Look = (text: string) => readonly Verdict[];

/** By what they say, for they are read from the database anew by each act. */
const LOOKS = new Map<string, Look>();
const LOOKS_KEPT = 200;
/** Where an account says nothing of its own. */
const NOTHING: Overrides = {};

/** At most one verdict for each rule, the surest first. Looks at the first 4,000 characters; never throws. */
export function understand(text: string, overrides: Overrides = NOTHING): readonly Verdict[] {
  const key = JSON.stringify(overrides);
  const look = LOOKS.get(key) ?? lookOf(overrides);
  if (LOOKS.size >= LOOKS_KEPT) LOOKS.clear();
  LOOKS.set(key, look);
  return look(text);
}

/** From here on a person is called, whatever the robot would answer. */
const FORCED_FROM: Partial<Record<Intent, number>> = { wants_person: 0.6, complaint: 0.75 };
const RISKS: ReadonlySet<string> = new Set(RULES.filter(({ isRisk }) => isRisk).map(({ id }) => id));

/** The verdict by which a robot must hand over: a person is asked for, or a complaint names a risk. */
export function forcesTransfer(verdicts: readonly Verdict[]): Verdict | null {
  const forced = verdicts.find(
    ({ intent, rule, confidence }) =>
      confidence >= (FORCED_FROM[intent] ?? Number.POSITIVE_INFINITY) && (intent !== 'complaint' || RISKS.has(rule)),
  );
  return forced ?? null;
}

/** The rules of one account, made ready once. */
function lookOf({ off = [], extra = [] }: Overrides): Look {
  const rules = LANGUAGES.map(({ signs, rules: all }) => ({ signs, rules: all.filter(({ id }) => !off.includes(id)) }));
  const own = extra.map(readied);
  return (text) => {
    const form = legible(text);
    const spoken = rules.filter(({ signs }) => signs.test(form.text));
    const spans = [
      ...spoken.flatMap((language) => language.rules.flatMap((rule) => located(rule, findSaid(form.text, rule)))),
      ...own.flatMap((rule) => located(rule, findPhrase(form.text, rule.phrases))),
    ];
    return spans.map((span) => verdictOf(text, form, span)).toSorted(bySurety);
  };
}

/** A rule is looked for only where there are signs of its language; digits are of both. */
const LANGUAGES = [
  { signs: /[一-鿿\d]/, rules: CHINESE_RULES },
  { signs: /[a-z\d]/, rules: ENGLISH_RULES },
];

function legible(text: string): NormalForm {
  const form = normalForm(text, LONGEST_LOOK);
  return [spacings, misspeltChinese, misspeltEnglish].reduce((read, find) => corrected(read, find(read.text)), form);
}

type Located = Pick<IntentRule, 'id' | 'intent' | 'confidence'> & { readonly span: Span };

function located(rule: Pick<IntentRule, 'id' | 'intent' | 'confidence'>, span: Span | null): Located[] {
  return span === null ? [] : [{ id: rule.id, intent: rule.intent, confidence: rule.confidence, span }];
}

type ReadyRule = Pick<IntentRule, 'id' | 'intent' | 'confidence'> & { readonly phrases: readonly string[] };

/** What an account says itself is sure. Its phrases are folded as the text is, for else they would never be found in it. */
function readied({ id, intent, phrases }: OwnRule): ReadyRule {
  return { id, intent, confidence: 1, phrases: phrases.map((phrase) => legible(phrase).text.trim()).filter(Boolean) };
}

/** A phrase of letters stands by itself, not within a word. */
function findPhrase(text: string, phrases: readonly string[]): Span | null {
  for (const phrase of phrases)
    for (let from = text.indexOf(phrase); from !== -1; from = text.indexOf(phrase, from + 1)) {
      const to = from + phrase.length;
      if (!isWithinWord(text, from, to)) return { from, to };
    }
  return null;
}

const LETTER = /[a-z0-9]/;

function isWithinWord(text: string, from: number, to: number): boolean {
  const isBound = (one: string, other: string) => LETTER.test(one) && LETTER.test(other);
  return isBound(text.charAt(from - 1), text.charAt(from)) || isBound(text.charAt(to - 1), text.charAt(to));
}

function verdictOf(typed: string, form: NormalForm, { id, intent, confidence, span }: Located): Verdict {
  const { from, to } = originOf(form, ...trimmed(form.text, span));
  return { intent, rule: id, words: typed.slice(from, to), from, to, confidence };
}

/** Without the blanks at its ends. */
function trimmed(text: string, { from, to }: Span): [number, number] {
  const words = text.slice(from, to);
  return [to - words.trimStart().length, from + words.trimEnd().length];
}

function bySurety(one: Verdict, other: Verdict): number {
  return other.confidence - one.confidence || one.from - other.from || other.to - one.to;
}

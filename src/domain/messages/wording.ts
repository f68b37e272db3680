// How the words of a contact are looked at: folded, so that each sign has one form, and then rule by rule, each with its guards.

/** Words that mean something, with what must not stand beside them. Patterns see folded text; `says` is global. */
export type WordRule = {
  readonly id: string;
  readonly says: RegExp;
  /** Not what it seems where this ends the words before it, in the same clause. */
  readonly notAfter?: RegExp;
  /** Nor where this begins the words after it. */
  readonly notBefore?: RegExp;
  /** Nor where the clause holds this. */
  readonly notIn?: RegExp;
};

/** Longer texts are cut for the look: no wish needs more, and a pattern's work stays bounded. */
export const LONGEST_LOOK = 4000;

const INVISIBLE = /\p{Cf}|[\uFE00-\uFE0F]/gu;

/** Full-width forms become plain ones (NFKC), invisible signs go, spaces are one. Its own fixed point. */
export function plain(text: string): string {
  return text
    .replaceAll(INVISIBLE, '')
    .replaceAll(/[‘’ʼ`´]/g, "'")
    .normalize('NFKC')
    .replaceAll(/[^\S\n]+/g, ' ')
    .slice(0, LONGEST_LOOK)
    .trim();
}

export function folded(text: string): string {
  return plain(text).toLowerCase();
}

/** The first rule, in the order given, that the text says unguarded, with the very words. */
export function firstSaid(text: string, rules: readonly WordRule[]): { rule: string; words: string } | null {
  for (const rule of rules) {
    const span = findSaid(text, rule);
    if (span !== null) return { rule: rule.id, words: text.slice(span.from, span.to).trim() };
  }
  return null;
}

export function isSaid(text: string, rules: readonly WordRule[]): boolean {
  return firstSaid(text, rules) !== null;
}

/** Where a text says it, in UTF-16 units. */
export type Span = { readonly from: number; readonly to: number };

/** The first place where the text says it unguarded. */
export function findSaid(text: string, { says, notAfter, notBefore, notIn }: WordRule): Span | null {
  if (text.search(says) === -1) return null; // most texts say nothing of it, and a search is the cheapest look
  for (const { 0: words, index } of text.matchAll(says)) {
    const to = index + words.length;
    const before = clauseBefore(text.slice(0, index));
    const after = clauseAfter(text.slice(to));
    if (notAfter?.test(before) || notBefore?.test(after) || notIn?.test(`${before}${words}${after}`)) continue;
    return { from: index, to };
  }
  return null;
}

/** As far as any guard looks. */
const CLAUSE = 80;
const BREAK = /[,.!?;:。、…~\n]|但是?|不过|而是|就是(?!说)|只是|\bbut\b|\bhowever\b/;

function clauseBefore(text: string): string {
  return text.slice(-CLAUSE).split(BREAK).at(-1) ?? '';
}

/** With its question mark: that is what tells whether it is said or asked. */
function clauseAfter(text: string): string {
  return /^[^,.!;:。、…~\n?]*\??/.exec(text.slice(0, CLAUSE))?.[0] ?? '';
}

// The tables of docs/understanding.md: every rule with a text that it reads, and what texts are read as, as the law answers it.
import { INTENTS, type Intent } from '../../src/domain/accounts/understanding-settings.ts';
import type { IntentRule } from '../../src/domain/messages/intent-rule.ts';
import { forcesTransfer, understand, type Verdict } from '../../src/domain/messages/understanding.ts';
import { RULES } from '../../src/domain/messages/understanding-rules.ts';
import { TEXTS } from '../../test/domain/messages/understanding-texts.ts';
import { table } from './table.ts';

/** Sorted by intent, Chinese first. */
export function ruleTable(): string {
  const rows = INTENTS.flatMap((intent) => RULES.filter((rule) => rule.intent === intent)).map((rule) => [
    `\`${rule.id}\``,
    String(rule.confidence),
    isForcing(rule) ? 'yes' : '',
    exampleOf(rule.id),
  ]);
  return table(['rule', 'confidence', 'a robot must hand over', 'for instance'], rows);
}

function isForcing({ id, intent, confidence }: IntentRule): boolean {
  return forcesTransfer([{ intent, rule: id, confidence, words: '', from: 0, to: 0 }]) !== null;
}

/** The shortest text of our own set in which the rule is the surest, its words in bold; of those that need no escape. */
function exampleOf(rule: string): string {
  const read = TEXTS.filter(({ text }) => !/[*|_<>`]/.test(text) && text.length > 4)
    .flatMap(({ text }) => understand(text).map((verdict, at) => ({ text, verdict, at })))
    .filter(({ verdict }) => verdict.rule === rule);
  const [best] = read.toSorted((one, other) => one.at - other.at || one.text.length - other.text.length);
  return best ? inBold(best.text, best.verdict) : '';
}

function inBold(text: string, { from, to, words }: Verdict): string {
  return `${text.slice(0, from)}**${words}**${text.slice(to)}`;
}

const SAID = [
  '转人公，谢谢',
  '人 工 客 服',
  '不用转人工了，我自己看看',
  '「转人工」是什么意思',
  '人工费多少',
  '现在客服不知道是不是在忙',
  '再不转人工我就打12315',
  'i wnat to tlak to an agnet',
  "I don't need a human",
  "what does 'talk to an agent' mean?",
  'someone stole my bag',
  'my real estate agent gave me your address',
  'great service, still waiting after two weeks',
  '可以，发货吧，尽快',
] as const;

export function readingTable(): string {
  const rows = SAID.map((text) => {
    const intents = new Set<Intent>(understand(text).map(({ intent }) => intent));
    const forced = forcesTransfer(understand(text));
    return [
      text,
      [...intents].map((intent) => `\`${intent}\``).join(', ') || 'nothing',
      forced ? `by “${forced.words}”` : '',
    ];
  });
  return table(['the contact says', 'read as', 'hands over'], rows);
}

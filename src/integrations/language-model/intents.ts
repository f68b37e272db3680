// What a language model is asked of a contact's words: which of our intents they show, and by which of the words. Nothing but
// intents that we know, in words that the contact wrote, comes of the answer, whatever the contact or the model may say.
import { z } from 'zod';
import { INTENTS, type Intent } from '../../domain/accounts/understanding-settings.ts';
import { clipped, DATA_RULE } from './data-rule.ts';
import { findWords } from './found-words.ts';
import type { Question } from './question.ts';

export type IntentsInput = {
  readonly text: string;
  /** What was said before, oldest first. */
  readonly context: readonly { readonly sender: string; readonly text: string }[];
  /** Of the contact, where it is known: `zh`, `en`. */
  readonly language: string;
};

export type ReadIntent = {
  readonly intent: Intent;
  /** As they stand in the text; empty where the model named words that do not. */
  readonly words: string;
  /** From 0 to 1; halved where there are no words for it. */
  readonly confidence: number;
};

const LONGEST_TEXT = 4000;
const MOST_CONTEXT = 10;
const LONGEST_CONTEXT = 500;
/** Of an answer; there are far fewer intents. */
const MOST_READ = 50;

const MEANINGS: Readonly<Record<Intent, string>> = {
  wants_person: 'wants to speak with a person instead of a machine, or with somebody higher up',
  complaint: 'complains about the service or the seller, or threatens with authorities, lawyers or the press',
  anger: 'is angry, insults, swears',
  urgency: 'needs it at once, or suffers a loss meanwhile',
  refund: 'wants money back',
  after_sale: 'has trouble with what was bought: broken, wrong, missing, to be exchanged or repaired',
  price_talk: 'bargains, or asks for a lower price or a discount',
  confirmation: 'agrees to what was proposed, or says that the work is as it should be',
  change_request: 'wants the work, or the order, changed',
};

const INSTRUCTION = `You read what a contact wrote to a service desk, and say which intents it shows.

${DATA_RULE}

The document has the fields "text", "context" (what was said before, by whom) and "language". Judge "text" alone; "context" is there so that you understand it.

The intents:
${INTENTS.map((intent) => `- ${intent}: ${MEANINGS[intent]}`).join('\n')}

Name an intent only if the contact has it in this very text. Not if they deny it ("不用转人工", "no refund needed"), ask what a word means, quote somebody, or tell what they once wanted. Several may be true at once; often none is.

For each: "words", the shortest piece of "text" that shows it, copied sign by sign; "confidence", from 0 to 1.
Answer with one json object and nothing else, like {"intents":[{"intent":"refund","words":"我要退款","confidence":0.9}]}, or {"intents":[]}.`;

const Asked = z.strictObject({
  intents: z.array(z.strictObject({ intent: z.enum(INTENTS), words: z.string(), confidence: z.number() })),
});

/** What is taken for an answer: a model that knows no schema may name other intents, which are left out, or measure otherwise. */
const Answered = z.object({
  intents: z.array(
    z.object({ intent: z.string(), words: z.string().catch(''), confidence: z.number().min(0).max(1).catch(0.5) }),
  ),
});

export function askForIntents({ text: whole, context, language }: IntentsInput): Question<readonly ReadIntent[]> {
  const text = clipped(whole, LONGEST_TEXT);
  return {
    name: 'intents',
    instruction: INSTRUCTION,
    data: {
      text,
      context: context
        .slice(-MOST_CONTEXT)
        .map(({ sender, text: words }) => ({ sender, text: clipped(words, LONGEST_CONTEXT) })),
      language,
    },
    shape: Asked,
    read: (answer) => {
      const { data } = Answered.safeParse(answer);
      return data ? surestOf(data.intents.slice(0, MOST_READ).flatMap((said) => readOne(said, text))) : null;
    },
  };
}

type Said = z.output<typeof Answered>['intents'][number];

function readOne({ intent, words, confidence }: Said, text: string): ReadIntent[] {
  const known = INTENTS.find((each) => each === intent);
  if (known === undefined) return [];
  const found = findWords(words, text);
  return [{ intent: known, words: found, confidence: found === '' ? confidence / 2 : confidence }];
}

/** One of each intent, the surest first. */
function surestOf(all: readonly ReadIntent[]): ReadIntent[] {
  const sorted = [...all].sort((a, b) => b.confidence - a.confidence);
  return sorted.filter(({ intent }, place) => sorted.findIndex((each) => each.intent === intent) === place);
}

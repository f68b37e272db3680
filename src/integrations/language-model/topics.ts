// What a language model is asked of a conversation: at which messages another topic begins. Messages are numbered for it, so that no
// id of ours leaves and none that it makes up comes back.
import { z } from 'zod';
import { OutsideFailure } from '../outside-failure.ts';
import { clipped, DATA_RULE } from './data-rule.ts';
import type { Question } from './question.ts';

export type TopicMessage = { readonly id: string; readonly sender: string; readonly text: string };

const MOST_MESSAGES = 200;
const LONGEST_TEXT = 300;

const INSTRUCTION = `You read a conversation between a contact and a service desk, and say where a new topic begins.

${DATA_RULE}

The document has the field "messages": their number "n", from 1, the sender and the text, in order.

A new topic begins at the message that turns to another matter: another order, another product, another problem, which could be handled by somebody who knows nothing of what came before. Not at greetings, thanks, answers, further questions on the same matter, or a change of mood. Often none does.

Answer with one json object and nothing else, like {"starts":[4,9]}, or {"starts":[]}: the numbers of the messages that begin a new topic, never 1.`;

const Asked = z.strictObject({ starts: z.array(z.number()) });
/** A model that knows no schema may name what is no number; that is left out. */
const Answered = z.object({ starts: z.array(z.unknown()) });

/** @throws OutsideFailure permanent `too_many_messages`, of more than 200. */
export function askForTopics(messages: readonly TopicMessage[]): Question<readonly string[]> {
  if (messages.length > MOST_MESSAGES) {
    throw new OutsideFailure('permanent', 'too_many_messages', `At most ${MOST_MESSAGES} messages are read at a time.`);
  }
  return {
    name: 'topics',
    instruction: INSTRUCTION,
    data: {
      messages: messages.map(({ sender, text }, place) => ({
        n: place + 1,
        sender,
        text: clipped(text, LONGEST_TEXT),
      })),
    },
    shape: Asked,
    read: (answer) => {
      const { data } = Answered.safeParse(answer);
      if (!data) return null;
      return messages.flatMap(({ id }, place) => (place > 0 && data.starts.includes(place + 1) ? [id] : []));
    },
  };
}

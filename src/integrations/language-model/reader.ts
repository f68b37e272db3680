// A language model that reads beside our rules, behind any endpoint that speaks OpenAI's chat completions. It may be slow, wrong or
// away: each call ends in time, comes to nothing but what was asked for, and fails with OutsideFailure, upon which the rules stand.
import { withinTime } from '../within-time.ts';
import { type ChatOptions, makeChat } from './chat.ts';
import { makeCircuit } from './circuit.ts';
import { askForIntents, type IntentsInput, type ReadIntent } from './intents.ts';
import { makeLadder } from './ladder.ts';
import type { Question } from './question.ts';
import { askForTopics, type TopicMessage } from './topics.ts';

/** `timeoutMs` is for all that one call asks together. A caller's own deadline should be longer, or the circuit never learns of it. */
export type ReaderOptions = ChatOptions;

/**
 * @throws OutsideFailure: `auth`; `rate_limited` with its pause; refused `refused`, `content_filter`; retryable `not_understood`, `timeout`,
 * `aborted`, `network`, `circuit_open`, `http_<status>`; permanent `too_many_messages`, `http_<status>` or the server's code.
 */
export type Reader = {
  /** One of each intent at most, the surest first. */
  readonly readIntents: (input: IntentsInput, signal: AbortSignal) => Promise<readonly ReadIntent[]>;
  /** The ids of messages that begin a new topic, in order; never the first. At most 200 messages. */
  readonly findTopics: (messages: readonly TopicMessage[], signal: AbortSignal) => Promise<readonly string[]>;
};

export function makeReader(options: ReaderOptions): Reader {
  const ask = makeLadder(makeChat(options));
  const circuit = makeCircuit();
  const { timeoutMs } = options;
  const answerTo = <T>(question: Question<T>, signal: AbortSignal) =>
    circuit(() => withinTime({ timeoutMs, signal }, (stop) => ask(question, stop)));
  return {
    readIntents: async (input, signal) => (input.text.trim() === '' ? [] : answerTo(askForIntents(input), signal)),
    findTopics: async (messages, signal) => (messages.length < 2 ? [] : answerTo(askForTopics(messages), signal)),
  };
}

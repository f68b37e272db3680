// One question to a language model behind any endpoint that speaks OpenAI's chat completions, asked for its answer in one of three
// forms: by a schema that the server enforces, as some JSON object, or as mere text.
import OpenAI from 'openai';
import { z } from 'zod';
import { OutsideFailure } from '../outside-failure.ts';
import { makeBoundedFetch } from '../pictures/bounded-fetch.ts';
import type { Question } from './question.ts';

export const FORMS = ['json_schema', 'json_object', 'text'] as const;
export type Form = (typeof FORMS)[number];

const MOST_ANSWER_BYTES = 256_000;

export type ChatOptions = {
  /** With its version, such as `https://api.deepseek.com/v1`. */
  readonly baseUrl: string;
  /** Empty where the server wants none. */
  readonly apiKey: string;
  readonly model: string;
  readonly timeoutMs: number;
  /** Of a call that failed for the while; the pauses between count as time. */
  readonly maxRetries?: number | undefined;
};

/** What it said; empty: nothing. @throws OutsideFailure `refused`, `content_filter`, `not_understood`, and what the library throws. */
export type Chat = (question: Question<unknown>, form: Form, stop: AbortSignal) => Promise<string>;

export function makeChat({ baseUrl, apiKey, model, timeoutMs, maxRetries = 0 }: ChatOptions): Chat {
  const client = new OpenAI({
    apiKey: apiKey === '' ? 'none' : apiKey,
    baseURL: baseUrl,
    // Said outright, since the library would else look for them in the environment.
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    logLevel: 'off',
    maxRetries,
    timeout: timeoutMs,
    fetch: makeBoundedFetch(MOST_ANSWER_BYTES),
  });
  return async (question, form, stop) => {
    const answer = await client.chat.completions.create(
      {
        model,
        messages: [
          { role: 'system', content: question.instruction },
          { role: 'user', content: JSON.stringify(question.data) },
        ],
        ...formatOf(question, form),
      },
      { signal: stop },
    );
    return saidIn(answer);
  };
}

function formatOf(
  { name, shape }: Question<unknown>,
  form: Form,
): Partial<OpenAI.ChatCompletionCreateParamsNonStreaming> {
  if (form === 'text') return {};
  if (form === 'json_object') return { response_format: { type: form } };
  const { $schema: _, ...schema } = z.toJSONSchema(shape);
  return { response_format: { type: form, json_schema: { name, strict: true, schema } } };
}

/** Servers that speak like OpenAI leave out what they like, so nothing of it is believed. */
const Completion = z.object({
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }),
      }),
    )
    .min(1),
});

function saidIn(answer: unknown): string {
  const choice = Completion.safeParse(answer).data?.choices[0];
  if (!choice) throw notUnderstood('The answer is no chat completion.');
  const { finish_reason: end, message } = choice;
  if (message.refusal) throw new OutsideFailure('refused', 'refused', 'The model refuses to read this.');
  if (end === 'content_filter') {
    throw new OutsideFailure('refused', 'content_filter', 'The server’s filter keeps the answer back.');
  }
  if (end === 'length') throw notUnderstood('The answer was cut off at the model’s limit.');
  return message.content ?? '';
}

export function notUnderstood(detail: string): OutsideFailure {
  return new OutsideFailure('retryable', 'not_understood', detail);
}

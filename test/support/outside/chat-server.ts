// Chat completions as OpenAI and those who speak like it have them, on loopback: requests are checked as strictly as the strictest
// of them does, and each outcome looks as it does there.
import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import { type Give, giveJson, type LocalServer, type Recorded, startLocalServer } from './local-server.ts';

export const CHAT_KEY = 'sk-local-canary-key';

export type ChatAnswer =
  /** An object that the model writes, whatever form it is asked for. */
  | { readonly kind: 'answer'; readonly answer: unknown }
  /** What the model says, word for word. */
  | { readonly kind: 'says'; readonly content: string | null }
  /** A server without schemas, or without any form: refuses those with 400, and gives the rest the answer. */
  | {
      readonly kind: 'without';
      readonly forms: readonly ChatForm[];
      readonly status?: number;
      readonly answer: unknown;
    }
  | { readonly kind: 'refusal' }
  | { readonly kind: 'finished'; readonly reason: string; readonly content?: string }
  | { readonly kind: 'rate_limited'; readonly headers?: Record<string, string> }
  | {
      readonly kind: 'error';
      readonly status: number;
      readonly code?: string | number | null;
      readonly headers?: Record<string, string>;
    }
  | { readonly kind: 'raw'; readonly status: number; readonly body: string; readonly headers?: Record<string, string> }
  | { readonly kind: 'drop' }
  | { readonly kind: 'hang' };

export type ChatForm = 'json_schema' | 'json_object';

const Asked = z.object({
  model: z.string(),
  messages: z.array(z.object({ role: z.string(), content: z.string() })).min(1),
  response_format: z
    .discriminatedUnion('type', [
      z.object({ type: z.literal('text') }),
      z.object({ type: z.literal('json_object') }),
      z.object({
        type: z.literal('json_schema'),
        json_schema: z.object({
          name: z.string().regex(/^[\w-]{1,64}$/),
          strict: z.literal(true),
          schema: z.record(z.string(), z.unknown()),
        }),
      }),
    ])
    .optional(),
});
export type AskedOfChat = z.output<typeof Asked>;

/** Says that there is nothing, until it is told otherwise. Its base URL is `${url}/v1`. */
export async function startChatServer(): Promise<LocalServer<ChatAnswer>> {
  return startLocalServer<ChatAnswer>({ kind: 'answer', answer: { intents: [], starts: [] } }, give);
}

/** What was asked. */
export function askedOf({ body }: Pick<Recorded, 'body'>): AskedOfChat {
  return Asked.parse(JSON.parse(body.toString()));
}

/** In which forms, request for request. */
export function formsOf(requests: readonly Recorded[]): string[] {
  return requests.map((request) => askedOf(request).response_format?.type ?? 'text');
}

const give: Give<ChatAnswer> = (answer, request, response) => {
  if (request.headers.authorization !== `Bearer ${CHAT_KEY}`) {
    return giveError(response, 401, 'invalid_api_key', `Incorrect API key provided: ${request.headers.authorization}.`);
  }
  if (request.method !== 'POST' || request.path !== '/v1/chat/completions') {
    return giveError(response, 404, null, `Invalid URL (${request.method} ${request.path})`);
  }
  const asked = Asked.safeParse(JSON.parse(request.body.toString()));
  const wrong = asked.data ? whatIsWrong(asked.data) : z.prettifyError(asked.error);
  if (wrong !== null) return giveError(response, 418, 'bad_request', wrong);
  giveAnswer(answer, asked.data?.response_format?.type, response, request);
};

/** Answered with a status that no ladder goes down at, so that a mistake of ours shows. null: nothing. */
function whatIsWrong({ messages, response_format: format }: AskedOfChat): string | null {
  const isJsonNamed = messages.some(({ content }) => content.includes('json'));
  if (format?.type === 'json_object' && !isJsonNamed) return "'messages' must contain the word 'json' in some form.";
  if (format?.type !== 'json_schema') return null;
  return isStrict(format.json_schema.schema) ? null : 'Invalid schema for response_format.';
}

const StrictObject = z.object({
  type: z.literal('object'),
  properties: z.record(z.string(), z.unknown()),
  required: z.array(z.string()),
  additionalProperties: z.literal(false),
});
const StrictArray = z.object({ type: z.literal('array'), items: z.unknown() });
const Plain = z.strictObject({ type: z.enum(['string', 'number', 'boolean']), enum: z.array(z.string()).optional() });

/** Every property required and no other allowed, as OpenAI demands of strict schemas; no word that others do not know. */
function isStrict(schema: unknown): boolean {
  const object = StrictObject.strict().safeParse(schema).data;
  if (object) {
    const names = Object.keys(object.properties);
    return names.length === object.required.length && Object.values(object.properties).every(isStrict);
  }
  const array = StrictArray.strict().safeParse(schema).data;
  return array ? isStrict(array.items) : Plain.safeParse(schema).success;
}

function giveAnswer(answer: ChatAnswer, form: string | undefined, response: ServerResponse, asked: Recorded): void {
  switch (answer.kind) {
    case 'answer':
      return giveMessage(response, { content: JSON.stringify(answer.answer) });
    case 'says':
      return giveMessage(response, { content: answer.content });
    case 'without':
      if (answer.forms.some((each) => each === form)) {
        return giveError(response, answer.status ?? 400, null, 'This response_format type is unavailable now');
      }
      return giveMessage(response, { content: JSON.stringify(answer.answer) });
    case 'refusal':
      return giveMessage(response, { content: null, refusal: 'I’m sorry, I can’t help with that.' });
    case 'finished':
      return giveMessage(response, { content: answer.content ?? '' }, answer.reason);
    case 'rate_limited':
      return giveError(response, 429, 'rate_limit_exceeded', 'Rate limit reached.', answer.headers);
    case 'error':
      // Servers quote what they were sent.
      return giveError(response, answer.status, answer.code ?? null, asked.body.toString(), answer.headers);
    case 'raw':
      return void response.writeHead(answer.status, answer.headers).end(answer.body);
    case 'drop':
      return void response.destroy();
    case 'hang':
  }
}

type Said = { readonly content: string | null; readonly refusal?: string };

function giveMessage(response: ServerResponse, { content, refusal = '' }: Said, reason = 'stop'): void {
  const message = { role: 'assistant', content, refusal: refusal || null, annotations: [] };
  giveJson(response, 200, {
    id: 'chatcmpl-local',
    object: 'chat.completion',
    created: 1_772_352_000,
    model: 'local-model-2026-01-01',
    choices: [{ index: 0, message, logprobs: null, finish_reason: reason }],
    usage: { prompt_tokens: 400, completion_tokens: 20, total_tokens: 420 },
  });
}

function giveError(
  response: ServerResponse,
  status: number,
  code: string | number | null,
  message: string,
  headers: Record<string, string> = {},
): void {
  giveJson(response, status, { error: { message, type: 'invalid_request_error', param: null, code } }, headers);
}

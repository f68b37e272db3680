// OpenAI's images.edit as it is spoken on the wire, on loopback: the multipart request is read as a server reads it, and each
// outcome looks as it does there.
import type { ServerResponse } from 'node:http';
import { type Give, giveJson, type LocalServer, type Recorded, startLocalServer } from './local-server.ts';

export const OPENAI_KEY = 'sk-local-key';

export type OpenaiAnswer =
  | { readonly kind: 'picture'; readonly data: Buffer }
  /** The original, untouched. */
  | { readonly kind: 'same' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'moderated' }
  | { readonly kind: 'no_quota' }
  | { readonly kind: 'rate_limited'; readonly headers?: Record<string, string> }
  | { readonly kind: 'error'; readonly status: number; readonly code: string | null; readonly message?: string }
  | { readonly kind: 'hang' }
  | { readonly kind: 'raw'; readonly status: number; readonly body: string; readonly headers?: Record<string, string> };

/** Answers with the original until it is told otherwise. */
export async function startOpenaiServer(): Promise<LocalServer<OpenaiAnswer>> {
  return startLocalServer<OpenaiAnswer>({ kind: 'same' }, give);
}

/** The fields of a request; the picture under `image` or `image[]`. */
export function openaiForm({ headers, body }: Pick<Recorded, 'headers' | 'body'>): Promise<FormData> {
  return new Response(new Uint8Array(body), { headers: { 'content-type': headers['content-type'] ?? '' } }).formData();
}

const give: Give<OpenaiAnswer> = async (answer, request, response) => {
  const key = request.headers.authorization?.replace('Bearer ', '');
  if (key !== OPENAI_KEY) {
    return giveError(response, 401, 'invalid_api_key', `Incorrect API key provided: ${key?.slice(0, 8)}********.`);
  }
  if (request.method !== 'POST' || request.path !== '/v1/images/edits') {
    return giveError(response, 404, null, `Invalid URL (${request.method} ${request.path})`);
  }
  const form = await openaiForm(request);
  const picture = form.get('image') ?? form.get('image[]');
  if (!(picture instanceof File)) return giveError(response, 400, 'missing_required_parameter', 'image is missing.');
  await giveAnswer(answer, picture, response);
};

async function giveAnswer(answer: OpenaiAnswer, original: File, response: ServerResponse): Promise<void> {
  switch (answer.kind) {
    case 'picture':
      return givePictures(response, [answer.data]);
    case 'same':
      return givePictures(response, [Buffer.from(await original.arrayBuffer())]);
    case 'empty':
      return givePictures(response, []);
    case 'moderated':
      return giveError(response, 400, 'moderation_blocked', 'Your request was rejected by the safety system.');
    case 'no_quota':
      return giveError(response, 429, 'insufficient_quota', 'You exceeded your current quota.', { 'retry-after': '5' });
    case 'rate_limited':
      return giveError(response, 429, 'rate_limit_exceeded', 'Rate limit reached.', answer.headers);
    case 'error':
      return giveError(response, answer.status, answer.code, answer.message ?? 'It failed.');
    case 'raw':
      return void response.writeHead(answer.status, answer.headers).end(answer.body);
    case 'hang':
  }
}

function givePictures(response: ServerResponse, pictures: readonly Buffer[]): void {
  const data = pictures.map((picture) => ({ b64_json: picture.toString('base64') }));
  giveJson(response, 200, { created: 1_700_000_000, data, usage: { total_tokens: 1000 } });
}

function giveError(
  response: ServerResponse,
  status: number,
  code: string | null,
  message: string,
  headers: Record<string, string> = {},
): void {
  const type = code === 'moderation_blocked' ? 'image_generation_user_error' : 'invalid_request_error';
  giveJson(response, status, { error: { message, type, param: null, code } }, headers);
}

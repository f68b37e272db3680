// Gemini's generateContent as it is spoken on the wire, on loopback: what each outcome looks like there, refusals with status 200
// among them. Shapes by Google's reference and by answers that others have published.
import type { ServerResponse } from 'node:http';
import { type Give, giveJson, type LocalServer, startLocalServer } from './local-server.ts';

export const GEMINI_KEY = 'AIza-local-key';

export type GeminiAnswer =
  | { readonly kind: 'picture'; readonly data: Buffer; readonly mediaType?: string; readonly words?: string }
  /** The original, untouched. */
  | { readonly kind: 'same' }
  | { readonly kind: 'text'; readonly words: string }
  | { readonly kind: 'blocked'; readonly reason: string }
  | { readonly kind: 'finished'; readonly reason: string; readonly message?: string }
  | { readonly kind: 'rate_limited'; readonly retryDelay?: string }
  | { readonly kind: 'error'; readonly status: number; readonly code: string; readonly message?: string }
  /** Answers when that has come. */
  | { readonly kind: 'late'; readonly until: Promise<unknown>; readonly answer: GeminiAnswer }
  | { readonly kind: 'hang' }
  | { readonly kind: 'raw'; readonly status: number; readonly body: string; readonly headers?: Record<string, string> };

type Body = {
  readonly contents: readonly {
    readonly parts: readonly { text?: string; inlineData?: { mimeType: string; data: string } }[];
  }[];
  readonly generationConfig: {
    readonly responseModalities: readonly string[];
    readonly imageConfig?: { readonly aspectRatio?: string; readonly imageSize?: string };
  };
};

/** Answers with the original until it is told otherwise. A wrong key is refused before any answer is used up. */
export async function startGeminiServer(): Promise<LocalServer<GeminiAnswer>> {
  return startLocalServer<GeminiAnswer>({ kind: 'same' }, give);
}

/** What was sent, read as Gemini reads it. */
export function geminiBody({ body }: { readonly body: Buffer }): Body {
  return JSON.parse(body.toString());
}

const give: Give<GeminiAnswer> = (answer, request, response) => {
  const key = request.headers['x-goog-api-key'];
  if (key === undefined)
    return giveError(response, 403, 'PERMISSION_DENIED', 'Method doesn’t allow unregistered callers.');
  if (key !== GEMINI_KEY) {
    const details = [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' }];
    return giveError(response, 400, 'INVALID_ARGUMENT', `API key not valid: ${key}`, details);
  }
  if (request.method !== 'POST' || !/^\/v1beta\/models\/[\w.-]+:generateContent$/.test(request.path)) {
    return giveError(response, 404, 'NOT_FOUND', `${request.path} is not found for API version v1beta`);
  }
  const part = geminiBody(request).contents[0]?.parts.find(({ inlineData }) => inlineData !== undefined);
  if (!part) return giveError(response, 400, 'INVALID_ARGUMENT', 'Provide a picture.');
  giveAnswer(answer, part, response);
};

function giveAnswer(answer: GeminiAnswer, original: object, response: ServerResponse): void {
  switch (answer.kind) {
    case 'picture':
      return giveParts(response, [
        ...(answer.words === undefined ? [] : [{ text: answer.words }]),
        { inlineData: { mimeType: answer.mediaType ?? 'image/png', data: answer.data.toString('base64') } },
      ]);
    case 'same':
      return giveParts(response, [original]);
    case 'text':
      return giveParts(response, [{ text: answer.words }]);
    case 'blocked':
      return giveJson(response, 200, { promptFeedback: { blockReason: answer.reason }, usageMetadata: {} });
    case 'finished':
      return giveJson(response, 200, {
        candidates: [
          { content: { role: 'model' }, finishReason: answer.reason, finishMessage: answer.message, index: 0 },
        ],
      });
    case 'rate_limited':
      return giveError(response, 429, 'RESOURCE_EXHAUSTED', 'You exceeded your current quota.', [
        { '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations: [] },
        { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: answer.retryDelay },
      ]);
    case 'error':
      return giveError(response, answer.status, answer.code, answer.message ?? 'It failed.');
    case 'raw':
      return void response.writeHead(answer.status, answer.headers).end(answer.body);
    case 'late':
      return void answer.until.then(() => giveAnswer(answer.answer, original, response));
    case 'hang':
  }
}

function giveParts(response: ServerResponse, parts: readonly object[]): void {
  giveJson(response, 200, {
    candidates: [{ content: { role: 'model', parts }, finishReason: 'STOP', index: 0 }],
    usageMetadata: { promptTokenCount: 271, totalTokenCount: 1561 },
    modelVersion: 'gemini-2.5-flash-image',
  });
}

function giveError(
  response: ServerResponse,
  code: number,
  status: string,
  message: string,
  details: object[] = [],
): void {
  giveJson(response, code, { error: { code, message, status, details } });
}

// A host of files on loopback, as customers name them: it gives pictures, redirects, lies about lengths, sends without end or
// not at all.
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { type LocalServer, startLocalServer } from './local-server.ts';

export type HostAnswer =
  | {
      readonly kind: 'file';
      readonly data: Buffer;
      readonly mediaType?: string | null;
      readonly headers?: Record<string, string>;
    }
  | { readonly kind: 'redirect'; readonly to: string; readonly status?: number }
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Record<string, string> }
  /** Says that it sends so many bytes, sends the data and ends. */
  | { readonly kind: 'says'; readonly bytes: number; readonly data: Buffer }
  /** Sends the data again and again, until nobody reads any more. */
  | { readonly kind: 'endless'; readonly data: Buffer }
  /** Sends the data and then nothing more. */
  | { readonly kind: 'stuck'; readonly data: Buffer }
  /** Answers when that has come. */
  | { readonly kind: 'late'; readonly until: Promise<unknown>; readonly answer: HostAnswer }
  | { readonly kind: 'hang' };

export type PictureHost = LocalServer<HostAnswer> & {
  /** What always lies there, whatever stands in line. */
  readonly at: (path: string, answer: HostAnswer) => string;
};

export async function startPictureHost(): Promise<PictureHost> {
  const files = new Map<string, HostAnswer>();
  const server = await startLocalServer<HostAnswer>({ kind: 'status', status: 404 }, (answer, request, response) =>
    give(files.get(request.path) ?? answer, response),
  );
  return {
    ...server,
    at: (path, answer) => {
      files.set(path, answer);
      return `${server.url}${path}`;
    },
  };
}

async function give(answer: HostAnswer, response: ServerResponse): Promise<void> {
  switch (answer.kind) {
    case 'file':
      return void response.writeHead(200, headersOf(answer)).end(answer.data);
    case 'redirect':
      return void response.writeHead(answer.status ?? 302, { location: answer.to }).end();
    case 'status':
      return void response.writeHead(answer.status, answer.headers).end('no picture');
    case 'says':
      response.writeHead(200, { 'content-type': 'image/png', 'content-length': String(answer.bytes) });
      return void response.write(answer.data, () => response.destroy());
    case 'endless':
      return sendForEver(answer.data, response);
    case 'stuck':
      return void response.writeHead(200, { 'content-type': 'image/png' }).write(answer.data);
    case 'late':
      await answer.until;
      return give(answer.answer, response);
    case 'hang':
  }
}

function headersOf({
  mediaType = 'image/png',
  headers,
}: Extract<HostAnswer, { kind: 'file' }>): Record<string, string> {
  return { ...(mediaType === null ? {} : { 'content-type': mediaType }), ...headers };
}

async function sendForEver(data: Buffer, response: ServerResponse): Promise<void> {
  const closed = once(response, 'close');
  response.writeHead(200, { 'content-type': 'image/png' });
  while (!response.destroyed) {
    if (response.write(data)) await new Promise((resolve) => setImmediate(resolve));
    else await Promise.race([once(response, 'drain'), closed]);
  }
}

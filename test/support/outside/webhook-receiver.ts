// Somebody who receives webhooks, on loopback: verifies each by the library of Standard Webhooks, takes each id once, and answers
// as it was told to.
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import { type LocalServer, type Recorded, startLocalServer } from './local-server.ts';

export type HookAnswer =
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Record<string, string> }
  | { readonly kind: 'redirect'; readonly to: string; readonly status?: number }
  /** Answers 200 when that has come. */
  | { readonly kind: 'slow'; readonly until: Promise<unknown> }
  /** Takes it, and ends the connection without an answer. */
  | { readonly kind: 'cut' }
  /** Takes it, and ends the connection after the head of its answer. */
  | { readonly kind: 'cut_body' }
  /** Takes it, and sends nothing after the head of its answer. */
  | { readonly kind: 'stuck' }
  /** Takes it, and never stops answering. */
  | { readonly kind: 'endless' }
  | { readonly kind: 'hang' };

export type Hook = {
  readonly id: string;
  /** What stands in its body; null: nothing of the kind. */
  readonly type: string | null;
  readonly body: string;
  readonly verified: boolean;
  /** Of this id, from 1. */
  readonly attempt: number;
};

export type WebhookReceiver = Omit<LocalServer<HookAnswer>, 'url'> & {
  /** Where it listens for webhooks. */
  readonly url: string;
  /** Every request, in order of arrival. One that is not verified is answered 401, whatever stands in line. */
  readonly hooks: readonly Hook[];
  /** What it took, each id once, in order. */
  readonly received: readonly Hook[];
  /** How often something came that it had taken before. */
  readonly copies: () => number;
  /** Settles when it has taken so many different ones. */
  readonly took: (count: number) => Promise<void>;
};

export type ReceiverOptions = {
  /** Asked anew for each request where it is not known from the start. */
  readonly secret: string | (() => string);
  /** Its clock, in milliseconds, where tests move time; a webhook may be five minutes off. */
  readonly now?: () => number;
};

/** Answers 204 until it is told otherwise. */
export async function startWebhookReceiver({ secret, now = Date.now }: ReceiverOptions): Promise<WebhookReceiver> {
  const hooks: Hook[] = [];
  const received: Hook[] = [];
  const waiting = new Set<() => void>();
  let copies = 0;
  const take = (hook: Hook) => {
    if (received.some(({ id }) => id === hook.id)) copies += 1;
    else received.push(hook);
    for (const look of waiting) look();
  };
  const server = await startLocalServer<HookAnswer>(
    { kind: 'status', status: 204 },
    async (answer, request, response) => {
      const hook = hookOf(request, isVerified(request, typeof secret === 'string' ? secret : secret(), now()), hooks);
      hooks.push(hook);
      if (!hook.verified) return void response.writeHead(401).end('signature');
      if (answer.kind === 'slow') await answer.until;
      if (takes(answer)) take(hook);
      give(answer, request, response);
    },
  );
  return {
    ...server,
    url: `${server.url}/hooks?for=baton`,
    hooks,
    received,
    copies: () => copies,
    took: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (received.length < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}

function hookOf({ headers, body }: Recorded, verified: boolean, before: readonly Hook[]): Hook {
  const id = String(headers['webhook-id']);
  const attempt = before.filter((hook) => hook.id === id).length + 1;
  return { id, type: typeOf(body), body: body.toString(), verified, attempt };
}

function typeOf(body: Buffer): string | null {
  try {
    return z.object({ type: z.string() }).parse(JSON.parse(body.toString())).type;
  } catch {
    return null;
  }
}

function isVerified({ headers, body }: Recorded, secret: string, now: number): boolean {
  const sent = Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []));
  try {
    atTime(now, () => new Webhook(secret).verify(body, Object.fromEntries(sent), { jsonParse: false }));
    return true;
  } catch {
    return false;
  }
}

/** The library asks the process's clock. Nothing waits in here, so nobody else sees it moved. */
function atTime(now: number, look: () => unknown): void {
  const real = Date.now;
  Date.now = () => now;
  try {
    look();
  } finally {
    Date.now = real;
  }
}

function takes(answer: HookAnswer): boolean {
  if (answer.kind === 'status') return answer.status >= 200 && answer.status < 300;
  return answer.kind !== 'hang' && answer.kind !== 'redirect';
}

function give(answer: HookAnswer, { gone }: Recorded, response: ServerResponse): void | Promise<void> {
  switch (answer.kind) {
    case 'status':
      return void response.writeHead(answer.status, answer.headers).end();
    case 'redirect':
      return void response.writeHead(answer.status ?? 302, { location: answer.to }).end();
    case 'slow':
      return void response.end('ok');
    case 'cut':
      return void response.destroy();
    case 'cut_body':
      response.writeHead(200, { 'content-length': '100' });
      return void response.write('o', () => response.destroy());
    case 'stuck':
      return response.writeHead(200, { 'content-length': '100' }).flushHeaders();
    case 'endless':
      return writeForEver(response, gone);
    case 'hang':
  }
}

async function writeForEver(response: ServerResponse, gone: Promise<void>): Promise<void> {
  const chunk = Buffer.alloc(1024, '.');
  while (!response.destroyed) {
    if (!response.write(chunk)) await Promise.race([once(response, 'drain'), gone]);
  }
}

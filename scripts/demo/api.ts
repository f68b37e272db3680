// Calls to Baton's HTTP API, as an upstream system makes them. Answers are checked for what the demo reads of them.
import type { z } from 'zod';

export type Reply = { readonly status: number; readonly body: unknown };

export class Api {
  readonly url: string;
  readonly #key: string;

  /** @param key speaks wherever no other key or token (or null: none) is named. */
  constructor(url: string, key: string) {
    this.url = url;
    this.#key = key;
  }

  async call(method: string, path: string, body?: unknown, key: string | null = this.#key): Promise<Reply> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...(key === null ? {} : { Authorization: `Bearer ${key}` }),
        // Asked about a job, Baton answers when it is done.
        ...(method === 'GET' ? { Prefer: 'wait=10' } : {}),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : JSON.parse(text) };
  }

  /** The same, and it must go well and answer in this shape. */
  async must<T>(shape: z.ZodType<T>, method: string, path: string, body?: unknown, key?: string | null): Promise<T> {
    const reply = await this.call(method, path, body, key);
    if (reply.status >= 400) throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
    return shape.parse(reply.body);
  }
}

/** Waits until something is so, and says what was waited for when it does not come. */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  seconds: number,
  otherwise: string,
): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`${otherwise} (waited ${seconds} s)`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

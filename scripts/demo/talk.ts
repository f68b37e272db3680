// What is said in one conversation while it is watched, and what became of it, counted as the batches are.
import { z } from 'zod';
import type { Api } from './api.ts';
import type { Refused, Tally } from './batches.ts';

/** A robot names its session and the epoch at which its turn began; an agent the session; a contact has but a token. */
export type Speaker = {
  readonly token?: string;
  readonly sessionId?: string;
  readonly epoch?: number;
  readonly robot?: string;
};

const Problem = z.object({ code: z.string(), detail: z.string() });

export class Talk {
  readonly #api: Api;
  readonly #path: string;
  readonly #refused: Refused[] = [];
  #posted = 0;

  constructor(api: Api, conversationId: string) {
    this.#api = api;
    this.#path = `/v1/conversations/${conversationId}/messages`;
  }

  async say({ token, ...turn }: Speaker, content: string): Promise<void> {
    this.#posted += 1;
    await this.#api.must(z.unknown(), 'POST', this.#path, { ...turn, content }, token);
  }

  /** @param url of a picture. */
  async show({ token, ...turn }: Speaker, url: string): Promise<void> {
    this.#posted += 1;
    await this.#api.must(z.unknown(), 'POST', this.#path, { ...turn, type: 'image', content: { url } }, token);
  }

  /** Something that must not be said. @returns why it was refused, in Baton's words. @throws when it was not. */
  async sayInVain({ token, ...turn }: Speaker, content: string): Promise<string> {
    this.#posted += 1;
    const { status, body } = await this.#api.call('POST', this.#path, { ...turn, content }, token);
    if (status !== 409) throw new Error(`“${content}” was not refused: ${status} ${JSON.stringify(body)}`);
    const { code, detail } = Problem.parse(body);
    this.#refused.push({ id: null, pointer: '', detail });
    return `${status} ${code}. ${detail}`;
  }

  get tally(): Tally {
    const stored = this.#posted - this.#refused.length;
    return { posted: this.#posted, stored, duplicates: 0, refused: this.#refused, troubles: [] };
  }
}

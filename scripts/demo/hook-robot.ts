// A small robot, such as somebody runs elsewhere: it hears over a webhook whose turn it is and what was said, and answers over the API
// by session and epoch. It knows a few answers, and is silent about the rest.
import { z } from 'zod';
import { startWebhookReceiver } from '../../test/support/outside/webhook-receiver.ts';
import type { Ending } from '../start/ending.ts';
import type { Api } from './api.ts';
import { Talk } from './talk.ts';

/** What it says to whoever says that. */
export type Answers = Readonly<Record<string, string>>;

/** What names it as the speaker, and where it spoke. */
export type Turn = {
  readonly speaker: { readonly sessionId: string; readonly epoch: number; readonly robot: string };
  readonly conversationId: string;
  readonly talk: Talk;
};

export type HookRobot = {
  /** Where it listens: Baton must be allowed to call it. */
  readonly host: string;
  /** Makes its webhook, and answers from then on. */
  readonly connect: (api: Api, account: string, answers: Answers) => Promise<void>;
  /** One for each answer that it gave. */
  readonly turns: readonly Turn[];
  /** The types of the events that it was told, in order. */
  readonly heard: () => string[];
  /** Rejects when it can not go on. */
  readonly failed: Promise<never>;
};

const NAME = '小助手';
const EVENTS = ['messages.ingested', 'session.*', 'transfer.*'];

const Webhook = z.object({ secret: z.string() });

export async function openHookRobot(ending: Ending): Promise<HookRobot> {
  let secret = '';
  const receiver = await startWebhookReceiver({ secret: () => secret });
  ending.add(receiver.close);
  const { promise: failed, reject } = Promise.withResolvers<never>();
  failed.catch(() => undefined);
  const turns: Turn[] = [];
  return {
    host: receiver.host,
    turns,
    heard: () => receiver.received.flatMap(({ type }) => type ?? []),
    failed,
    connect: async (api, account, answers) => {
      const made = await api.must(Webhook, 'POST', '/v1/webhooks', { account, url: receiver.url, events: EVENTS });
      secret = made.secret;
      const mind = new Mind(answers);
      const next = async (index: number) => {
        await receiver.took(index + 1);
        const body = receiver.received[index]?.body ?? '';
        const turn = await mind.answer(api, JSON.parse(body));
        if (turn) turns.push(turn);
        next(index + 1).catch(reject);
      };
      next(0).catch(reject);
    },
  };
}

const Taken = z.object({
  type: z.enum(['session.opened', 'session.activated', 'session.resumed']),
  data: z.object({ sessionId: z.string(), kind: z.string().startsWith('auto') }),
});
const Said = z.object({
  type: z.literal('messages.ingested'),
  data: z.object({
    conversationId: z.string(),
    floorSessionId: z.string(),
    epoch: z.int(),
    last: z.object({ sender: z.literal('contact'), preview: z.string() }),
  }),
});

class Mind {
  readonly #answers: Answers;
  /** Sessions of robots. Where a person has the floor, nothing is said. */
  readonly #own = new Set<string>();

  constructor(answers: Answers) {
    this.#answers = answers;
  }

  /** @returns null: there was nothing to say. */
  async answer(api: Api, event: unknown): Promise<Turn | null> {
    const { data: taken } = Taken.safeParse(event);
    if (taken) this.#own.add(taken.data.sessionId);
    const { data: said } = Said.safeParse(event);
    const answer = said && this.#answers[said.data.last.preview];
    if (!answer || !this.#own.has(said.data.floorSessionId)) return null;
    const { conversationId, floorSessionId: sessionId, epoch } = said.data;
    const talk = new Talk(api, conversationId);
    const speaker = { sessionId, epoch, robot: NAME };
    await talk.say(speaker, answer);
    return { speaker, conversationId, talk };
  }
}

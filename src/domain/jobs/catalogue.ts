// The kinds of queued work. One name on every floor: the queue, the worker's file, the deed, the word in the docs.

export const JOB_KINDS = [
  'ingest-batch',
  'route-conversation',
  'transfer',
  'timeout-check',
  'image-task',
  'alarm',
  'delivery',
  'inbound',
  'understanding',
] as const;
export type JobKind = (typeof JOB_KINDS)[number];

/** What a job of each kind is given. A batch is kept as it was posted, so that its bad messages can be told one by one. */
export type JobPayload = {
  'ingest-batch': { readonly account?: string; readonly messages: readonly unknown[] };
  /** One conversation; or whoever waits for an agent whose seat or presence has changed. */
  'route-conversation': { readonly conversationId: string } | { readonly agentId: string };
  /** A session that a rule hands to people; or a person outside who answered what was to be transferred. */
  transfer:
    | {
        readonly sessionId: string;
        readonly reason: string;
        readonly rule: string | null;
        readonly words?: readonly string[];
      }
    | { readonly answeredIn: string };
  'timeout-check': Readonly<Record<string, never>>;
  /** The next step of a task; or what a contact has said in a conversation that their pictures are worked on in. */
  'image-task': { readonly taskId: string } | { readonly heardIn: string };
  /** Whatever operators are to be told by now. */
  alarm: Readonly<Record<string, never>>;
  /** Whatever that endpoint is to be told by now: each effect is a row of its own, in the table of deliveries. */
  delivery: { readonly endpointId: string };
  /** What a platform has called our hook with; or what is to be read there: news that its bell was rung for, a page of history. */
  inbound:
    | ({ readonly endpointId: string } & Hook)
    | { readonly endpointId: string; readonly bell: Bell }
    | ({ readonly endpointId: string } & LateRow)
    | {
        readonly endpointId: string;
        readonly history: { readonly conversation: string; readonly before: number | null };
      }
    | { readonly endpointId: string; readonly person: string };
  /** What a contact said that no rule was sure of; or where in a conversation the topic changes: a language model is asked. */
  understanding:
    | { readonly conversationId: string; readonly sessionId: string; readonly messages: readonly string[] }
    | { readonly topicsIn: string };
};

/** What a platform has called our hook with. */
export type Hook = { readonly hook: unknown; readonly late?: LateHook };
/**
 * It is looked at again, for the first time at `since`. `heard`: what was said in it was taken then, and what was done there waits until
 * what was said before is written down. `before`: the status there until then, where the new one was news.
 */
export type LateHook = { readonly since: string; readonly heard: boolean; readonly before: string | null };
/** Something waits in customer service of WeCom, and may be fetched by the token for a while from `at` on. */
export type Bell = { readonly source: string; readonly token: string | null; readonly at: string };
/** A row of theirs about what was said before: it is taken once that message of ours is here, and not at all after `until`. */
export type LateRow = { readonly row: unknown; readonly after: string | null; readonly until: string };

export const JOB_STATES = ['accepted', 'running', 'done', 'failed'] as const;
export type JobState = (typeof JOB_STATES)[number];

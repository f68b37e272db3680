// The kinds of queued work. One name on every floor: the queue, the worker's file, the deed, the word in the docs.

export const JOB_KINDS = [
  'ingest-batch',
  'route-conversation',
  'transfer',
  'timeout-check',
  'image-task',
  'alarm',
] as const;
export type JobKind = (typeof JOB_KINDS)[number];

/** Written down and held: what an outside system is to be told, until there is an endpoint that takes it. */
export const HELD_KINDS = ['delivery'] as const;
export type HeldKind = (typeof HELD_KINDS)[number];

/** Whether workers are woken for it. */
export function isWorked<J extends { readonly kind: JobKind | HeldKind }>(
  job: J,
): job is J & { readonly kind: JobKind } {
  return JOB_KINDS.some((kind) => kind === job.kind);
}

/** What a job of each kind is given. A batch is kept as it was posted, so that its bad messages can be told one by one. */
export type JobPayload = {
  'ingest-batch': { readonly account?: string; readonly messages: readonly unknown[] };
  /** One conversation; or whoever waits for an agent whose seat or presence has changed. */
  'route-conversation': { readonly conversationId: string } | { readonly agentId: string };
  /** A session that a rule hands to people; or a person outside who answered what was to be transferred. */
  transfer:
    | { readonly sessionId: string; readonly reason: string; readonly rule: string | null }
    | { readonly answeredIn: string };
  'timeout-check': Readonly<Record<string, never>>;
  /** The next step of a task; or what a contact has said in a conversation that their pictures are worked on in. */
  'image-task': { readonly taskId: string } | { readonly heardIn: string };
  /** Whatever operators are to be told by now. */
  alarm: Readonly<Record<string, never>>;
  /** An event for a webhook; or the card by which somebody is asked in: what it shows is in the participant's row. */
  delivery:
    | { readonly event: string; readonly url: string }
    | { readonly participant: string; readonly card: 'invitation' };
};

/** `held`: nobody works on it yet; see HELD_KINDS. */
export const JOB_STATES = ['accepted', 'running', 'held', 'done', 'failed'] as const;
export type JobState = (typeof JOB_STATES)[number];

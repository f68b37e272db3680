// The kinds of queued work. One name on every floor: the queue, the worker's file, the deed, the word in the docs.

export const JOB_KINDS = ['ingest-batch', 'route-conversation'] as const;
export type JobKind = (typeof JOB_KINDS)[number];

/** What a job of each kind is given. A batch is kept as it was posted, so that its bad messages can be told one by one. */
export type JobPayload = {
  'ingest-batch': { readonly account?: string; readonly messages: readonly unknown[] };
  'route-conversation': { readonly conversationId: string };
};

export const JOB_STATES = ['accepted', 'running', 'done', 'failed'] as const;
export type JobState = (typeof JOB_STATES)[number];

// What the domain refuses, by name. A refusal is final for that input: trying the same again gives the same answer.
// Everything else that is thrown is a fault: passing (try again) or a bug. HTTP statuses are in api/problems.ts.

export const ERROR_CODES = [
  'account_not_found',
  'account_exists',
  'agent_not_found',
  'agent_exists',
  'agent_offline',
  'agent_full',
  'already_assigned',
  'api_key_not_found',
  'contact_not_found',
  'conversation_not_found',
  'conversation_resolved',
  'labels_full',
  'not_serving',
  'session_not_found',
  'floor_taken',
  'floor_lost',
  'illegal_move',
  'robots_full',
  'bad_level',
  'robots_only',
  'reason_missing',
  'transfer_not_found',
  'transfer_open',
  'transfer_closed',
  'transfer_loop',
  'already_owner',
  'assignment_not_found',
  'offer_closed',
  'not_a_member',
  'already_collaborating',
  'invitee_offline',
  'owner_cannot_leave',
  'not_collaborating',
  'only_owner',
  'already_participating',
  'not_invited',
  'not_participating',
  'participant_not_found',
  'participants_full',
  'message_not_found',
  'not_author',
  'too_late',
  'image_task_not_found',
  'task_open',
  'order_taken',
  'file_not_found',
  'endpoint_not_found',
  'endpoints_full',
  'delivery_not_found',
  'job_not_found',
  'job_not_failed',
  'stream_not_found',
  'stream_trimmed',
  'message_id_taken',
  'scope_missing',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** @param facts what the caller needs to go on, for instance who holds the floor; shown in the problem document. */
export class DomainError extends Error {
  readonly code: ErrorCode;
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, detail: string, facts: Readonly<Record<string, unknown>> = {}) {
    super(detail);
    this.name = 'DomainError';
    this.code = code;
    this.facts = facts;
  }
}

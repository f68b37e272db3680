// The kinds of session: who handles it, its level (who may interrupt whom) and its rank (who is next among those who wait).

export const KINDS = {
  manual_urgent: { handler: 'human', level: 1, rank: 1 },
  manual_customer_service: { handler: 'human', level: 2, rank: 2 },
  manual_complaint: { handler: 'human', level: 2, rank: 3 },
  auto_bargain: { handler: 'robot', level: 3, rank: 4 },
  auto_customer_service: { handler: 'robot', level: 3, rank: 5 },
  auto_follow_up: { handler: 'robot', level: 4, rank: 6 },
} as const;

export type SessionKind = keyof typeof KINDS;
export type Handler = 'robot' | 'human';

export const SESSION_KINDS = Object.keys(KINDS) as SessionKind[]; // the keys are the union itself

export function handlerOf(kind: SessionKind): Handler {
  return KINDS[kind].handler;
}

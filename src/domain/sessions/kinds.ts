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
export type HumanKind = 'manual_urgent' | 'manual_customer_service' | 'manual_complaint';

export const SESSION_KINDS = Object.keys(KINDS) as SessionKind[]; // the keys are the union itself

/** What upstream calls its work, and the kind of session that this is. */
export const KIND_OF_TASK = {
  negotiation: 'auto_bargain',
  follow_up: 'auto_follow_up',
  consultation: 'auto_customer_service',
  order_inquiry: 'auto_customer_service',
  complaint: 'manual_complaint',
} as const satisfies Record<string, SessionKind>;

export type TaskType = keyof typeof KIND_OF_TASK;
export const TASK_TYPES = Object.keys(KIND_OF_TASK) as TaskType[]; // the keys are the union itself

export function handlerOf(kind: SessionKind): Handler {
  return KINDS[kind].handler;
}

/** The highest level that each handler may ask for (1 is the highest there is): a robot never reaches 1 or 2. */
export const BEST_LEVEL = { human: 1, robot: 3 } as const satisfies Record<Handler, number>;
export const LOWEST_LEVEL = 4;

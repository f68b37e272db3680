// The names of streams: an ordered, gapless list of events that somebody may follow.

export const STREAM_KINDS = ['conversation', 'notes', 'session', 'agent', 'contact', 'board', 'ops'] as const;
export type StreamKind = (typeof STREAM_KINDS)[number];
export type StreamName = string;

/** Who may follow streams of a kind over a socket; whether it is this very one of theirs is asked in api/access. */
export const FOLLOWERS: Readonly<Record<StreamKind, readonly ('agent' | 'contact')[]>> = {
  conversation: ['agent', 'contact'],
  notes: ['agent'],
  session: ['agent'],
  agent: ['agent'],
  contact: ['agent', 'contact'],
  board: ['agent'],
  ops: [],
};

/** What an event is about; each stream kind takes the id that it is named by. */
export type Subject = {
  readonly accountId?: string | undefined;
  readonly conversationId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly contactId?: string | undefined;
  readonly agentId?: string | undefined;
};

const NAMED_BY = {
  conversation: 'conversationId',
  notes: 'conversationId',
  session: 'sessionId',
  agent: 'agentId',
  contact: 'contactId',
  board: 'accountId',
} as const;

/** The stream of that kind for this subject, or null where the subject has no such id. */
export function streamName(kind: StreamKind, subject: Subject): StreamName | null {
  if (kind === 'ops') return 'ops';
  const id = subject[NAMED_BY[kind]];
  return id === undefined ? null : `${kind}:${id}`;
}

/** Takes a name apart; null when it is not the name of a stream. */
export function parseStreamName(name: string): { kind: StreamKind; id: string } | null {
  if (name === 'ops') return { kind: 'ops', id: '' };
  const [word, id, ...rest] = name.split(':');
  const kind = STREAM_KINDS.find((known) => known === word);
  if (!kind || kind === 'ops' || id === undefined || !/^[0-9A-Z]{26}$/.test(id) || rest.length > 0) return null;
  return { kind, id };
}

// Events in words that a newcomer understands.
import { z } from 'zod';
import type { Frame } from '../../src/client/stream-cursor.ts';

/** Whatever the sentences below read of an event; which of it is there depends on the event and on the stream. */
const Told = z.looseObject({
  conversationId: z.string().optional(),
  sessionId: z.string().optional(),
  epoch: z.int().optional(),
  contactName: z.string().nullish(),
  from: z.union([z.string(), z.int()]).optional(),
  to: z.union([z.string(), z.int()]).optional(),
  explanation: z.string().optional(),
  reason: z.string().nullish(),
  rule: z.string().optional(),
  outcome: z.string().optional(),
  agentId: z.string().nullish(),
  agentName: z.string().nullish(),
  name: z.string().optional(),
  note: z.string().nullish(),
  kind: z.string().optional(),
  state: z.string().optional(),
  seat: z.int().optional(),
  sender: z.string().optional(),
  senderName: z.string().nullish(),
  type: z.string().optional(),
  content: z.unknown().optional(),
  count: z.int().optional(),
  last: z.object({ preview: z.string() }).optional(),
  changes: z.record(z.string(), z.unknown()).optional(),
  verdicts: z
    .array(z.object({ intent: z.string(), rule: z.string(), words: z.string(), confidence: z.number() }))
    .optional(),
  conversations: z.array(z.object({ count: z.int() })).optional(),
  availability: z.string().optional(),
  reachable: z.boolean().optional(),
  operation: z.string().optional(),
  advice: z.string().optional(),
  orderId: z.string().optional(),
  round: z.int().optional(),
  score: z.int().nullish(),
});
export type Told = z.output<typeof Told>;

/** @returns an empty one for data of a shape that is not known here. */
export function toldIn(event: Frame): Told {
  const parsed = Told.safeParse(event.data);
  return parsed.success ? parsed.data : {};
}

const STATUSES: Readonly<Record<string, string>> = {
  queued: 'waits for a person',
  waiting: 'waits for a robot',
  ai_handling: 'a robot speaks',
  serving: 'a person serves',
  resolved: 'resolved',
};

const SENTENCES: Readonly<Record<string, (told: Told, agent: string) => string>> = {
  'conversation.created': () => 'is new here: a conversation was opened',
  'conversation.status_changed': ({ from, to }) =>
    from === 'resolved' ? `begins: ${statusOf(to)}` : `${statusOf(from)} → ${statusOf(to)}`,
  'conversation.priority_changed': ({ from, to }) => `urgency ${from} → ${to}`,
  'conversation.queued': ({ explanation }) => `waits for a person. ${explanation ?? ''}`,
  'conversation.assigned': (_, agent) => `${agent} holds the conversation now`,
  'conversation.resolved': ({ note }) => `the conversation is resolved${note ? ` (${note})` : ''}`,
  'conversation.messages_moved': () => 'a late message showed that two turns are one',
  'session.opened': ({ kind, state }) => `a session was opened: ${handlerOf(kind)}, ${state ?? ''}`,
  'session.activated': ({ kind }) => `${handlerOf(kind)} has the floor now`,
  'session.paused': ({ kind }) => `${handlerOf(kind)} lost the floor and may come back`,
  'session.resumed': ({ kind }) => `${handlerOf(kind)} has the floor again`,
  'session.transferred': ({ kind }) => `the turn of ${handlerOf(kind)} goes on in other hands`,
  'session.timed_out': ({ kind }) => `the turn of ${handlerOf(kind)} ran out of time`,
  'session.conflicted': ({ kind, outcome, rule }) =>
    `${handlerOf(kind)} (${kind}) wants the floor: ${outcome}, by rule ${rule}`,
  'session.completed': ({ kind }) => `the turn of ${handlerOf(kind)} is over`,
  'session.cancelled': ({ kind }) => `the turn of ${handlerOf(kind)} was cancelled`,
  'assignment.offered': (_, agent) => `is offered to ${agent}`,
  'assignment.accepted': ({ seat }, agent) => `${agent} took it${seat === undefined ? '' : `, on seat ${seat}`}`,
  'assignment.declined': ({ reason }, agent) => `${agent} declined${because(reason)}`,
  'assignment.expired': ({ reason }, agent) => `the offer to ${agent} is over${because(reason)}`,
  'assignment.released': (_, agent) => `the seat of ${agent} is free again`,
  'transfer.requested': ({ reason }) => `shall be handed on${because(reason)}`,
  'transfer.accepted': (_, agent) => `was handed on: ${agent} accepted`,
  'transfer.returned': ({ note }) => `was handed back${because(note)}`,
  'collaborator.invited': ({ reason }, agent) => `${agent} is called in${because(reason)}`,
  'collaborator.joined': (_, agent) => `${agent} joined and may speak`,
  'collaborator.left': ({ reason }, agent) => `${agent} helps no more${because(reason)}`,
  'message.created': ({ sender, senderName, type, content }) => {
    const author = authorOf(sender, senderName);
    if (typeof content === 'string') return `${author}: “${content}”`;
    return type === 'image' ? `${author} sent a picture${wordsBeside(content)}` : `${author} wrote`;
  },
  'message.understood': ({ verdicts = [] }) =>
    `understood: ${verdicts.map(({ intent, words }) => `${intent.replaceAll('_', ' ')} (“${words}”)`).join(', ')}`,
  'contact.changed': ({ changes = {} }) => `is known better now: ${Object.values(changes).join(', ')}`,
  'participant.invited': ({ name }) => `${name} is invited from outside`,
  'participant.joined': ({ name }) => `${name} joined from outside`,
  'participant.left': ({ name }) => `${name} takes part no more`,
  'image_task.created': ({ operation }) => `a picture is to be worked on${because(operation)}`,
  'image_task.quoted': ({ advice }) => `the robot is advised: ${advice}`,
  'image_task.paid': ({ orderId, outcome }) => `has paid (${orderId}): ${outcome}`,
  'image_task.processing': ({ round, reason }) => `the work began${round ? `, round ${round}` : ''}${because(reason)}`,
  'image_task.result_ready': ({ round, score }) =>
    `the result of round ${round} is sent to be confirmed${score == null ? '' : `, score ${score}`}`,
  'image_task.revision_requested': ({ reason }) => `a revision${because(reason)}`,
  'image_task.completed': ({ reason }) => `the picture is done${because(reason)}`,
  'messages.ingested': ({ count = 0, last }) =>
    `${counted(count, 'message')} came in; the newest: “${last?.preview ?? ''}”`,
  'board.activity': ({ conversations = [] }) => {
    const messages = conversations.reduce((sum, { count }) => sum + count, 0);
    return `${counted(messages, 'message')} came in, in ${counted(conversations.length, 'conversation')}`;
  },
  'agent.presence_changed': ({ name, availability, reachable }) =>
    `${name ?? 'an agent'} is ${availability ?? 'there'}, ${reachable ? 'connected' : 'not connected'}`,
  'contact.presence_changed': ({ reachable }) => (reachable ? 'is connected' : 'is not connected any more'),
};

/** An event that is not known here is told by its name. @param known the name of the agent whom it is about, from events before it. */
export function sentenceOf(event: Frame, known?: string): string {
  const told = toldIn(event);
  const agent = told.agentName ?? known ?? 'an agent';
  return SENTENCES[event.type]?.(told, agent) ?? event.type.replaceAll(/[._]/g, ' ');
}

/** Where a rule decided: its sentence, which is told whole. */
export function explanationOf(event: Frame): string | undefined {
  const { explanation, verdicts = [] } = toldIn(event);
  if (event.type === 'message.understood') return verdicts.map(verdictSentence).join(' ');
  const decided = event.type === 'session.conflicted' || event.type === 'assignment.offered';
  return decided ? explanation : undefined;
}

type Verdict = NonNullable<Told['verdicts']>[number];

function verdictSentence({ intent, rule, words, confidence }: Verdict): string {
  return `Rule ${rule} reads “${words}” as ${intent.replaceAll('_', ' ')}, ${Math.round(confidence * 100)} % sure.`;
}

const Captioned = z.object({ text: z.string() });

function wordsBeside(content: unknown): string {
  const { data } = Captioned.safeParse(content);
  return data ? `: “${data.text}”` : '';
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function because(reason: string | null | undefined): string {
  return reason ? `: ${reason}` : '';
}

function statusOf(status: string | number | undefined): string {
  return STATUSES[status ?? ''] ?? String(status ?? '?');
}

function handlerOf(kind: string | undefined): string {
  return kind?.startsWith('auto') ? 'a robot' : 'a person';
}

function authorOf(sender: string | undefined, name: string | null | undefined): string {
  return name ?? (sender === 'system' ? 'Baton' : `the ${sender ?? 'sender'}`);
}

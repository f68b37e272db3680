// What we ask of Chatwoot. Each call says whose token it needs; all but the sending of a message set a state, and may be asked again.
import { z } from 'zod';
import type { Attributes, ChatwootPriority, ChatwootStatus } from '../../domain/channels/chatwoot/payload.ts';
import { ConversationPiece, type Snapshot, snapshotOf } from '../../domain/channels/chatwoot/snapshot.ts';
import { OutsideFailure } from '../outside-failure.ts';
import { type Call, type ChatwootOptions, exchange, notUnderstood } from './exchange.ts';
import { findMessage, type Lost } from './find-message.ts';
import { messagesBefore, type Page } from './history.ts';
import { type Outgoing, sendMessage } from './send-message.ts';

export type Conversation = Snapshot & { readonly customAttributes: Attributes };
/** To one person or one team; null: to no person any more. */
export type Assignment = { readonly assigneeId: number } | { readonly teamId: number } | null;
export type ContactFields = {
  readonly name?: string;
  readonly email?: string;
  /** E.164. */
  readonly phone?: string;
  readonly identifier?: string;
  /** Merged by Chatwoot. */
  readonly customAttributes?: Attributes;
};

/** Conversations go by their display id. Every method throws OutsideFailure; `no_user_token` where only a user may do it and there is none. */
export type Chatwoot = {
  /** @throws OutsideFailure `unknown`: it may be there. Ask `findMessage` before it is sent again. */
  readonly sendMessage: (conversation: number, message: Outgoing) => Promise<{ readonly id: number }>;
  /** The id of a message of ours that may have arrived; null: it has not. User. */
  readonly findMessage: (conversation: number, lost: Lost) => Promise<number | null>;
  /** Snoozed, it sleeps until the contact writes. */
  readonly setStatus: (conversation: number, status: ChatwootStatus) => Promise<void>;
  readonly setPriority: (conversation: number, priority: ChatwootPriority | null) => Promise<void>;
  /** Chatwoot overwrites them all: others' changes between our look and our word are lost. @returns those that are there now. User. */
  readonly changeLabels: (conversation: number, change: LabelChange) => Promise<readonly string[]>;
  /** @throws OutsideFailure permanent `no_such_assignee`. */
  readonly assign: (conversation: number, to: Assignment) => Promise<void>;
  /** Merged with those that are there. User. */
  readonly setAttributes: (conversation: number, attributes: Attributes) => Promise<void>;
  /** User. */
  readonly getConversation: (conversation: number) => Promise<Conversation>;
  /** User. */
  readonly updateContact: (id: number, fields: ContactFields) => Promise<void>;
  /** @param before the id of a message; null: the latest. User. */
  readonly messagesBefore: (conversation: number, before: number | null) => Promise<Page>;
};
export type LabelChange = { readonly add?: readonly string[]; readonly remove?: readonly string[] };

export function makeChatwoot(options: ChatwootOptions): Chatwoot {
  return {
    sendMessage: (conversation, message) => sendMessage(options, conversation, message),
    findMessage: (conversation, lost) => findMessage(options, conversation, lost),
    messagesBefore: (conversation, before) => messagesBefore(options, conversation, before),
    setStatus: (conversation, status) =>
      done(options, asBot(`/conversations/${conversation}/toggle_status`, { status })),
    setPriority: (conversation, priority) =>
      done(options, asBot(`/conversations/${conversation}/toggle_priority`, { priority })),
    changeLabels: (conversation, change) => changeLabels(options, conversation, change),
    assign: (conversation, to) => assign(options, conversation, to),
    setAttributes: (conversation, attributes) => setAttributes(options, conversation, attributes),
    getConversation: (conversation) => getConversation(options, conversation),
    updateContact: (id, fields) => updateContact(options, id, fields),
  };
}

function asBot(path: string, body: object): Call {
  return { as: 'bot', method: 'POST', path, body, isRepeatable: true };
}

function asUser(path: string, change: { method: 'POST' | 'PUT'; body: object } | { method: 'GET' }): Call {
  return { as: 'user', path, isRepeatable: true, ...change };
}

async function done(options: ChatwootOptions, call: Call): Promise<void> {
  await exchange(options, call);
}

const Labels = z.object({ payload: z.array(z.string()) });

async function changeLabels(
  options: ChatwootOptions,
  conversation: number,
  { add = [], remove = [] }: LabelChange,
): Promise<readonly string[]> {
  const path = `/conversations/${conversation}/labels`;
  const { payload: before } = await ask(options, asUser(path, { method: 'GET' }), Labels);
  const labels = [...new Set([...before.filter((label) => !remove.includes(label)), ...add])];
  if (labels.length === before.length && labels.every((label) => before.includes(label))) return before;
  const { payload } = await ask(options, asUser(path, { method: 'POST', body: { labels } }), Labels);
  return payload;
}

/** Chatwoot answers `null` where nobody is assigned any more, and says the same where it knows nobody of that number. */
async function assign(options: ChatwootOptions, conversation: number, to: Assignment): Promise<void> {
  const body =
    to === null ? { assignee_id: null } : 'teamId' in to ? { team_id: to.teamId } : { assignee_id: to.assigneeId };
  const answer = await exchange(options, asBot(`/conversations/${conversation}/assignments`, body));
  if (to === null || answer !== null) return;
  const whom = 'teamId' in to ? `team ${to.teamId}` : `agent ${to.assigneeId}`;
  throw new OutsideFailure('permanent', 'no_such_assignee', `Chatwoot has no ${whom} for this conversation.`);
}

async function setAttributes(options: ChatwootOptions, conversation: number, attributes: Attributes): Promise<void> {
  const { customAttributes } = await getConversation(options, conversation);
  const isSo = ([name, value]: [string, unknown]) => JSON.stringify(customAttributes[name]) === JSON.stringify(value);
  if (Object.entries(attributes).every(isSo)) return;
  const body = { custom_attributes: { ...customAttributes, ...attributes } };
  await exchange(options, asBot(`/conversations/${conversation}/custom_attributes`, body));
}

async function getConversation(options: ChatwootOptions, conversation: number): Promise<Conversation> {
  const piece = await ask(options, asUser(`/conversations/${conversation}`, { method: 'GET' }), ConversationPiece);
  return { ...snapshotOf(piece), customAttributes: piece.custom_attributes };
}

function updateContact(options: ChatwootOptions, id: number, fields: ContactFields): Promise<void> {
  const { phone, customAttributes, ...same } = fields;
  const body = {
    ...same,
    ...(phone !== undefined && { phone_number: phone }),
    ...(customAttributes !== undefined && { custom_attributes: customAttributes }),
  };
  return done(options, asUser(`/contacts/${id}`, { method: 'PUT', body }));
}

async function ask<T>(options: ChatwootOptions, call: Call, shape: z.ZodType<T>): Promise<T> {
  const { data } = shape.safeParse(await exchange(options, call));
  if (data === undefined) throw notUnderstood(call.isRepeatable);
  return data;
}

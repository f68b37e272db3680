// The operation log in words: one short sentence for each event of a conversation, with the reason where there is one. Who did it
// and when stands beside it. Exhaustive: an event of a conversation without a sentence does not compile.
import type { z } from 'zod';
import { EVENTS, type EventType } from './catalogue.ts';

type Data<T extends EventType> = z.output<(typeof EVENTS)[T]['data']>;
/** Every event that names a conversation. */
type OfConversation = { [T in EventType]: 'conversationId' extends keyof Data<T> ? T : never }[EventType];
type Tellings = { readonly [T in OfConversation]: (data: Data<T>) => string };

/** @returns what the catalogue says of that event where its data are not what it now has: they were written by an older version. */
export function tellingOf(type: EventType, data: unknown): string {
  const tell: unknown = Reflect.get(TELLINGS, type);
  const parsed = EVENTS[type].data.safeParse(data);
  return typeof tell === 'function' && parsed.success ? tell(parsed.data) : EVENTS[type].says;
}

const SENDERS = { contact: 'The contact', robot: 'The robot', human: 'A person', system: 'Baton' } as const;
const BY = { contact: 'the contact', agent: 'an agent', participant: 'a participant', upstream: 'upstream' } as const;

const TELLINGS: Tellings = {
  'conversation.created': ({ contactName }) => `The conversation with ${contactName ?? 'the contact'} began.`,
  'conversation.status_changed': ({ from, to, reason }) =>
    `The desk shows ${worded(to)}, after ${worded(from)}${because(reason)}`,
  'conversation.queued': ({ explanation }) => `It waits for a person${because(explanation)}`,
  'conversation.assigned': ({ agentName, previousAgentId }) =>
    `${agentName} holds the conversation${previousAgentId === null ? '' : ', as a colleague did before'}.`,
  'conversation.resolved': ({ sessions, note }) =>
    `It was resolved, and ${many(sessions.length, 'session')} ended with it${because(note)}`,
  'conversation.messages_moved': ({ moved }) =>
    `A late message, or a topic that was found, changed how messages are grouped: ${many(moved.length, 'session')} gave messages away.`,
  'conversation.flags_changed': (flags) => `Set by hand: ${listed(flagsSet(flags))}.`,
  'conversation.priority_changed': ({ from, to, reason }) => `The urgency went from ${from} to ${to}${because(reason)}`,
  'conversation.labels_changed': ({ added, removed }) =>
    `Labels: ${listed([...added.map((label) => `“${label}” added`), ...removed.map((label) => `“${label}” removed`)])}.`,

  'session.opened': ({ kind, state, reason }) =>
    `A session (${worded(kind)}) was opened and is ${worded(state)}${because(reason)}`,
  'session.activated': ({ kind, reason }) => `The session (${worded(kind)}) took the floor${because(reason)}`,
  'session.resumed': ({ kind, reason }) => `The session (${worded(kind)}) has the floor again${because(reason)}`,
  'session.paused': ({ kind, reason }) => `The session (${worded(kind)}) was paused${because(reason)}`,
  'session.transferred': ({ kind, reason }) => `The session (${worded(kind)}) was handed on${because(reason)}`,
  'session.completed': ({ kind, reason }) => `The session (${worded(kind)}) is done${because(reason)}`,
  'session.cancelled': ({ kind, reason }) => `The session (${worded(kind)}) was cancelled${because(reason)}`,
  'session.timed_out': ({ kind, reason }) => `The time of the session (${worded(kind)}) was over${because(reason)}`,
  'session.conflicted': ({ kind, outcome, rule, explanation, reason }) =>
    `Two wanted to speak, and the session (${worded(kind)}) is ${outcome} by rule ${rule}${because(explanation)}${
      reason === null ? '' : ` The reason given${because(reason)}`
    }`,

  'assignment.offered': ({ deadlineAt, explanation }) =>
    `It was offered to an agent until ${deadlineAt}${because(explanation)}`,
  'assignment.accepted': ({ seat }) => `The agent took it, on seat ${seat + 1}.`,
  'assignment.declined': ({ reason }) => `The agent declined${because(reason)}`,
  'assignment.expired': ({ reason }) => `The offer was not answered in time${because(reason)}`,
  'assignment.released': ({ reason }) => `The agent’s seat is free again${because(reason)}`,

  'transfer.requested': ({ toAgentId, urgency, reason }) =>
    `A transfer to ${toAgentId === null ? 'whoever is found' : 'an agent'} was asked for, at urgency ${urgency}${because(reason)}`,
  'transfer.accepted': ({ agentName }) => `The transfer was accepted; ${agentName ?? 'another holder'} has it now.`,
  'transfer.declined': ({ reason }) => `The transfer was declined${because(reason)}`,
  'transfer.expired': ({ reason }) => `Nobody took the transfer in time, so it went back${because(reason)}`,
  'transfer.escalated': ({ level, hops }) =>
    `Nobody took the transfer in time: it is offered again, at level ${level} (escalation ${hops}).`,
  'transfer.returned': ({ note }) => `The work was handed back${because(note)}`,
  'transfer.cancelled': ({ reason }) => `The transfer was called off${because(reason)}`,

  'collaborator.invited': ({ agentName, reason }) => `${agentName} was asked to help${because(reason)}`,
  'collaborator.joined': ({ agentName }) => `${agentName} helps.`,
  'collaborator.left': ({ agentName, reason }) => `${agentName} helps no more${because(reason)}`,
  'participant.invited': ({ name, historyMode }) =>
    `${name} was invited from outside, and may read of what was said before: ${HISTORY[historyMode]}.`,
  'participant.joined': ({ name }) => `${name} joined from outside.`,
  'participant.removed': ({ name, reason }) => `${name} was taken out${because(reason)}`,
  'participant.left': ({ name, reason }) => `${name} left${because(reason)}`,

  'message.created': ({ sender, senderName, type }) =>
    `${senderName ?? SENDERS[sender]} said something (${worded(type)}).`,
  'message.understood': ({ verdicts }) =>
    `The contact’s words were read as ${listed(verdicts.map(({ intent, words }) => `${worded(intent)} (“${words}”)`))}.`,
  'message.status_changed': ({ count, status, by }) =>
    `${many(count, 'message')} ${count === 1 ? 'was' : 'were'} ${status}, says ${BY[by]}.`,
  'note.created': ({ senderName }) => `${senderName ?? 'An agent'} wrote a private note.`,
  'note.withdrawn': ({ status, by }) => `A private note was ${status} by ${BY[by]}.`,
  'messages.ingested': ({ count, sessions }) =>
    `${many(count, 'message')} came from outside, in ${many(sessions.length, 'session')}.`,
  'contact.presence_changed': ({ reachable }) => `The contact is ${reachable ? 'connected' : 'no longer connected'}.`,
  'image_task.created': ({ operation }) => `A picture is to be worked on (${worded(operation)}).`,
  'image_task.quoted': ({ complexity, advice }) => `The picture is ${complexity}${because(advice)}`,
  'image_task.paid': ({ orderId, outcome }) => `The contact has paid (order ${orderId}): ${worded(outcome)}.`,
  'image_task.processing': ({ round, reason }) => `Work on the picture began, round ${round}${because(reason)}`,
  'image_task.result_ready': ({ round, score, isGoodEnough, reason }) =>
    `The contact has the picture of round ${round} to confirm${score === null ? '' : `, score ${score}`}${
      isGoodEnough ? '' : ', below the bar'
    }${because(reason)}`,
  'image_task.revision_requested': ({ revisions, reason }) =>
    `The contact wants it otherwise, for time ${revisions}${because(reason)}`,
  'image_task.mail_refused': ({ outcome, reason }) =>
    `${outcome === 'refused' ? 'The mail with the picture did not go through' : 'Nobody knows whether the mail arrived'}${because(reason)}`,
  'image_task.completed': ({ reason }) => `The contact has the picture in their mail${because(reason)}`,
  'image_task.failed': ({ reason }) => `The picture could not be made${because(reason)}`,
  'image_task.cancelled': ({ reason }) => `The work on the picture ended${because(reason)}`,
  'ops.alert_raised': ({ code, detail }) => `Operators were alarmed (${code})${because(detail)}`,
  'ops.alert_cleared': ({ code, detail }) => `The alarm (${code}) is over${because(detail)}`,
};

const HISTORY = { recent10: 'the ten newest messages', all: 'everything', none: 'nothing' } as const;

/** The reason as the end of the sentence; one that ends a sentence itself gets no second stop. */
function because(reason: string | null): string {
  if (reason === null) return '.';
  return /[.!?。！？]$/u.test(reason) ? `: ${reason}` : `: ${reason}.`;
}

function worded(word: string): string {
  return word.replaceAll('_', ' ');
}

function many(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

function listed(parts: readonly string[]): string {
  return parts.join(', ');
}

function flagsSet({ pinned, todo, handRaised, needIntervene, emotion }: Data<'conversation.flags_changed'>): string[] {
  const yesOrNo = { pinned, 'to do': todo, 'hand raised': handRaised, 'needs somebody': needIntervene };
  const set = Object.entries(yesOrNo).flatMap(([name, value]) =>
    value === undefined ? [] : [value ? name : `not ${name}`],
  );
  return emotion === undefined ? set : [...set, `emotion ${emotion}`];
}

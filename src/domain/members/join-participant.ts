// Whoever was asked in comes by the link: it is used up, and from this place on, and as far back as was allowed, they may read.

import type { Act } from '../act.ts';
import { participantData, subjectOf } from '../conversations/end-members.ts';
import { type HistoryMode, Participant } from '../conversations/participant.ts';
import { DomainError } from '../errors.ts';
import { admitGuest } from '../events/guests.ts';
import { readHeads } from '../events/read-stream.ts';
import { record } from '../events/record.ts';
import { utc } from '../rows.ts';
import { announce } from './announce.ts';
import { hashOf, readInvitation } from './invitation.ts';
import { lockPlace } from './serving.ts';

/** @throws DomainError not_invited: used, withdrawn, out of time, forged or for another conversation, which are all told in the same words. */
export async function joinParticipant(
  act: Act,
  conversationId: string,
  invitation: string,
  secret: string,
): Promise<Participant> {
  const place = await lockPlace(act, conversationId);
  const id = readInvitation(invitation, secret);
  const invited = { conversationId, state: 'invited', invitationHash: hashOf(invitation) } as const;
  const participant = id === null ? null : await act.em.findOne(Participant, { id, ...invited });
  if (!participant?.invitationUntil || participant.invitationUntil <= act.now) throw notInvited();
  Object.assign(participant, await placeOf(act, conversationId, participant.historyMode));
  participant.moveTo('joined', act.now);
  await act.em.flush();
  await admitGuest(act, `conversation:${conversationId}`, participant.id);
  const { conversation } = place;
  record(act, 'participant.joined', subjectOf(conversation), participantData(conversation, participant));
  await announce(act, place, 'joined', participant, { name: participant.name });
  return participant;
}

export function notInvited(): DomainError {
  return new DomainError('not_invited', 'This invitation is not valid, or not any more; ask for a new one.');
}

type Bounds = {
  readonly historyFrom: number;
  readonly historySince: Date | null;
  readonly historySinceId: number | null;
  readonly eventsAfter: number;
};

const RECENT = 10;

/**
 * What may be read. The conversation is locked, so every message of it with a higher id is stored later, whenever it was sent; and of
 * those that are there, the ten newest are the same ten for as long as somebody reads.
 */
async function placeOf(act: Act, conversationId: string, mode: HistoryMode): Promise<Bounds> {
  if (mode === 'all') return { historyFrom: 0, historySince: null, historySinceId: null, eventsAfter: 0 };
  const [head] = await readHeads(act.em, [`conversation:${conversationId}`]);
  const oldest = mode === 'recent10' ? await oldestOfRecent(act, conversationId) : null;
  const [newest]: { id: number | null }[] = await act.em.execute(
    'select max(id) as id from message where conversation_id = ?',
    [conversationId],
  );
  return {
    historyFrom: (newest?.id ?? 0) + 1,
    historySince: oldest && utc(oldest.sent_at),
    historySinceId: oldest?.id ?? null,
    eventsAfter: head?.head ?? 0,
  };
}

async function oldestOfRecent(act: Act, conversationId: string): Promise<{ id: number; sent_at: string } | null> {
  const recent: { id: number; sent_at: string }[] = await act.em.execute(
    'select id, sent_at from message where conversation_id = ? and private = false order by sent_at desc, id desc limit ?',
    [conversationId, RECENT],
  );
  return recent.at(-1) ?? null;
}

// What the contact is told, or sent, while their picture is worked on: a message of ours in whatever session there is.
import { createHash } from 'node:crypto';
import { type PhraseName, phraseFor } from '../accounts/settings.ts';
import type { Act } from '../act.ts';
import type { Content } from '../messages/incoming.ts';
import { ownId } from '../messages/incoming.ts';
import type { Message } from '../messages/message.ts';
import { findSaid, postMessage } from '../messages/post-message.ts';
import { openSession, openSessionsOf } from '../sessions/move-session.ts';
import type { Session } from '../sessions/session.ts';
import type { Studio } from './lock-image.ts';

/** @param key names what is said: it is said once. */
export function tellContact(
  act: Act,
  studio: Studio,
  key: string,
  phrase: PhraseName,
  gaps: Readonly<Record<string, string>> = {},
): Promise<Message> {
  return say(act, studio, key, 'system', phraseFor(studio.account.fullSettings, phrase, gaps));
}

/** @param content of an image message, its words among it. */
export function sendPicture(act: Act, studio: Studio, key: string, content: Content): Promise<Message> {
  return say(act, studio, key, 'image', content);
}

async function say(
  act: Act,
  studio: Studio,
  key: string,
  type: 'system' | 'image',
  content: Content,
): Promise<Message> {
  const { account, conversation } = studio;
  const said = { externalId: ownId('image', shortKey(key)), type, content, private: false } as const;
  const known = await findSaid(act, conversation, said);
  if (known) return known;
  const session = await sessionFor(act, studio);
  return postMessage(act, account, conversation, session, { sender: 'system', id: null, name: null }, said);
}

/** A platform's id may be as long as a message's own: then its hash stands for the key. */
function shortKey(key: string): string {
  return key.length <= LONGEST_KEY ? key : createHash('sha256').update(key).digest('hex');
}

const LONGEST_KEY = 100;

/** Whose turn it is; else whoever waits; else a turn of the robot that is over with this very message. */
async function sessionFor(act: Act, { account, conversation }: Studio): Promise<Session> {
  const open = await openSessionsOf(act, conversation.id);
  const found = open.find(({ state }) => state === 'active') ?? open.find(({ state }) => state !== 'transferred');
  if (found) return found;
  const at = conversation.nextMoment(act.now);
  const session = openSession(act, conversation, account.fullSettings, {
    kind: 'auto_customer_service',
    state: 'completed',
    origin: 'requested',
    heard: 'robot',
    firstAt: at,
    lastAt: at,
    reason: 'the picture of the contact',
  });
  act.em.persist(session);
  await act.em.flush();
  return session;
}

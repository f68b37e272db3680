// The messages of a conversation: history, and one more.
import { z } from 'zod';
import { speakAsAgent, speakAsContact, speakAsRobot } from '../domain/assignments/speak.ts';
import { ExternalId } from '../domain/contacts/profile.ts';
import { newId } from '../domain/ids.ts';
import { speakAsParticipant } from '../domain/members/speak-as-participant.ts';
import { Content, contentFitsType, MESSAGE_TYPES } from '../domain/messages/incoming.ts';
import type { Message } from '../domain/messages/message.ts';
import type { Said } from '../domain/messages/post-message.ts';
import { findConversationFor } from './access.ts';
import type { Principal } from './auth.ts';
import { cutPage, openCursor } from './cursor.ts';
import { historyPage, placeOf, readerOf, viewMessage, viewMessages } from './history.ts';
import { HttpProblem } from './problems.ts';
import { type Call, route } from './route.ts';
import { ById, Cursor, Id, Limit, MessageView, pageOf } from './shapes.ts';

export const getMessages = route({
  method: 'get',
  path: '/v1/conversations/:id/messages',
  summary:
    'The history, newest first. Contacts and participants see no private notes, participants as far back as they were allowed.',
  door: { key: 'conversations:read', agent: true, contact: true, participant: true },
  params: ById,
  query: z.strictObject({ limit: Limit, cursor: Cursor }),
  answers: { 200: { says: 'One page.', schema: pageOf(MessageView) } },
  handle: async ({ context, principal, params, query }) => {
    const em = context.kernel.orm.em.fork();
    const { BATON_SECRET: secret } = context.kernel.config;
    await findConversationFor(em, principal, params.id);
    const list = `messages:${params.id}:${principal.type}`;
    const place = query.cursor ? openCursor(query.cursor, list, secret) : null;
    const rows = await historyPage(em, readerOf(principal), params.id, place, query.limit + 1);
    const { data, page } = cutPage(rows, query.limit, place, list, secret, placeOf);
    const messages = await viewMessages(
      em,
      data.map(({ id }) => id),
    );
    return { status: 200, body: { data: messages, page } };
  },
});

const NewMessage = z
  .strictObject({
    id: ExternalId.max(80)
      .optional()
      .meta({ description: 'An id of yours: posting it again answers with the first message.' }),
    sessionId: Id.optional().meta({ description: 'The session in which you speak; not for contacts.' }),
    epoch: z.int().min(0).optional().meta({ description: "Robots: the conversation's epoch when your turn began." }),
    robot: z.string().min(1).max(120).optional().meta({ description: 'Robots: the name that is shown.' }),
    type: z.enum(MESSAGE_TYPES).exclude(['system']).default('text'),
    content: Content,
    private: z.boolean().default(false).meta({ description: 'A note for agents only.' }),
  })
  .refine(contentFitsType, {
    path: ['content'],
    message: 'must be a string for text messages, an object for every other type',
  });

type NewMessage = z.output<typeof NewMessage>;

export const postMessage = route({
  method: 'post',
  path: '/v1/conversations/:id/messages',
  summary:
    'Say something: an agent or a robot in the session that holds the floor, a contact at any time, a participant while they take part. Who speaks follows from the token.',
  door: { key: 'messages:write', agent: true, contact: true, participant: true },
  params: ById,
  body: NewMessage,
  answers: { 201: { says: 'The message, committed.', schema: MessageView } },
  handle: (call) => {
    // Made before the act: an act that is tried again must find what its first try wrote.
    const { body } = call;
    const said: Said = {
      externalId: body.id ?? newId(),
      type: body.type,
      content: body.content,
      private: body.private,
    };
    checkShape(call.principal.type, body);
    return call.change(async (act) => {
      await findConversationFor(act.em, call.principal, call.params.id);
      return { status: 201, body: viewMessage(await speak(call, act, said)) };
    });
  },
});

function speak(
  { principal, params, body }: Call<{ id: string }, unknown, NewMessage>,
  act: Parameters<typeof speakAsAgent>[0],
  said: Said,
): Promise<Message> {
  if (principal.type === 'contact') return speakAsContact(act, params.id, said);
  if (principal.type === 'participant') return speakAsParticipant(act, params.id, principal.id, said);
  if (principal.type === 'agent') return speakAsAgent(act, params.id, body.sessionId ?? '', principal.id, said);
  return speakAsRobot(act, params.id, body.sessionId ?? '', body.epoch ?? -1, body.robot ?? 'robot', said);
}

/** Which fields each kind of speaker gives. */
function checkShape(speaker: Principal['type'], { sessionId, epoch, private: isPrivate }: NewMessage): void {
  const refuse = (pointer: string, detail: string): never => {
    throw new HttpProblem(400, 'bad_body', `The body does not fit: ${pointer} ${detail}.`, {
      errors: [{ pointer, code: 'custom', detail }],
    });
  };
  const isOfOurs = speaker === 'key' || speaker === 'agent';
  if (isOfOurs && sessionId === undefined) refuse('/sessionId', 'must name the session in which you speak');
  if (speaker === 'key' && epoch === undefined)
    refuse('/epoch', "must be the conversation's epoch when the robot's turn began");
  if (!isOfOurs && isPrivate) refuse('/private', 'is for agents only');
}

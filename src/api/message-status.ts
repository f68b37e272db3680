// What becomes of a message: delivered, read, recalled, deleted.
import { z } from 'zod';
import { markMessage } from '../domain/assignments/mark-message.ts';
import { MESSAGE_STATUSES } from '../domain/messages/message-status.ts';
import { findMessageFor } from './access.ts';
import { viewMessage } from './history.ts';
import { route } from './route.ts';
import { MessageView } from './shapes.ts';

/** Numbers of messages are exact in JavaScript up to 15 digits. */
const MessageId = z
  .string()
  .regex(/^[1-9]\d{0,14}$/)
  .transform(Number)
  .meta({ example: '4711' });

export const patchMessage = route({
  method: 'patch',
  path: '/v1/messages/:id',
  summary:
    'Delivered and read mark every message of the other side up to this one. Recalled: by its author, within the time that the account sets. Deleted: by its author, an agent who serves or helps, or upstream.',
  door: { key: 'messages:write', agent: true, contact: true },
  params: z.strictObject({ id: MessageId }),
  body: z.strictObject({ status: z.enum(MESSAGE_STATUSES).exclude(['sent']) }),
  answers: { 200: { says: 'The message, as it is now.', schema: MessageView } },
  handle: ({ principal, params, body, change }) =>
    change(async (act) => {
      await findMessageFor(act.em, principal, params.id);
      if (principal.type === 'participant') throw new Error('the door of this route is not for participants');
      return { status: 200, body: viewMessage(await markMessage(act, params.id, body.status, principal)) };
    }),
});

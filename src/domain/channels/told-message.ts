// What the event of a message tells of it, with its type as one that we know. The words are left out once they were taken back.
import { z } from 'zod';
import { EVENTS } from '../events/catalogue.ts';
import { MESSAGE_TYPES } from '../messages/incoming.ts';

export const ToldMessage = EVENTS['message.created'].data.extend({ type: z.enum(MESSAGE_TYPES) });

// What happened: who did it, when, and what it changed. Never deleted before its retention is over, and never updated but for words that were taken back (withdraw-words.ts).
import { defineEntity, p } from '@mikro-orm/mysql';

const EventSchema = defineEntity({
  name: 'Event',
  tableName: 'event',
  properties: {
    id: p.string().primary(),
    type: p.string(),
    accountId: p.string().strictNullable(),
    conversationId: p.string().strictNullable(),
    actorType: p.string().strictNullable(),
    actorId: p.string().strictNullable(),
    data: p.text(),
    happenedAt: p.datetime(3),
  },
});

export class Event extends EventSchema.class {}
EventSchema.setClass(Event);

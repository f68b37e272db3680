// What operators are to be told outside (in the chat of their group): equal alarms are one row, which counts how many wait.
import { defineEntity, p } from '@mikro-orm/mysql';

const AlarmSchema = defineEntity({
  name: 'Alarm',
  tableName: 'alarm',
  properties: {
    id: p.string().primary(),
    foldKey: p.string(),
    code: p.string(),
    detail: p.string(),
    accountId: p.string().strictNullable(),
    conversationId: p.string().strictNullable(),
    waiting: p.integer(),
    total: p.integer(),
    firstAt: p.datetime(3),
    lastAt: p.datetime(3),
    dueAt: p.datetime(3).strictNullable(),
    sentAt: p.datetime(3).strictNullable(),
  },
});

export class Alarm extends AlarmSchema.class {}
AlarmSchema.setClass(Alarm);

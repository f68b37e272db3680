// The other party: a customer, a shop (when a robot of ours bargains) or an employee. One per account and external id.
import { defineEntity, p } from '@mikro-orm/mysql';
import { CONTACT_KINDS } from './kinds.ts';

const ContactSchema = defineEntity({
  name: 'Contact',
  tableName: 'contact',
  properties: {
    id: p.string().primary(),
    accountId: p.string(),
    externalId: p.string(),
    kind: p.enum(CONTACT_KINDS),
    name: p.string().strictNullable(),
    department: p.string().strictNullable(),
    position: p.string().strictNullable(),
    level: p.string().strictNullable(),
    vip: p.boolean(),
    reachable: p.boolean(),
    generation: p.bigint('number'),
    createdAt: p.datetime(3),
    updatedAt: p.datetime(3),
  },
});

export class Contact extends ContactSchema.class {}
ContactSchema.setClass(Contact);

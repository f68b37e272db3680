// One live socket of an agent, a contact or a participant, held by a lease that its server renews. A server that dies stops renewing,
// and its sockets are forgotten by time. The database is asked, not a server's memory: that is what makes several tabs on
// several servers one answer.
import { defineEntity, p } from '@mikro-orm/mysql';

export const OWNER_TYPES = ['agent', 'contact', 'participant'] as const;
export type OwnerType = (typeof OWNER_TYPES)[number];
export type Owner = { readonly type: OwnerType; readonly id: string };

const ConnectionSchema = defineEntity({
  name: 'Connection',
  tableName: 'connection',
  properties: {
    id: p.string().primary(),
    ownerType: p.enum(OWNER_TYPES),
    ownerId: p.string(),
    server: p.string(),
    generation: p.bigint('number'),
    connectedAt: p.datetime(3),
    leasedUntil: p.datetime(3),
  },
});

export class Connection extends ConnectionSchema.class {}
ConnectionSchema.setClass(Connection);

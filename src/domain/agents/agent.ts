// A person of ours who serves: presence, seats, skills, teams, and the accounts on whose behalf they may speak.
import { defineEntity, p } from '@mikro-orm/mysql';
import { AVAILABILITIES } from './presence.ts';

const AgentSchema = defineEntity({
  name: 'Agent',
  tableName: 'agent',
  properties: {
    id: p.string().primary(),
    externalId: p.string(),
    name: p.string(),
    availability: p.enum(AVAILABILITIES),
    capacity: p.integer(),
    skills: p.json<readonly string[]>(),
    teams: p.json<readonly string[]>(),
    missedOffers: p.integer(),
    alwaysReachable: p.boolean(),
    reachable: p.boolean(),
    generation: p.bigint('number'),
    createdAt: p.datetime(3),
    updatedAt: p.datetime(3),
  },
});

export class Agent extends AgentSchema.class {}
AgentSchema.setClass(Agent);

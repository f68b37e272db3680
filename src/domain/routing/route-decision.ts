// What routing decided for a session, with every candidate's verdict: kept, so that 'why did this go there?' has an answer later.
import { defineEntity, p } from '@mikro-orm/mysql';

const RouteDecisionSchema = defineEntity({
  name: 'RouteDecision',
  tableName: 'route_decision',
  properties: {
    id: p.string().primary(),
    accountId: p.string(),
    conversationId: p.string(),
    sessionId: p.string(),
    chosenAgentId: p.string().strictNullable(),
    verdict: p.text(),
    decidedAt: p.datetime(3),
  },
});

export class RouteDecision extends RouteDecisionSchema.class {}
RouteDecisionSchema.setClass(RouteDecision);

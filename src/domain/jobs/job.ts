// One line of the ledger: accepted work, written down. It is the inbox (what was posted) and the outbox (what an act wants
// done next) at once; what counts is this row, never what Redis knows.
import { defineEntity, p } from '@mikro-orm/mysql';
import { JOB_KINDS, JOB_STATES } from './catalogue.ts';

const JobSchema = defineEntity({
  name: 'Job',
  tableName: 'job',
  properties: {
    id: p.string().primary(),
    kind: p.enum(JOB_KINDS),
    state: p.enum(JOB_STATES),
    accountId: p.string().strictNullable(),
    principal: p.string().strictNullable(),
    accounts: p.json<readonly string[]>().strictNullable(),
    idempotencyKey: p.string().strictNullable(),
    fingerprint: p.string().strictNullable(),
    size: p.integer(),
    bytes: p.integer(),
    payload: p.text().lazy(),
    result: p.text().strictNullable(),
    error: p.text().strictNullable(),
    attempts: p.integer(),
    lease: p.string().strictNullable(),
    leasedUntil: p.datetime(3).strictNullable(),
    dueAt: p.datetime(3),
    createdAt: p.datetime(3),
    finishedAt: p.datetime(3).strictNullable(),
  },
});

export class Job extends JobSchema.class {}
JobSchema.setClass(Job);

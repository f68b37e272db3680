// POST /v1/batches: accepted work is a committed row; what becomes of each message is told by the job.
import { z } from 'zod';
import { BatchMessage } from '../domain/messages/incoming.ts';
import type { Kernel } from '../kernel.ts';
import type { Principal } from './auth.ts';
import type { Answer } from './idempotency.ts';
import { firstReceipt, type Posted, type Receipt } from './intake.ts';
import { awaitJob, JobView } from './jobs.ts';
import { type Call, route } from './route.ts';
import { Id, Time } from './shapes.ts';

const BATCH_LIMIT = 10_000;
const COST_UNIT = 100;

/** The door looks at the envelope only: each message is judged by the worker, which refuses bad ones one by one. */
const Batch = z
  .strictObject({
    account: Id.optional().meta({ description: 'For messages that name no account of their own.' }),
    messages: z.array(z.unknown()).min(1).max(BATCH_LIMIT),
  })
  .meta({
    override: ({ jsonSchema }: { jsonSchema: { properties?: Record<string, unknown> } }) =>
      describeMessages(jsonSchema),
  });

function describeMessages(schema: { properties?: Record<string, unknown> }): void {
  const message = z.toJSONSchema(BatchMessage, { io: 'input', unrepresentable: 'any' });
  Reflect.deleteProperty(message, '$schema');
  schema.properties = {
    ...schema.properties,
    messages: { type: 'array', minItems: 1, maxItems: BATCH_LIMIT, items: message },
  };
}

const ReceiptView = z
  .object({ id: Id, kind: z.literal('ingest-batch'), state: z.literal('accepted'), createdAt: Time, href: z.string() })
  .meta({ id: 'Receipt' });

export const postBatch = route({
  method: 'post',
  path: '/v1/batches',
  summary:
    'Hand over 1-10,000 messages. The answer is a durable receipt; `Prefer: wait=<s>` (at most 10) waits for the outcome.',
  door: { key: 'batches:write' },
  bodyLimit: 8 * 1024 * 1024,
  body: Batch,
  answers: {
    202: { says: 'Written down; what becomes of it is at Location.', schema: ReceiptView },
    200: { says: 'With Prefer: wait, when it was done in that time.', schema: JobView },
  },
  mayWait: true,
  handle: async (call) => {
    const { context, principal, body, response } = call;
    if (body.messages.length > COST_UNIT)
      await context.limits.spend(
        response,
        `${principal.type}:${principal.id}`,
        Math.floor(body.messages.length / COST_UNIT),
      );
    const posted = postedBy(call);
    const first = posted.idempotencyKey === null ? null : await firstReceipt(context.kernel.orm.em.fork(), posted);
    const receipt = first ?? (await context.intake(posted));
    return answerOf(context.kernel, receipt, call.waitSeconds);
  },
});

function postedBy({ principal, body, text, idempotency }: Call<unknown, unknown, z.output<typeof Batch>>): Posted {
  return {
    payload: text,
    size: body.messages.length,
    accountId: onlyAccount(principal, body.account),
    accounts: principal.accounts,
    principal: `${principal.type}:${principal.id}`,
    idempotencyKey: idempotency?.key ?? null,
    fingerprint: idempotency?.fingerprint ?? null,
  };
}

/** The account that the ledger shows with the job: named for the whole batch, or the only one that the key has. */
function onlyAccount({ accounts }: Principal, named: string | undefined): string | null {
  if (named !== undefined) return accounts === null || accounts.includes(named) ? named : null;
  return accounts?.length === 1 ? (accounts[0] ?? null) : null;
}

async function answerOf(kernel: Kernel, { id, createdAt, replayed }: Receipt, waitSeconds: number): Promise<Answer> {
  const href = `/v1/jobs/${id}`;
  const headers = { Location: href, ...(replayed ? { 'Idempotent-Replayed': 'true' } : {}) };
  if (replayed) kernel.metrics.replays.inc();
  if (waitSeconds > 0) {
    const job = await awaitJob(kernel, id, waitSeconds);
    if (job.state === 'done' || job.state === 'failed')
      return { status: 200, body: job, headers: { ...headers, 'Preference-Applied': `wait=${waitSeconds}` } };
  }
  return {
    status: 202,
    body: { id, kind: 'ingest-batch', state: 'accepted', createdAt: createdAt.toISOString(), href },
    headers: { ...headers, 'Retry-After': '1' },
  };
}

// Queue inbound: what a platform has called our hooks with becomes messages and deeds; and what is to be read there is read, page by
// page, each page with the place where the next one begins.
import { runAct } from '../act.ts';
import type { Act } from '../domain/act.ts';
import { takeChatwootHook } from '../domain/channels/chatwoot/take-hook.ts';
import type { Taken } from '../domain/channels/inbound.ts';
import { takeWecomHook } from '../domain/channels/wecom/take-hook.ts';
import { takeLateRow } from '../domain/channels/wecom/take-late-row.ts';
import { Endpoint } from '../domain/endpoints/endpoint.ts';
import { DomainError } from '../domain/errors.ts';
import type { Hook, JobPayload } from '../domain/jobs/catalogue.ts';
import { claimJob } from '../domain/jobs/claim-jobs.ts';
import { finishJobs } from '../domain/jobs/finish-job.ts';
import { Job } from '../domain/jobs/job.ts';
import type { Kernel } from '../kernel.ts';
import type { Finish } from './finish.ts';
import type { Outside } from './outside.ts';
import { SYSTEM } from './perform.ts';
import { readHistory } from './read-history.ts';
import { readPerson } from './read-person.ts';
import { readRows } from './read-rows.ts';

export type { Finish, Taken };

/** @returns a few words for whoever looks at the queue. */
export async function inbound(kernel: Kernel, outside: Outside, id: string): Promise<string> {
  const em = kernel.orm.em.fork();
  const job = await em.findOne(Job, { id, state: ['accepted', 'failed'] }, { populate: ['payload'] });
  if (!job) return 'nothing to do';
  const payload: JobPayload['inbound'] = JSON.parse(job.payload);
  const endpoint = await em.findOne(Endpoint, { id: payload.endpointId });
  const finish: Finish = (deed) =>
    runAct(kernel, SYSTEM, async (act) => {
      if (!(await claimJob(act, id))) return null;
      const taken = await deed(act);
      await finishJobs(act, 'inbound', new Map([[id, taken]]));
      return taken;
    });
  if (!endpoint) return wordsFor(await finish(async () => ({ took: 'nothing: the channel was removed' })));
  if (!('hook' in payload) && endpoint.state === 'disabled')
    return wordsFor(await finish(async () => ({ took: 'nothing: the channel is switched off' })));
  if ('hook' in payload) return wordsFor(await takeHook(endpoint, payload, job.createdAt, finish));
  if ('row' in payload) return wordsFor(await finish((act) => takeLateRow(act, endpoint, payload)));
  return wordsFor(await orGiveBack(outside, ask(kernel, outside, endpoint, payload, finish)));
}

type ToAsk = Extract<
  JobPayload['inbound'],
  { readonly bell: unknown } | { readonly history: unknown } | { readonly person: unknown }
>;

function ask(
  kernel: Kernel,
  outside: Outside,
  endpoint: Endpoint,
  payload: ToAsk,
  finish: Finish,
): Promise<Taken | null> {
  if ('bell' in payload) return readRows(kernel, outside, endpoint, payload.bell, finish);
  if ('history' in payload) return readHistory(kernel, outside, endpoint, payload.history, finish);
  return readPerson(kernel, outside, endpoint, payload.person, finish);
}

/** What fails while the process is to end counts as no attempt. */
function orGiveBack<T>({ stopping }: Outside, work: Promise<T>): Promise<T> {
  return work.catch((error) => {
    throw stopping.aborted ? stopping.reason : error;
  });
}

/** What the platform did there and can not be done here is told in the job, and what was said is taken all the same. */
function takeHook(endpoint: Endpoint, called: Hook, calledAt: Date, finish: Finish): Promise<Taken | null> {
  const take = (act: Act, refused: DomainError | null) =>
    endpoint.kind === 'wecom'
      ? takeWecomHook(act, endpoint, called.hook, calledAt)
      : takeChatwootHook(act, endpoint, called, refused);
  return finish((act) => take(act, null)).catch((error) => {
    if (!(error instanceof DomainError)) throw error;
    return finish((act) => take(act, error));
  });
}

function wordsFor(taken: Taken | null): string {
  return taken?.took ?? 'somebody else had it';
}

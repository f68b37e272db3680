// Queue understanding: a language model is asked what no rule was sure of, or where the topic changes. It has its time; when that is
// over, or it is away, the rules stand, and nothing waits for it.
import { runAct } from '../act.ts';
import type { Act } from '../domain/act.ts';
import type { JobPayload } from '../domain/jobs/catalogue.ts';
import { claimJob } from '../domain/jobs/claim-jobs.ts';
import { finishJobs } from '../domain/jobs/finish-job.ts';
import { Job } from '../domain/jobs/job.ts';
import { heedModel, readAsked } from '../domain/messages/ask-model.ts';
import { cutByMeaning } from '../domain/messages/cut-by-meaning.ts';
import { topicsToFind } from '../domain/messages/topics-to-find.ts';
import type { Reader } from '../integrations/language-model/reader.ts';
import { OutsideFailure } from '../integrations/outside-failure.ts';
import type { Kernel } from '../kernel.ts';
import type { Outside } from './outside.ts';
import { SYSTEM } from './perform.ts';

type ToRead = Extract<JobPayload['understanding'], { readonly sessionId: string }>;
type Result = Readonly<Record<string, unknown>>;
type Finish = (deed: (act: Act) => Promise<Result>) => Promise<Result>;

/** @returns a few words for whoever looks at the queue. */
export async function understanding(kernel: Kernel, outside: Outside, id: string): Promise<string> {
  const open = { id, state: ['accepted', 'failed'] as ('accepted' | 'failed')[] };
  const job = await kernel.orm.em.fork().findOne(Job, open, { populate: ['payload'] });
  if (!job) return 'nothing to do';
  const payload: JobPayload['understanding'] = JSON.parse(job.payload);
  const finish: Finish = (deed) =>
    runAct(kernel, SYSTEM, async (act) => {
      if (!(await claimJob(act, id))) return { asked: false, because: 'somebody else had it' };
      const result = await deed(act);
      await finishJobs(act, 'understanding', new Map([[id, result]]));
      return result;
    });
  const { reader } = outside;
  const result =
    reader === null ? await finish(async () => NO_MODEL) : await ask(kernel, reader, payload, outside.stopping, finish);
  return JSON.stringify(result);
}

const NO_MODEL = { asked: false, because: 'this installation names no language model (UNDERSTANDING_URL)' };

/** A model that fails is no failure of ours: the job says so, and is done. What is cut by our own end is given back. */
function ask(
  kernel: Kernel,
  reader: Reader,
  payload: JobPayload['understanding'],
  stopping: AbortSignal,
  finish: Finish,
): Promise<Result> {
  const work =
    'topicsIn' in payload
      ? findTopics(kernel, reader, payload.topicsIn, stopping, finish)
      : readWords(kernel, reader, payload, stopping, finish);
  return work.catch((error) => {
    if (stopping.aborted) throw stopping.reason;
    if (!(error instanceof OutsideFailure)) throw error;
    kernel.metrics.modelCalls.inc({ outcome: error.kind });
    kernel.log.warn({ code: error.code }, 'the language model did not answer; the rules stand');
    return finish(async () => ({ asked: true, because: error.code }));
  });
}

async function readWords(
  kernel: Kernel,
  reader: Reader,
  payload: ToRead,
  stopping: AbortSignal,
  finish: Finish,
): Promise<Result> {
  const { conversationId, sessionId, messages } = payload;
  const asked = await readAsked(kernel.orm.em.fork(), conversationId, sessionId, messages);
  if (!asked) return finish(async () => ({ asked: false, because: 'there is nothing to ask any more' }));
  const guesses = await reader.readIntents(asked, stopping);
  kernel.metrics.modelCalls.inc({ outcome: 'answered' });
  return finish(async (act) => ({
    asked: true,
    found: guesses.length,
    toPeople: await heedModel(act, payload, guesses),
  }));
}

async function findTopics(
  kernel: Kernel,
  reader: Reader,
  conversationId: string,
  stopping: AbortSignal,
  finish: Finish,
): Promise<Result> {
  const messages = await topicsToFind(kernel.orm.em.fork(), conversationId);
  if (!messages) return finish(async () => ({ asked: false, because: 'there is nothing to cut' }));
  const marks = await reader.findTopics(messages, stopping);
  kernel.metrics.modelCalls.inc({ outcome: 'answered' });
  return finish(async (act) => ({ asked: true, ...(await cutByMeaning(act, conversationId, marks)) }));
}

// Queue transfer: a session that a rule hands to people, or one that a person outside has answered.
import { runAct } from '../act.ts';
import type { Act } from '../domain/act.ts';
import { answerOutside } from '../domain/assignments/answer-outside.ts';
import { transferByRule } from '../domain/assignments/transfer-session.ts';
import type { JobPayload } from '../domain/jobs/catalogue.ts';
import { claimJob } from '../domain/jobs/claim-jobs.ts';
import { finishJobs } from '../domain/jobs/finish-job.ts';
import type { Transfer } from '../domain/transfers/transfer.ts';
import type { Kernel } from '../kernel.ts';
import { SYSTEM } from './perform.ts';

export async function transfer(kernel: Kernel, id: string): Promise<void> {
  await runAct(kernel, SYSTEM, async (act) => {
    const job = await claimJob(act, id);
    if (!job) return;
    const payload: JobPayload['transfer'] = JSON.parse(job.payload);
    const result =
      'answeredIn' in payload
        ? { answered: await answerOutside(act, payload.answeredIn) }
        : { transferId: (await byRule(act, payload))?.id ?? null };
    await finishJobs(act, 'transfer', new Map([[id, result]]));
  });
}

type ByRule = Extract<JobPayload['transfer'], { readonly sessionId: string }>;

function byRule(act: Act, { sessionId, reason, rule, words = [] }: ByRule): Promise<Transfer | null> {
  return transferByRule(act, sessionId, reason, rule, words);
}

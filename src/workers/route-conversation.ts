// Queue route-conversation: one waiting conversation finds out who could take it, and the board is told.
import { runAct } from '../act.ts';
import type { JobPayload } from '../domain/jobs/catalogue.ts';
import { claimJob } from '../domain/jobs/claim-jobs.ts';
import { finishJobs } from '../domain/jobs/finish-job.ts';
import { routeConversation as route } from '../domain/routing/route-conversation.ts';
import type { Kernel } from '../kernel.ts';
import { SYSTEM } from './perform.ts';

export async function routeConversation(kernel: Kernel, id: string): Promise<void> {
  await runAct(kernel, SYSTEM, async (act) => {
    const job = await claimJob(act, id);
    if (!job) return;
    const { conversationId }: JobPayload['route-conversation'] = JSON.parse(job.payload);
    const verdict = await route(act, conversationId);
    await finishJobs(act, 'route-conversation', new Map([[id, verdict]]));
  });
}

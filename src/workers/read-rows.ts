// What waits in customer service of WeCom is read page by page, from where it was read to, each page in an act with the place behind it.
// Two bells at once read side by side, and each page is taken once.
import { runAct } from '../act.ts';
import type { Act } from '../domain/act.ts';
import { raiseAlarm } from '../domain/alarms/raise-alarm.ts';
import type { Taken } from '../domain/channels/inbound.ts';
import { readPlace } from '../domain/channels/wecom/reading-place.ts';
import { takeRows } from '../domain/channels/wecom/take-rows.ts';
import type { Endpoint } from '../domain/endpoints/endpoint.ts';
import { settingsOf } from '../domain/endpoints/set-channel.ts';
import type { Bell } from '../domain/jobs/catalogue.ts';
import { planJob, planOnce } from '../domain/jobs/plan-job.ts';
import { type FailureKind, OutsideFailure } from '../integrations/outside-failure.ts';
import type { KfPage } from '../integrations/wecom/customer-service.ts';
import type { Kernel } from '../kernel.ts';
import type { Finish } from './finish.ts';
import type { Outside } from './outside.ts';
import { SYSTEM } from './perform.ts';

/** Rows on a page: with the longest messages they still fit into one job. */
const ROWS = 200;
/** After so many pages the run ends and plans the next one. */
const PAGES = 20;
/** WeCom's word for ten minutes; a little less, since its clock is not ours. */
const TOKEN_MS = 9.5 * 60_000;
const AGAIN_MS = 60_000;
/** Somebody is told when it could not be read for so long. */
const ALARM_MS = 5 * 60_000;

export async function readRows(
  kernel: Kernel,
  outside: Outside,
  endpoint: Endpoint,
  bell: Bell,
  finish: Finish,
): Promise<Taken | null> {
  if (!settingsOf(endpoint, 'wecom').customerService.includes(bell.source))
    return finish(async () => ({ took: 'nothing: this account of customer service is not read any more' }));
  let rows = 0;
  for (let pages = 0; pages < PAGES && !outside.stopping.aborted; pages += 1) {
    const place = await readPlace(kernel.orm.em.fork(), endpoint.id, bell.source);
    const page = await readPage(kernel, outside, endpoint, bell, place);
    if (page instanceof OutsideFailure) return finish((act) => readLater(act, endpoint, bell, page));
    const taken = await runAct(kernel, SYSTEM, (act) => takeRows(act, endpoint, bell.source, place, page));
    rows += taken ?? 0;
    const isLast = taken !== null && (!page.hasMore || page.nextCursor === place);
    if (isLast) return finish(async () => ({ took: `${rows} rows` }));
  }
  return finish(async (act) => {
    planJob(act, 'inbound', endpoint.accountId, { endpointId: endpoint.id, bell });
    return { took: `${rows} rows, and there are more` };
  });
}

/** A wrong secret is put right by somebody, too. */
const LATER: readonly FailureKind[] = ['retryable', 'rate_limited', 'auth'];

/** @returns the failure, where it may go better later: the rows stay there for three days, and the next bell may be long in coming. */
function readPage(
  kernel: Kernel,
  outside: Outside,
  endpoint: Endpoint,
  { source, token, at }: Bell,
  cursor: string | null,
): Promise<KfPage | OutsideFailure> {
  const isFresh = kernel.clock().getTime() - new Date(at).getTime() < TOKEN_MS;
  const asked = { openKfid: source, cursor, token: isFresh ? token : null, limit: ROWS };
  return outside
    .wecomOf(endpoint)
    .kfSync(asked)
    .catch((error: unknown) => {
      if (error instanceof OutsideFailure && LATER.includes(error.kind)) return error;
      throw error;
    });
}

/** Many bells that nobody could follow are followed once. */
async function readLater(act: Act, endpoint: Endpoint, bell: Bell, failure: OutsideFailure): Promise<Taken> {
  const { id: endpointId, accountId, name } = endpoint;
  const dueAt = act.now.getTime() + Math.max(AGAIN_MS, failure.retryAfterMs ?? 0);
  const key = `rows:${Math.floor(dueAt / AGAIN_MS)}:${bell.source}`;
  const once = { principal: `endpoint:${endpointId}`, key };
  await planOnce(act, 'inbound', accountId, { endpointId, bell }, once, new Date(dueAt));
  const isLate = failure.kind === 'auth' || act.now.getTime() - new Date(bell.at).getTime() > ALARM_MS;
  const detail = `What waits in customer service of ${name} can not be read (${failure.code}); it is tried again.`;
  if (isLate) await raiseAlarm(act, { code: 'endpoint_failing', detail, accountId, conversationId: null });
  return { took: `nothing: ${failure.code}, again later` };
}

// One page of what waited in customer service of WeCom: what customers and servicers said is ingested, with the place to read on from,
// in one act. Rows about what was said before are taken when that is here.
import { z } from 'zod';
import type { Act } from '../../act.ts';
import { ExternalId } from '../../contacts/profile.ts';
import type { Endpoint } from '../../endpoints/endpoint.ts';
import { planOnce } from '../../jobs/plan-job.ts';
import { ConversationLink } from '../conversation-link.ts';
import { linkTo, planIngest, type Said } from '../inbound.ts';
import { type KfRow, readKfRow } from './kf.ts';
import { movePlace } from './reading-place.ts';
import { timeOf } from './times.ts';

export type Page = { readonly messages: readonly unknown[]; readonly nextCursor: string };

/**
 * @param place from where the page was read.
 * @returns how many rows were taken; null where somebody else has read on from that place, and nothing is done.
 */
export async function takeRows(
  act: Act,
  endpoint: Endpoint,
  source: string,
  place: string | null,
  page: Page,
): Promise<number | null> {
  const { messages, nextCursor } = page;
  if (place !== nextCursor && !(await movePlace(act, endpoint.id, source, place, nextCursor))) return null;
  const rows = messages.map((raw) => ({ raw, row: readKfRow(raw) }));
  const spoken = rows.flatMap(({ row }) => (row.kind === 'message' && isNamed(row) ? [row] : []));
  const said: Said[] = [];
  for (const own of Map.groupBy(spoken, ({ externalUserid }) => externalUserid).values())
    said.push(...(await takeWords(act, endpoint, own)));
  planIngest(act, endpoint, said);
  for (const [index, { raw, row }] of rows.entries()) {
    if (
      row.kind === 'recalled' ||
      row.kind === 'send_failed' ||
      (row.kind === 'session_changed' && row.change === 'ended')
    )
      await planLater(act, endpoint, raw, lastBefore(rows.slice(0, index), row));
  }
  return messages.length;
}

type Spoken = Extract<KfRow, { readonly kind: 'message' }>;

function isNamed({ externalUserid, messageId }: Spoken): boolean {
  return ExternalId.safeParse(externalUserid).success && ExternalId.safeParse(idOf(messageId)).success;
}

/** What they call a message is what it is called here. */
export function idOf(messageId: string): string {
  return `wecom:${messageId}`;
}

/** Of one customer, who is from then on where they wrote last. */
async function takeWords(act: Act, endpoint: Endpoint, own: readonly Spoken[]): Promise<Said[]> {
  const last = own.findLast(({ origin }) => origin === 'customer') ?? own.at(-1);
  if (!last) return [];
  const { externalUserid: externalId, openKfid: inbox } = last;
  const contact = { id: externalId, kind: 'customer' } as const;
  const there = { externalId, contact, contactExternalId: externalId, inbox, platform: 'wecom_kf' };
  const known = await act.em.findOne(ConversationLink, { endpointId: endpoint.id, externalId });
  let before = known?.heardAt ?? null;
  let heardAt: Date | null = null;
  const said = own.map((row, index) => {
    const behind = own.slice(index + 1).filter(({ at }) => at.getTime() === row.at.getTime()).length;
    before = timeOf(row.at, act.now, before, behind);
    if (row.origin === 'customer') heardAt = before;
    return asSaid(row, before);
  });
  await linkTo(act, endpoint, { ...there, heardAt });
  return said;
}

function asSaid({ messageId, externalUserid, origin, servicerUserid, type, content }: Spoken, sentAt: Date): Said {
  return {
    id: idOf(messageId),
    contact: { id: externalUserid, kind: 'customer' },
    sender: origin === 'customer' ? 'contact' : 'human',
    ...(origin === 'servicer' && servicerUserid !== null ? { senderName: servicerUserid } : {}),
    type,
    content,
    sentAt: sentAt.toISOString(),
  };
}

/** Their last words before it on this page, which the ledger may still have to write down. */
function lastBefore(
  before: readonly { readonly row: KfRow }[],
  { externalUserid }: { readonly externalUserid: string },
) {
  const last = before.findLast(({ row }) => row.kind === 'message' && row.externalUserid === externalUserid)?.row;
  return last?.kind === 'message' ? idOf(last.messageId) : null;
}

const PATIENCE_MS = 120_000;

/** A row may come again on the next page. */
async function planLater(
  act: Act,
  { id: endpointId, accountId }: Endpoint,
  row: unknown,
  after: string | null,
): Promise<void> {
  const until = new Date(act.now.getTime() + PATIENCE_MS).toISOString();
  const { msgid } = Named.parse(row);
  const once = { principal: `endpoint:${endpointId}`, key: `row:${msgid}`.slice(0, 128) };
  await planOnce(act, 'inbound', accountId, { endpointId, row, after, until }, once);
}

/** What readKfRow has understood is named. */
const Named = z.object({ msgid: z.string() });

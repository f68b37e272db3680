// What WeCom has called our hook with becomes messages and deeds: a member's words are ingested, a click on an invitation brings its
// link, a bell of customer service is followed by reading what waits there.
import type { Act } from '../../act.ts';
import { ExternalId } from '../../contacts/profile.ts';
import { openConversations } from '../../conversations/open-conversations.ts';
import type { Endpoint } from '../../endpoints/endpoint.ts';
import { settingsOf } from '../../endpoints/set-channel.ts';
import { planJob } from '../../jobs/plan-job.ts';
import { planIngest, type Taken } from '../inbound.ts';
import { readCallback, type WecomHook, type WecomMessage } from './hook.ts';
import { planLookUp } from './plan-look-up.ts';
import { takeCardClick } from './take-card-click.ts';
import { timeOf } from './times.ts';

/** @param calledAt when we were called: calls are taken side by side, and words keep the order in which they came. */
export async function takeWecomHook(act: Act, endpoint: Endpoint, hook: unknown, calledAt: Date): Promise<Taken> {
  const said = readCallback(typeof hook === 'object' && hook !== null ? { ...hook } : {});
  switch (said.kind) {
    case 'message':
      return takeMessage(act, endpoint, said, calledAt);
    case 'card_clicked':
      return takeCardClick(act, endpoint, said);
    case 'kf_bell':
      return takeBell(act, endpoint, said);
    case 'ignored':
      return { took: 'nothing', why: said.why };
    default:
      return { took: 'nothing', why: `${said.kind === 'event' ? said.event : said.kind} is of no use to us` };
  }
}

async function takeMessage(act: Act, endpoint: Endpoint, said: WecomMessage, calledAt: Date): Promise<Taken> {
  const { userId, messageId, type, content, at } = said;
  if (!ExternalId.safeParse(userId).success) return { took: 'nothing', why: 'its writer has no id that we can keep' };
  const contact = { id: userId, kind: 'employee' } as const;
  await openConversations(act, endpoint.accountId, new Map([[userId, contact]]));
  const sentAt = timeOf(at, calledAt).toISOString();
  planIngest(act, endpoint, [{ id: `wecom:${messageId}`, contact, sender: 'contact', type, content, sentAt }]);
  await planLookUp(act, endpoint, userId);
  return { took: 'a message' };
}

function takeBell(act: Act, endpoint: Endpoint, said: Extract<WecomHook, { readonly kind: 'kf_bell' }>): Taken {
  const { openKfid: source, token, at } = said;
  if (!settingsOf(endpoint, 'wecom').customerService.includes(source))
    return { took: 'nothing', why: 'this account of customer service is not named in the settings' };
  planJob(act, 'inbound', endpoint.accountId, {
    endpointId: endpoint.id,
    bell: { source, token, at: at.toISOString() },
  });
  return { took: 'the bell of customer service' };
}

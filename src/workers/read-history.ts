// One page of what was said in a conversation of Chatwoot, from the newest to the oldest; the next one is planned with it.

import { takeHistory } from '../domain/channels/chatwoot/take-history.ts';
import type { Taken } from '../domain/channels/inbound.ts';
import type { Endpoint } from '../domain/endpoints/endpoint.ts';
import type { Kernel } from '../kernel.ts';
import type { Finish } from './finish.ts';
import type { Outside } from './outside.ts';

export type Place = { readonly conversation: string; readonly before: number | null };

export async function readHistory(
  _kernel: Kernel,
  outside: Outside,
  endpoint: Endpoint,
  place: Place,
  finish: Finish,
): Promise<Taken | null> {
  const chatwoot = outside.chatwootOf(endpoint);
  const number = Number(place.conversation);
  const conversation = await chatwoot.getConversation(number);
  const page = await chatwoot.messagesBefore(number, place.before);
  return finish((act) => takeHistory(act, endpoint, conversation, page, place));
}

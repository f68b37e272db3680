// A delivery that nobody tries any more by itself: operators are told, its lane goes on, and by hand it can be tried again.
import type { Act } from '../act.ts';
import { raiseAlarm } from '../alarms/raise-alarm.ts';
import type { Endpoint } from '../endpoints/endpoint.ts';
import type { Delivery } from './delivery.ts';

export async function giveUp(
  act: Act,
  { name }: Pick<Endpoint, 'name'>,
  delivery: Delivery,
  code: string,
  detail: string,
): Promise<void> {
  const { accountId, conversationId, effect } = delivery;
  delivery.moveTo('failed', act.now);
  delivery.explain(code, detail);
  await act.em.flush();
  const said = `“${effect}” could not be delivered to ${name} (${code}).`;
  await raiseAlarm(act, { code: 'delivery_failed', detail: said, accountId, conversationId });
}

/** It may have arrived or not, and the other side can not be asked: it is not sent again on a guess. */
export async function leaveUnknown(
  act: Act,
  { name }: Pick<Endpoint, 'name'>,
  delivery: Delivery,
  detail: string,
): Promise<void> {
  const { accountId, conversationId, effect } = delivery;
  delivery.moveTo('unknown', act.now);
  delivery.explain('unknown', detail);
  await act.em.flush();
  const said = `Nobody knows whether “${effect}” has arrived at ${name}; look there, then settle or redeliver it.`;
  await raiseAlarm(act, { code: 'delivery_unknown', detail: said, accountId, conversationId });
}

// Who is who is asked of WeCom's directory, by a job of its own: nobody waits for it, and one person is asked for once a day at most.
import type { Act } from '../../act.ts';
import { Participant } from '../../conversations/participant.ts';
import type { Endpoint } from '../../endpoints/endpoint.ts';
import { planOnce } from '../../jobs/plan-job.ts';

const DAY_MS = 86_400_000;
/** What WeCom gives as the id of a member (document/path/90195). */
const USER_ID = /^[\w@.-]{1,64}$/;

export async function planLookUp(
  act: Act,
  { id: endpointId, accountId }: Pick<Endpoint, 'id' | 'accountId'>,
  person: string,
  why = `person:${Math.floor(act.now.getTime() / DAY_MS)}`,
): Promise<void> {
  if (!USER_ID.test(person)) return;
  const key = `${why}:${person}`;
  await planOnce(act, 'inbound', accountId, { endpointId, person }, { principal: `endpoint:${endpointId}`, key });
}

/** Once for somebody who was asked into a conversation, whoever was looked up that day. */
export async function planFace(act: Act, endpoint: Endpoint, participantId: string): Promise<void> {
  const participant = await act.em.findOne(Participant, { id: participantId });
  if (participant) await planLookUp(act, endpoint, participant.externalId, `face:${participantId}`);
}

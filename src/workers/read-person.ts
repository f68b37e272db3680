// Who a member of the company is, as WeCom's directory says. Apps may not see everybody, nor every field; nobody waits for the answer.
import type { Taken } from '../domain/channels/inbound.ts';
import { takePerson } from '../domain/channels/wecom/take-person.ts';
import type { Endpoint } from '../domain/endpoints/endpoint.ts';
import { OutsideFailure } from '../integrations/outside-failure.ts';
import type { Wecom } from '../integrations/wecom/wecom.ts';
import type { Kernel } from '../kernel.ts';
import type { Finish } from './finish.ts';
import type { Outside } from './outside.ts';

/** Of one member; beyond them nobody reads on. */
const MOST_DEPARTMENTS = 5;

/** What is refused is noted; they are looked up again on another day. What may go better later is tried again as any job. */
export async function readPerson(
  _kernel: Kernel,
  outside: Outside,
  endpoint: Endpoint,
  userId: string,
  finish: Finish,
): Promise<Taken | null> {
  try {
    const wecom = outside.wecomOf(endpoint);
    const { departments, ...member } = await wecom.user(userId);
    const names = await namesOf(wecom, departments.slice(0, MOST_DEPARTMENTS));
    return await finish((act) => takePerson(act, endpoint, userId, { ...member, departments: names }));
  } catch (error) {
    if (!(error instanceof OutsideFailure) || mayGoBetter(error)) throw error;
    return finish(async () => ({ took: 'nothing', why: error.code }));
  }
}

/** Those that the app may see. */
async function namesOf(wecom: Wecom, departments: readonly number[]): Promise<string[]> {
  const names: string[] = [];
  for (const id of departments) {
    const name = await wecom.department(id).catch((error: unknown) => {
      if (!(error instanceof OutsideFailure) || mayGoBetter(error)) throw error;
      return null;
    });
    if (name !== null && name !== '') names.push(name);
  }
  return names;
}

function mayGoBetter({ kind }: OutsideFailure): boolean {
  return kind === 'retryable' || kind === 'rate_limited';
}

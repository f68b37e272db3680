// An endpoint was changed by hand: its address, its secrets, its switch. What it failed at before says nothing any more.
import type { Act } from '../act.ts';
import type { Endpoint } from '../endpoints/endpoint.ts';
import { lockCircuit } from './circuit.ts';
import { planDelivering } from './plan-deliveries.ts';
import { closeCircuit, release } from './tell-circuit.ts';

/** Whatever waits for it is tried at once, where it is enabled. */
export async function beginAnew(act: Act, endpoint: Endpoint): Promise<void> {
  const circuit = await lockCircuit(act, endpoint.id);
  circuit.goOn();
  await closeCircuit(act, endpoint, circuit);
  await release(act, endpoint);
  await act.em.flush();
  if (endpoint.state === 'enabled') planDelivering(act, endpoint);
}

// post: single messages over HTTP, each answered after the commit of the message and its events, by 8 clients, each robot in
// conversations of its own account; against one durable single-row INSERT each on 8 connections.
import { newId } from '../src/domain/ids.ts';
import { BareMessages } from './bare-messages.ts';
import type { Bench } from './bench.ts';
import { mustHold, withInstallation } from './installation.ts';
import { figureOf, interleave, perSecond, sideBySide } from './measurement.ts';
import { openFloors, say } from './open-floors.ts';

const CLIENTS = 8;
const FLOORS_EACH = 25;
const MESSAGES = 2_000;

export const post: Bench = {
  name: 'post',
  says: `single messages over HTTP by ${CLIENTS} clients, answered after the commit; limit: single-row durable INSERT, ${CLIENTS} connections`,
  run: (services, { rounds, divisor }) =>
    withInstallation(services, {}, async (installation) => {
      const floors = await openFloors(installation, CLIENTS, FLOORS_EACH);
      const bare = await BareMessages.make(installation);
      const count = Math.round(MESSAGES / divisor);
      const numbers = Array.from({ length: count }, (_, index) => index);
      const ours = () =>
        perSecond(count, () =>
          sideBySide(CLIENTS, numbers, async (number, lane) => {
            const floor = floors[lane * FLOORS_EACH + (number % FLOORS_EACH)];
            if (floor) await say(installation, floor, newId(), number);
          }),
        );
      const limit = async () => {
        const statements = numbers.map(() => bare.rows(1, 1));
        return perSecond(count, () => bare.insert(CLIENTS, statements));
      };
      const measured = await interleave(rounds, ours, limit);
      await mustHold(installation);
      return [figureOf({ name: 'post', unit: 'messages/s', n: count, target: { atLeast: 0.25 } }, measured)];
    }),
};

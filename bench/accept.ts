// accept-100: messages per second of batches that are answered 202, which means committed to the ledger. No worker runs meanwhile,
// so that the door is measured alone; at the end a worker stores everything, and every message must be there.
import { BARE_CONNECTIONS, BareMessages } from './bare-messages.ts';
import type { Bench } from './bench.ts';
import { CLIENTS, makeBatches, newAccount, postBatches, seedConversations } from './chat.ts';
import { allDone, mustBeStored, mustHold, withInstallation } from './installation.ts';
import { figureOf, interleave, perSecond } from './measurement.ts';

const KNOWN = 1_000;
const MESSAGES = 100;
const CONVERSATIONS = 20;
const BATCHES = 200;

export const accept100: Bench = {
  name: 'accept-100',
  says: `batches of ${MESSAGES} messages acknowledged, committed; limit: bare INSERT of the messages, ${BARE_CONNECTIONS} connections`,
  run: (services, { rounds, divisor }) =>
    withInstallation(services, { workers: 0 }, async (installation) => {
      const account = await newAccount(installation, 'robot');
      const seeding = await installation.startWorker();
      await seedConversations(installation, account, KNOWN);
      await seeding.stop();
      const bare = await BareMessages.make(installation);
      const count = Math.max(2, Math.round(BATCHES / divisor));
      const total = count * MESSAGES;
      const ours = async () => {
        const bodies = makeBatches(account, count, MESSAGES, CONVERSATIONS, KNOWN);
        return perSecond(total, () => postBatches(installation, bodies, CLIENTS));
      };
      const limit = async () => {
        const statements = Array.from({ length: count }, () => bare.rows(MESSAGES, CONVERSATIONS));
        return perSecond(total, () => bare.insert(BARE_CONNECTIONS, statements));
      };
      const measured = await interleave(rounds, ours, limit);
      await installation.startWorker();
      await allDone(installation);
      await mustBeStored(installation, KNOWN + (rounds + 1) * total);
      await mustHold(installation);
      return [figureOf({ name: 'accept-100', unit: 'messages/s', n: total, target: { atLeast: 0.6 } }, measured)];
    }),
};

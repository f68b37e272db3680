// ingest-10, ingest-100, ingest-1000: batches over HTTP until every message is stored in its session, with its events in streams,
// exactly once; against the bare insert of as many rows by statements of the same size on 4 connections.
import { BARE_CONNECTIONS, BareMessages } from './bare-messages.ts';
import type { Bench } from './bench.ts';
import { CLIENTS, makeBatches, newAccount, postBatches, seedConversations } from './chat.ts';
import { allDone, mustBeStored, mustHold, withInstallation } from './installation.ts';
import { figureOf, interleave, perSecond } from './measurement.ts';

const KNOWN = 5_000;

type Size = { readonly messages: number; readonly conversations: number; readonly batches: number };

export const ingest10 = ingest({ messages: 10, conversations: 3, batches: 1_000 }, 0.3);
export const ingest100 = ingest({ messages: 100, conversations: 20, batches: 200 }, 0.4);
export const ingest1000 = ingest({ messages: 1_000, conversations: 100, batches: 24 }, 0.55);

function ingest({ messages, conversations, batches }: Size, atLeast: number): Bench {
  const name = `ingest-${messages}`;
  return {
    name,
    says: `batches of ${messages} messages over ${conversations} of ${KNOWN} conversations, HTTP to stored; limit: bare INSERT, ${BARE_CONNECTIONS} connections`,
    run: (services, { rounds, divisor }) =>
      withInstallation(services, {}, async (installation) => {
        const account = await newAccount(installation, 'robot');
        await seedConversations(installation, account, KNOWN);
        const bare = await BareMessages.make(installation);
        const count = Math.max(2, Math.round(batches / divisor));
        const total = count * messages;
        const ours = async () => {
          const bodies = makeBatches(account, count, messages, conversations, KNOWN);
          return perSecond(total, async () => {
            await postBatches(installation, bodies, CLIENTS);
            await allDone(installation);
          });
        };
        const limit = async () => {
          const statements = Array.from({ length: count }, () => bare.rows(messages, conversations));
          return perSecond(total, () => bare.insert(BARE_CONNECTIONS, statements));
        };
        const measured = await interleave(rounds, ours, limit);
        await mustBeStored(installation, KNOWN + (rounds + 1) * total);
        await mustHold(installation);
        return [figureOf({ name, unit: 'messages/s', n: total, target: { atLeast } }, measured)];
      }),
  };
}

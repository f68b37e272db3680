// command: an agent accepts a conversation from the queue and resolves it, both over HTTP, one after the other; against the bare
// transactions: the very rows that these two commands wrote, written again into copies of the tables on one connection.
import type { RowDataPacket } from 'mysql2/promise';
import { newAgent } from './agent.ts';
import type { Bench } from './bench.ts';
import { newAccount, seedConversations } from './chat.ts';
import { allDone, type Installation, mustHold, withInstallation } from './installation.ts';
import { mustBeWell } from './load-client.ts';
import { figureOf, interleave, percentiles, timed } from './measurement.ts';
import { copyTables, writeAgain, writtenFor } from './written-rows.ts';

const COMMANDS = 150;

export const command: Bench = {
  name: 'command',
  says: 'accept and resolve of a conversation over HTTP; limit: two bare transactions that write the same rows',
  run: (services, { rounds, divisor }) =>
    withInstallation(services, {}, async (installation) => {
      const count = Math.max(5, Math.round(COMMANDS / divisor));
      const account = await newAccount(installation, 'people');
      await seedConversations(installation, account, count * (rounds + 2));
      const token = await newAgent(installation);
      await copyTables(installation.database);
      const waiting = await queued(installation);
      const served: string[] = [];
      const ours = async () => {
        const latencies: number[] = [];
        for (const conversation of waiting.splice(0, count)) {
          latencies.push(await timed(() => acceptAndResolve(installation, token, conversation)));
          served.push(conversation);
        }
        return latencies;
      };
      const limit = () => repeat(installation, served.splice(0, count));
      await ours(); // so that there are rows to write again whoever goes first
      const measured = await interleave(rounds, ours, limit);
      await mustHold(installation);
      const named = (share: string) => ({ unit: `ms, ${share}`, n: count });
      return [
        figureOf({ ...named('p50'), name: 'command', target: { atMost: 4 } }, percentiles(measured, 0.5)),
        figureOf({ ...named('p99'), name: 'command-p99', target: null }, percentiles(measured, 0.99)),
      ];
    }),
};

async function queued(installation: Installation): Promise<string[]> {
  await allDone(installation);
  const sql = "select id from conversation where status = 'queued' order by desk_order desc";
  const [rows] = await installation.database.query<RowDataPacket[]>(sql);
  return rows.map(({ id }) => id);
}

async function acceptAndResolve({ client }: Installation, token: string, conversation: string): Promise<void> {
  const path = `/v1/conversations/${conversation}`;
  mustBeWell(await client.send('POST', `${path}/accept`, null, token), 'accept');
  mustBeWell(await client.send('POST', `${path}/resolve`, '{}', token), 'resolve');
}

/** The rows are read before the time is taken. */
async function repeat({ database }: Installation, conversations: readonly string[]): Promise<number[]> {
  const connection = await database.getConnection();
  const latencies: number[] = [];
  for (const conversation of conversations) {
    const written = await writtenFor(database, conversation);
    latencies.push(
      await timed(async () => {
        for (const each of written) await writeAgain(connection, each);
      }),
    );
  }
  connection.release();
  return latencies;
}

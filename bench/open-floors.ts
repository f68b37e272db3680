// Conversations in which a robot of ours holds the floor, and a robot that says something in one of them.
import type { RowDataPacket } from 'mysql2/promise';
import { newAccount, seedConversations, sentence } from './chat.ts';
import type { Installation } from './installation.ts';
import { mustBeWell } from './load-client.ts';

export type Floor = { readonly conversation: string; readonly session: string; readonly epoch: number };

/** Opens as many in each of the accounts. */
export async function openFloors(installation: Installation, accounts: number, each: number): Promise<Floor[]> {
  for (let number = 0; number < accounts; number += 1)
    await seedConversations(installation, await newAccount(installation, 'robot'), each);
  const [floors] = await installation.database.query<(Floor & RowDataPacket)[]>(
    `select v.id as conversation, s.id as session, v.epoch from conversation v join session s on s.active_in = v.id order by v.account_id, v.id`,
  );
  return floors;
}

/** One message over HTTP, answered after its commit. @param id the message's external id. */
export async function say({ client }: Installation, floor: Floor, id: string, number: number): Promise<void> {
  const { conversation, session, epoch } = floor;
  const body = JSON.stringify({ id, sessionId: session, epoch, robot: '小助手', content: sentence(number) });
  const reply = await client.send('POST', `/v1/conversations/${conversation}/messages`, body);
  mustBeWell(reply, 'POST a message');
}

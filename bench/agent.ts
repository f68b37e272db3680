// An agent who is online, reachable and allowed on every account that there is.
import type { RowDataPacket } from 'mysql2/promise';
import { newId } from '../src/domain/ids.ts';
import type { Installation } from './installation.ts';

/** @returns the agent's token. */
export async function newAgent({ client, database }: Installation): Promise<string> {
  const [rows] = await database.query<RowDataPacket[]>('select id from account');
  const accounts = rows.map(({ id }) => id);
  const agent = { externalId: newId(), name: '李明', capacity: 5, alwaysReachable: true, accounts };
  const { id } = await client.must('POST', '/v1/agents', agent);
  await client.must('PUT', `/v1/agents/${id}/presence`, { availability: 'online' });
  const { token } = await client.must('POST', `/v1/agents/${id}/tokens`);
  return token ?? '';
}

// The inbox door: rows of the ledger for posted batches. Requests that arrive while one statement is on its way share the
// next one, and one wake: many small batches then cost as little as a few.

import { setTimeout as pause } from 'node:timers/promises';
import type { EntityManager } from '@mikro-orm/mysql';
import { UniqueConstraintViolationException } from '@mikro-orm/mysql';
import { newId } from '../domain/ids.ts';
import { insertRows, utc } from '../domain/rows.ts';
import type { Kernel } from '../kernel.ts';
import { reusedKey } from './idempotency.ts';
import { HttpProblem } from './problems.ts';

export type Posted = {
  readonly payload: string;
  readonly size: number;
  readonly accountId: string | null;
  readonly accounts: readonly string[] | null;
  readonly principal: string;
  readonly idempotencyKey: string | null;
  readonly fingerprint: string | null;
};

export type Receipt = { readonly id: string; readonly createdAt: Date; readonly replayed: boolean };
export type Intake = (posted: Posted) => Promise<Receipt>;

const TOGETHER = 100;
const CHARACTERS_TOGETHER = 900_000;
const WRITERS = 2;
/** Characters of payloads that wait in this process. */
const HELD_LIMIT = 64 * 1024 * 1024;

type Waiting = {
  readonly posted: Posted;
  readonly resolve: (receipt: Receipt) => void;
  readonly reject: (error: unknown) => void;
};

/** @throws (the intake) HttpProblem 503 when more waits for the database than this process may hold. */
export function makeIntake(kernel: Kernel): Intake {
  const waiting: Waiting[] = [];
  let writing = 0;
  let held = 0;
  const write = async () => {
    const group = nextGroup(waiting);
    if (group.length === 0) return;
    writing += 1;
    // A statement that hangs must not keep others from fresh connections; its callers were answered by then.
    await Promise.race([acceptAll(kernel, group), pause(kernel.config.REQUEST_SECONDS * 1000, null, { ref: false })]);
    writing -= 1;
    void write();
  };
  return async (posted) => {
    if (held + posted.payload.length > HELD_LIMIT)
      throw new HttpProblem(503, 'too_much_waits', 'The database does not keep up; try again.');
    held += posted.payload.length;
    const receipt = new Promise<Receipt>((resolve, reject) => {
      waiting.push({ posted, resolve, reject });
      if (writing < WRITERS) void write();
    });
    return receipt.finally(() => {
      held -= posted.payload.length;
    });
  };
}

/** As many as fit one statement, so that all of them are accepted or none. */
function nextGroup(waiting: Waiting[]): Waiting[] {
  let characters = 0;
  const beyond = waiting.findIndex(({ posted }, index) => {
    characters += posted.payload.length;
    return index === TOGETHER || (index > 0 && characters > CHARACTERS_TOGETHER);
  });
  return waiting.splice(0, beyond === -1 ? waiting.length : beyond);
}

/** One statement for all; where a key collides, each for itself. */
async function acceptAll(kernel: Kernel, group: readonly Waiting[]): Promise<void> {
  try {
    const receipts = await accept(
      kernel,
      group.map(({ posted }) => posted),
    );
    for (const [index, { resolve }] of group.entries()) resolve(receipts[index] ?? fail());
  } catch (error) {
    if (error instanceof UniqueConstraintViolationException) {
      await Promise.all(group.map((each) => acceptOne(kernel, each)));
      return;
    }
    for (const { reject } of group) reject(error);
  }
}

function fail(): never {
  throw new Error('a posted batch without a receipt');
}

async function acceptOne(kernel: Kernel, { posted, resolve, reject }: Waiting): Promise<void> {
  try {
    const [receipt] = await accept(kernel, [posted]);
    resolve(receipt ?? fail());
  } catch (error) {
    if (!(error instanceof UniqueConstraintViolationException)) return reject(error);
    await firstReceipt(kernel.orm.em.fork(), posted).then((first) => (first ? resolve(first) : reject(error)), reject);
  }
}

async function accept(kernel: Kernel, posted: readonly Posted[]): Promise<Receipt[]> {
  const now = kernel.clock();
  const rows = posted.map((each) => ({
    id: newId(),
    kind: 'ingest-batch',
    state: 'accepted',
    account_id: each.accountId,
    principal: each.principal,
    accounts: each.accounts === null ? null : JSON.stringify(each.accounts),
    idempotency_key: each.idempotencyKey,
    fingerprint: each.fingerprint,
    size: each.size,
    bytes: Buffer.byteLength(each.payload),
    payload: each.payload,
    due_at: now,
    created_at: now,
  }));
  await insertRows(kernel.orm.em.fork(), 'job', rows);
  // One wake is enough: a worker goes on until nothing waits.
  void kernel.wake(rows.slice(0, 1).map(({ id }) => ({ id, kind: 'ingest-batch' as const })));
  return rows.map(({ id }) => ({ id, createdAt: now, replayed: false }));
}

/** The receipt that this key got before; null when it got none. @throws HttpProblem 422 when the key came with another batch. */
export async function firstReceipt(
  em: EntityManager,
  { principal, idempotencyKey, fingerprint }: Posted,
): Promise<Receipt | null> {
  if (idempotencyKey === null) return null;
  const sql = 'select id, fingerprint, created_at from job where principal = ? and idempotency_key = ?';
  const [row]: { id: string; fingerprint: string; created_at: string }[] = await em.execute(sql, [
    principal,
    idempotencyKey,
  ]);
  if (!row) return null;
  if (row.fingerprint !== fingerprint) throw reusedKey();
  return { id: row.id, createdAt: utc(row.created_at), replayed: true };
}

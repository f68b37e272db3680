// Writes down what was said elsewhere: batches of messages, several batches in one act. Bad messages are refused one by one,
// copies are counted, the rest is stored in its sessions. Running it again stores nothing again.

import { Account } from '../accounts/account.ts';
import type { Act } from '../act.ts';
import { record } from '../events/record.ts';
import type { JobPayload } from '../jobs/catalogue.ts';
import type { ClaimedJob } from '../jobs/claim-jobs.ts';
import { finishJobs } from '../jobs/finish-job.ts';
import { subjectOf } from '../sessions/move-session.ts';
import type { StoredConversation } from './apply-readings.ts';
import { checkMessage, type Incoming, isRefusal, type Refusal, shortened } from './incoming.ts';
import { type Outcome, storeMessages } from './store-messages.ts';

export type BatchResult = {
  readonly stored: number;
  readonly duplicates: number;
  readonly refused: readonly Refusal[];
  readonly conversations: number;
  readonly sessionsOpened: number;
};

/** @param batches claimed in this act; each gets its own result. */
export async function ingestBatches(act: Act, batches: readonly ClaimedJob[]): Promise<Map<string, BatchResult>> {
  const checked = batches.flatMap((batch) => checkBatch(batch, act.now));
  const accounts = await accountsOf(
    act,
    checked.flatMap(({ incoming }) => (incoming ? [incoming.accountId] : [])),
  );
  const judged = checked.map((each) => refuseForeign(each, accounts));
  const outcomes: Outcome[] = [];
  for (const account of [...accounts.values()].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const own = judged.flatMap(({ incoming }) => (incoming?.accountId === account.id ? [incoming] : []));
    if (own.length === 0) continue;
    const outcome = await storeMessages(act, account.id, account.fullSettings, own);
    recordIngested(act, account.id, outcome.stored);
    outcomes.push(outcome);
  }
  const results = new Map(batches.map(({ id }) => [id, resultOf(id, judged, outcomes)]));
  await finishJobs(act, 'ingest-batch', results);
  return results;
}

type Checked = {
  readonly batch: ClaimedJob;
  readonly index: number;
  readonly incoming: Incoming | null;
  readonly refusal: Refusal | null;
};

function checkBatch(batch: ClaimedJob, now: Date): Checked[] {
  const { account, messages }: JobPayload['ingest-batch'] = JSON.parse(batch.payload);
  return messages.map((raw, index) => {
    const checked = checkMessage(raw, index, batch.id, account, now);
    return isRefusal(checked)
      ? { batch, index, incoming: null, refusal: checked }
      : { batch, index, incoming: checked, refusal: null };
  });
}

async function accountsOf(act: Act, ids: readonly string[]): Promise<Map<string, Account>> {
  const found = await act.em.find(Account, { id: { $in: [...new Set(ids)] } });
  return new Map(found.map((account) => [account.id, account]));
}

/** An account that does not exist and one that the poster may not touch look the same from outside. */
function refuseForeign(checked: Checked, accounts: ReadonlyMap<string, Account>): Checked {
  const { batch, index, incoming } = checked;
  if (!incoming) return checked;
  const allowed = batch.accounts === null || batch.accounts.includes(incoming.accountId);
  if (allowed && accounts.has(incoming.accountId)) return checked;
  const detail = `there is no account ${incoming.accountId} for this key`;
  return {
    batch,
    index,
    incoming: null,
    refusal: {
      index,
      id: incoming.externalId,
      code: 'account_not_found',
      pointer: `/messages/${index}/account`,
      detail,
    },
  };
}

function resultOf(batch: string, judged: readonly Checked[], outcomes: readonly Outcome[]): BatchResult {
  const stored = outcomes.flatMap((outcome) => outcome.stored);
  const messages = stored.flatMap((each) => each.messages.filter(({ incoming }) => incoming.batch === batch));
  const touched = stored.filter((each) => each.messages.some(({ incoming }) => incoming.batch === batch));
  const duplicates = outcomes.flatMap((outcome) => outcome.duplicates.filter((incoming) => incoming.batch === batch));
  const refused = judged.flatMap((each) => (each.refusal && each.batch.id === batch ? [each.refusal] : []));
  const opened = new Set(messages.filter((each) => each.opened).map(({ session }) => session.id));
  return {
    stored: messages.length,
    duplicates: duplicates.length,
    refused,
    conversations: touched.length,
    sessionsOpened: opened.size,
  };
}

const PREVIEW_LENGTH = 120;

function recordIngested(act: Act, accountId: string, stored: readonly StoredConversation[]): void {
  const brought = stored.filter(({ messages }) => messages.length > 0);
  for (const { conversation, messages, floor } of brought) {
    const sorted = messages.map(({ incoming }) => incoming).sort((a, b) => a.sentAt.getTime() - b.sentAt.getTime());
    const [first, last] = [sorted[0], sorted.at(-1)];
    if (!first || !last) continue;
    record(act, 'messages.ingested', subjectOf(conversation), {
      conversationId: conversation.id,
      contactId: conversation.contactId,
      count: messages.length,
      sessions: [...new Set(messages.map(({ session }) => session.id))],
      firstAt: first.sentAt.toISOString(),
      lastAt: last.sentAt.toISOString(),
      last: { sender: last.sender, type: last.type, preview: shortened(last.content, PREVIEW_LENGTH) },
      epoch: conversation.epoch,
      floorSessionId: floor?.id ?? null,
    });
  }
  for (let start = 0; start < brought.length; start += 200) {
    const part = brought.slice(start, start + 200);
    const conversations = part.map(({ conversation, messages }) => ({
      conversationId: conversation.id,
      count: messages.length,
      lastAt: (conversation.lastMessageAt ?? act.now).toISOString(),
    }));
    record(act, 'board.activity', { accountId }, { conversations });
  }
}

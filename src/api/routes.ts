// Every route of /v1 on one screen: what is mounted, documented and tested is this list.
import { getAccount, getAccounts, patchAccount, postAccount } from './accounts.ts';
import { getAgent, getAgents, patchAgent, postAgent, postAgentToken, putPresence } from './agents.ts';
import { deleteApiKey, postApiKey } from './api-keys.ts';
import { postBatch } from './batches.ts';
import { getContact, getContacts, postContact, postContactToken } from './contacts.ts';
import { getConversation, getConversations, postAccept, postResolve } from './conversations.ts';
import { getJob, postJobRetry } from './jobs.ts';
import { getMessages, postMessage } from './messages.ts';
import type { Route } from './route.ts';
import { getStreamEvents } from './streams.ts';

export const ROUTES: readonly Route[] = [
  postBatch,
  getJob,
  postJobRetry,
  getConversations,
  getConversation,
  postAccept,
  postResolve,
  getMessages,
  postMessage,
  postAgent,
  getAgents,
  getAgent,
  patchAgent,
  putPresence,
  postAgentToken,
  postAccount,
  getAccounts,
  getAccount,
  patchAccount,
  postContact,
  getContacts,
  getContact,
  postContactToken,
  postApiKey,
  deleteApiKey,
  getStreamEvents,
];

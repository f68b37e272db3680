// Every route of /v1 on one screen: what is mounted, documented and tested is this list.
import { getAccount, getAccounts, patchAccount, postAccount } from './accounts.ts';
import { getAgentConversations } from './agent-desk.ts';
import { getAgent, getAgents, patchAgent, postAgent, postAgentToken, putPresence } from './agents.ts';
import { deleteApiKey, postApiKey } from './api-keys.ts';
import { getArbitration } from './arbitration.ts';
import { postBatch } from './batches.ts';
import { deleteChannel, getChannels, postChatwootImport, putChatwoot, putWecom } from './channels.ts';
import { deleteCollaborator, getCollaborators, postCollaborator } from './collaborators.ts';
import {
  getContact,
  getContactPresence,
  getContacts,
  patchContact,
  postContact,
  postContactToken,
} from './contacts.ts';
import { patchConversation } from './conversation-flags.ts';
import { getConversation, getConversations, postAccept, postResolve } from './conversations.ts';
import {
  getDeliveries,
  getDelivery,
  getWebhookDeliveries,
  postRedeliver,
  postSettle,
  postWebhookRedeliver,
} from './deliveries.ts';
import { postImageAnalysis, postImageCancel, postImageReply, postImageResult, postImageRetry } from './image-moves.ts';
import { getImageProfile } from './image-profiles.ts';
import { getImageTask, getImageTasks, postImageTask } from './image-tasks.ts';
import { getJob, postJobRetry } from './jobs.ts';
import { patchMessage } from './message-status.ts';
import { getMessages, postMessage } from './messages.ts';
import { postAssignmentAccept, postAssignmentDecline } from './offers.ts';
import { getConversationEvents, getSessionEvents } from './operation-log.ts';
import {
  deleteParticipant,
  getParticipants,
  postParticipant,
  postParticipantJoin,
  postParticipantToken,
} from './participants.ts';
import { postImagePayment, postPayment } from './payments.ts';
import type { Route } from './route.ts';
import { getRoute, postPreview, postRoute } from './routing.ts';
import { postCancel, postComplete, postPause, postReclaim, postResume } from './session-moves.ts';
import { getSession, postSession } from './sessions.ts';
import { postSimulate } from './simulation.ts';
import { getStreamEvents } from './streams.ts';
import { postTimeoutCheck } from './timeouts.ts';
import { getTransfer, postTransfer, postTransferAccept, postTransferDecline, postTransferReturn } from './transfers.ts';
import {
  deleteWebhook,
  getWebhook,
  getWebhooks,
  patchWebhook,
  postWebhook,
  postWebhookSecret,
  postWebhookTest,
} from './webhooks.ts';

export const ROUTES: readonly Route[] = [
  postBatch,
  getJob,
  postJobRetry,
  postTimeoutCheck,
  getConversations,
  getConversation,
  patchConversation,
  getConversationEvents,
  getSessionEvents,
  postAccept,
  postResolve,
  getMessages,
  postMessage,
  patchMessage,
  getCollaborators,
  postCollaborator,
  deleteCollaborator,
  getParticipants,
  postParticipant,
  postParticipantJoin,
  postParticipantToken,
  deleteParticipant,
  postSession,
  getSession,
  postPause,
  postResume,
  postComplete,
  postCancel,
  postReclaim,
  getArbitration,
  postTransfer,
  getTransfer,
  postTransferAccept,
  postTransferDecline,
  postTransferReturn,
  postAssignmentAccept,
  postAssignmentDecline,
  getRoute,
  postRoute,
  postPreview,
  postSimulate,
  postAgent,
  getAgents,
  getAgent,
  patchAgent,
  putPresence,
  getAgentConversations,
  postAgentToken,
  postAccount,
  getAccounts,
  getAccount,
  patchAccount,
  postContact,
  getContacts,
  getContact,
  patchContact,
  getContactPresence,
  postContactToken,
  postImageTask,
  getImageTasks,
  getImageTask,
  postImageAnalysis,
  postImagePayment,
  postImageResult,
  postImageReply,
  postImageRetry,
  postImageCancel,
  postPayment,
  getImageProfile,
  postWebhook,
  getWebhooks,
  getWebhook,
  patchWebhook,
  deleteWebhook,
  postWebhookSecret,
  postWebhookTest,
  getWebhookDeliveries,
  postWebhookRedeliver,
  getChannels,
  putChatwoot,
  putWecom,
  deleteChannel,
  postChatwootImport,
  getDeliveries,
  getDelivery,
  postRedeliver,
  postSettle,
  postApiKey,
  deleteApiKey,
  getStreamEvents,
];

// What the desk sets by hand on a conversation: flags, urgency, labels.
import { z } from 'zod';
import { EMOTIONS } from '../domain/conversations/desk-order.ts';
import { flagConversation } from '../domain/conversations/flag-conversation.ts';
import { LABELS_LIMIT, labelConversation } from '../domain/conversations/label-conversation.ts';
import { findConversationFor } from './access.ts';
import { viewConversations } from './desk.ts';
import { route } from './route.ts';
import { ById, ConversationView, Label, Remark } from './shapes.ts';

const Labels = z.array(Label).max(LABELS_LIMIT).default([]);

const Flags = z
  .strictObject({
    pinned: z.boolean(),
    todo: z.boolean(),
    urgency: z.int().min(1).max(5).meta({ description: '5 is the most urgent.' }),
    reason: Remark.meta({ description: 'Why the urgency is changed.' }),
    handRaised: z.boolean(),
    needIntervene: z.boolean(),
    emotion: z.enum(EMOTIONS),
    labels: z
      .strictObject({ add: Labels, remove: Labels })
      .refine(({ add, remove }) => !remove.some((label) => add.includes(label)), {
        path: ['remove'],
        message: 'must not name a label that is also added',
      })
      .meta({ description: `Merged with those that are there; at most ${LABELS_LIMIT} in all.` }),
  })
  .partial()
  .refine(({ reason, urgency }) => reason === undefined || urgency !== undefined, {
    path: ['reason'],
    message: 'is the reason of an urgency; name that too',
  });

export const patchConversation = route({
  method: 'patch',
  path: '/v1/conversations/:id',
  summary: 'Set flags and urgency, add and remove labels. What is left out stays; what is so already tells nobody.',
  door: { key: 'conversations:write', agent: true },
  params: ById,
  body: Flags,
  answers: { 200: { says: 'The conversation, where it stands now.', schema: ConversationView } },
  handle: ({ principal, params, body, change }) =>
    change(async (act) => {
      await findConversationFor(act.em, principal, params.id);
      const { labels, reason, ...flags } = body;
      await flagConversation(act, params.id, flags, reason ?? null);
      if (labels) await labelConversation(act, params.id, labels.add, labels.remove);
      const [conversation] = await viewConversations(act.em, [params.id]);
      return { status: 200, body: conversation };
    }),
});

// Image tasks: made, looked at, and moved on by upstream, agents and operators.
import { z } from 'zod';
import { ExternalId, Profile, WholeText } from '../domain/contacts/profile.ts';
import { ImageTask } from '../domain/images/image-task.ts';
import { IMAGE_STATES } from '../domain/images/lifecycle.ts';
import { OPERATIONS } from '../domain/images/operation.ts';
import { requestImageFor } from '../domain/images/request-image.ts';
import { Analysis, Ratio, Size } from '../domain/images/requirements.ts';
import { findAccountFor, findImageTaskFor } from './access.ts';
import { pageOfIds } from './id-page.ts';
import { detailOfImage, ImageDetail, ImageTaskView, PictureUrl, viewImageTask } from './image-view.ts';
import { route } from './route.ts';
import { ById, Cursor, Id, Limit, pageOf } from './shapes.ts';

const READERS = { key: 'images:read', agent: true } as const;

export const postImageTask = route({
  method: 'post',
  path: '/v1/image-tasks',
  summary:
    'A contact sent a picture to be worked on. What is left out is read from their words; where a task of theirs is open, they are asked which picture is meant.',
  door: { key: 'images:write' },
  body: z.strictObject({
    account: Id,
    contact: z.union([ExternalId.transform((id): Profile => ({ id })), Profile]),
    image: PictureUrl,
    operation: z.enum(OPERATIONS).optional(),
    words: WholeText.trim().min(1).max(1000).optional().meta({
      description: 'What the contact said to it; left out: what they said last in the conversation.',
    }),
    ratio: Ratio.optional(),
    size: Size.optional(),
    analysis: Analysis.optional(),
  }),
  answers: {
    201: { says: 'The task.', schema: ImageTaskView },
    200: { says: 'The task that is open; the contact is asked which picture is meant.', schema: ImageTaskView },
  },
  handle: ({ principal, body, change }) =>
    change(async (act) => {
      await findAccountFor(act.em, principal, body.account);
      const { account, contact, image } = body;
      const asked = { operation: body.operation ?? null, words: body.words ?? null };
      const shape = { ratio: body.ratio ?? null, size: body.size ?? null, analysis: body.analysis ?? null };
      const { task, isNew } = await requestImageFor(act, account, contact, { image, ...asked, ...shape });
      return {
        status: isNew ? 201 : 200,
        body: viewImageTask(task),
        headers: { Location: `/v1/image-tasks/${task.id}` },
      };
    }),
});

export const getImageTasks = route({
  method: 'get',
  path: '/v1/image-tasks',
  summary: 'The image tasks of an account, in the order in which they were made.',
  door: READERS,
  query: z.strictObject({
    account: Id,
    state: z.enum(IMAGE_STATES).optional(),
    contact: Id.optional(),
    limit: Limit,
    cursor: Cursor,
  }),
  answers: { 200: { says: 'One page.', schema: pageOf(ImageTaskView) } },
  handle: async ({ context, principal, query }) => {
    const em = context.kernel.orm.em.fork();
    await findAccountFor(em, principal, query.account);
    const { account, state, contact } = query;
    const where = ['account_id = ?', ...(state ? ['state = ?'] : []), ...(contact ? ['contact_id = ?'] : [])];
    const values = [account, state, contact].filter((value) => value !== undefined);
    const rows = { table: 'image_task', where: where.join(' and '), values };
    const { ids, page } = await pageOfIds(em, rows, query, context.kernel.config.BATON_SECRET);
    const tasks = await em.find(ImageTask, { id: { $in: ids } }, { orderBy: { id: 'asc' } });
    return { status: 200, body: { data: tasks.map(viewImageTask), page } };
  },
});

export const getImageTask = route({
  method: 'get',
  path: '/v1/image-tasks/:id',
  summary: 'One image task: every attempt with its reason, what the contact said to it, and links to its pictures.',
  door: READERS,
  params: ById,
  answers: { 200: { says: 'The task.', schema: ImageDetail } },
  handle: async ({ context, principal, params }) => {
    const em = context.kernel.orm.em.fork();
    const task = await findImageTaskFor(em, principal, params.id);
    return { status: 200, body: await detailOfImage(context.kernel, em, task) };
  },
});

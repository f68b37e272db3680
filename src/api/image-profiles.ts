// What is known of a contact from their pictures, with the tags that follow from it.
import { z } from 'zod';
import { EMAIL_STATES, ImageProfile } from '../domain/images/image-profile.ts';
import { COMPLEXITIES } from '../domain/images/requirements.ts';
import { tagsOf } from '../domain/images/tags.ts';
import { findContactFor } from './access.ts';
import { route } from './route.ts';
import { ById, Id, Time } from './shapes.ts';

const ProfileView = z
  .object({
    contactId: Id,
    requirements: z.array(z.string()).meta({ description: 'What they asked for, the newest last; at most 20.' }),
    complexities: z.array(z.enum(COMPLEXITIES)),
    orders: z.int(),
    completed: z.int(),
    cancelled: z.int(),
    revisions: z.int(),
    lastImage: z.string().nullable(),
    lastImageAt: Time.nullable(),
    email: z.string().nullable(),
    emailState: z.enum(EMAIL_STATES),
    tags: z.array(z.string()),
  })
  .meta({ id: 'ImageProfile' });

export const getImageProfile = route({
  method: 'get',
  path: '/v1/contacts/:id/image-profile',
  summary: 'What is known of a contact from their pictures: wishes, revisions, orders, address and tags.',
  door: { key: 'images:read', agent: true },
  params: ById,
  answers: { 200: { says: 'The profile; empty for who never sent a picture.', schema: ProfileView } },
  handle: async ({ context, principal, params }) => {
    const em = context.kernel.orm.em.fork();
    const contact = await findContactFor(em, principal, params.id);
    return { status: 200, body: viewProfile(contact.id, await em.findOne(ImageProfile, { contactId: contact.id })) };
  },
});

function viewProfile(contactId: string, known: ImageProfile | null) {
  const { orders = 0, completed = 0, cancelled = 0, revisions = 0, emailState = 'none' } = known ?? {};
  const { lastImage = null, lastImageAt = null, email = null } = known ?? {};
  const requirements = z.array(z.string()).parse(JSON.parse(known?.requirements ?? '[]'));
  const complexities = z.array(z.enum(COMPLEXITIES)).parse(JSON.parse(known?.complexities ?? '[]'));
  const counts = { orders, completed, cancelled, revisions };
  const tags = tagsOf({ ...counts, complexities, emailState });
  return { contactId, requirements, complexities, ...counts, lastImage, lastImageAt, email, emailState, tags };
}

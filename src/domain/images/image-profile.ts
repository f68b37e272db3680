// What is known of a contact from their pictures. Tags are computed from it (tags.ts) and never kept.
import { defineEntity, type OptionalProps, p } from '@mikro-orm/mysql';
import type { Act } from '../act.ts';
import { insertRows } from '../rows.ts';
import type { Analysis, Complexity } from './requirements.ts';

export const EMAIL_STATES = ['none', 'sent', 'refused', 'unknown'] as const;
export type EmailState = (typeof EMAIL_STATES)[number];

const KEPT = 20;

const ImageProfileSchema = defineEntity({
  name: 'ImageProfile',
  tableName: 'image_profile',
  properties: {
    contactId: p.string().primary(),
    accountId: p.string(),
    heardTo: p.bigint('number'),
    requirements: p.text(),
    complexities: p.text(),
    orders: p.integer(),
    completed: p.integer(),
    cancelled: p.integer(),
    revisions: p.integer(),
    lastImage: p.string().strictNullable(),
    lastImageAt: p.datetime(3).strictNullable(),
    lastAnalysis: p.text().strictNullable(),
    email: p.string().strictNullable(),
    emailState: p.enum(EMAIL_STATES),
    updatedAt: p.datetime(3),
  },
});

export class ImageProfile extends ImageProfileSchema.class {
  declare [OptionalProps]?: 'knownAddress';

  /** Where their work went before. */
  get knownAddress(): string | null {
    return this.emailState === 'sent' ? this.email : null;
  }

  /** A later picture than the one that is known. */
  sawImage(url: string, at: Date): void {
    if (this.lastImageAt !== null && at < this.lastImageAt) return;
    this.lastImage = url;
    this.lastImageAt = at;
    this.lastAnalysis = null;
  }

  /** @param image that was looked at. */
  sawAnalysis(image: string, analysis: Analysis): void {
    const known: Complexity[] = JSON.parse(this.complexities);
    this.complexities = JSON.stringify([...known, analysis.complexity].slice(-KEPT));
    if (this.lastImage === image) this.lastAnalysis = JSON.stringify(analysis);
  }

  heardWish(words: string): void {
    const known: string[] = JSON.parse(this.requirements);
    this.requirements = JSON.stringify([...known, words].slice(-KEPT));
  }
}
ImageProfileSchema.setClass(ImageProfile);

/** Found or made; the conversation of the contact is locked. */
export async function profileOf(act: Act, accountId: string, contactId: string): Promise<ImageProfile> {
  const known = await act.em.findOne(ImageProfile, { contactId });
  if (known) return known;
  const empty = { contact_id: contactId, account_id: accountId, requirements: '[]', complexities: '[]' };
  const row = { ...empty, email_state: 'none', updated_at: act.now };
  await insertRows(act.em, 'image_profile', [row], 'on duplicate key update contact_id = contact_id');
  return act.em.findOneOrFail(ImageProfile, { contactId });
}

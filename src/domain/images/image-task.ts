// A picture of a contact, from their wish to the finished work in the mail. `openIn` is the conversation while the task is open, else
// null; its unique key makes the database refuse a second open task of the contact.
import { defineEntity, type OptionalProps, p } from '@mikro-orm/mysql';
import type { ImageSettings } from '../accounts/image-settings.ts';
import { DomainError } from '../errors.ts';
import { shortened } from '../messages/incoming.ts';
import { canMoveImage, IMAGE_MOVES, IMAGE_STATES, type ImageState, imageDeadline, isOpenImage } from './lifecycle.ts';
import { OPERATIONS } from './operation.ts';
import type { Question } from './reply.ts';
import { Requirements } from './requirements.ts';
import { MAIL_STATES, nextStep, type Step } from './steps.ts';

const REASON_LENGTH = 500;

const ImageTaskSchema = defineEntity({
  name: 'ImageTask',
  tableName: 'image_task',
  properties: {
    id: p.string().primary(),
    accountId: p.string(),
    contactId: p.string(),
    conversationId: p.string(),
    state: p.enum(IMAGE_STATES),
    openIn: p.string().strictNullable(),
    operation: p.enum(OPERATIONS),
    source: p.string(),
    requirements: p.text(),
    quote: p.string().strictNullable(),
    orderId: p.string().strictNullable(),
    paidAt: p.datetime(3).strictNullable(),
    round: p.integer(),
    revisions: p.integer(),
    submitted: p.string().strictNullable(),
    originalFileId: p.string().strictNullable(),
    resultFileId: p.string().strictNullable(),
    previewFileId: p.string().strictNullable(),
    score: p.integer().strictNullable(),
    email: p.string().strictNullable(),
    mailState: p.enum(MAIL_STATES),
    asked: p.text().strictNullable(),
    askedAt: p.datetime(3).strictNullable(),
    peopleTold: p.boolean(),
    reason: p.string().strictNullable(),
    deadlineAt: p.datetime(3).strictNullable(),
    createdAt: p.datetime(3),
    updatedAt: p.datetime(3),
    endedAt: p.datetime(3).strictNullable(),
  },
});

export class ImageTask extends ImageTaskSchema.class {
  declare [OptionalProps]?: 'wanted' | 'question' | 'isPaid';

  get wanted(): Requirements {
    return Requirements.parse(JSON.parse(this.requirements));
  }

  get question(): Question | null {
    return this.asked === null ? null : JSON.parse(this.asked);
  }

  get isPaid(): boolean {
    return this.paidAt !== null;
  }

  /** @param settings of its account. */
  nextStep({ analyser, automatic }: ImageSettings): Step | null {
    return nextStep({
      state: this.state,
      isFetched: this.originalFileId !== null,
      isAnalysed: this.wanted.analysis !== null,
      analyser,
      isSubmitted: this.submitted !== null,
      automatic,
      mail: this.mailState,
    });
  }

  /** The only way to another state. @throws DomainError illegal_move, with what is possible from here. */
  moveTo(to: ImageState, now: Date, settings: ImageSettings, reason: string | null): void {
    if (!canMoveImage(this.state, to)) {
      const possible = IMAGE_MOVES[this.state].join(', ') || 'nothing: it is over';
      throw new DomainError(
        'illegal_move',
        `An image task that is ${this.state} can not become ${to}; possible: ${possible}.`,
        { taskId: this.id, state: this.state },
      );
    }
    this.state = to;
    this.openIn = isOpenImage(to) ? this.conversationId : null;
    this.reason = reason === null ? null : shortened(reason, REASON_LENGTH);
    this.deadlineAt = imageDeadline(to, now, settings, this.isPaid);
    this.endedAt = isOpenImage(to) ? null : now;
    this.updatedAt = now;
    if (to === 'processing') this.round += 1;
    if (to !== 'awaiting_confirm') this.asked = null;
  }

  want(change: Partial<Requirements>, now: Date): void {
    this.requirements = JSON.stringify(Requirements.parse({ ...this.wanted, ...change }));
    this.updatedAt = now;
  }

  /** The contact is there: what they may still do, they may for as long again. */
  heardFrom(now: Date, settings: ImageSettings): void {
    if (this.state === 'awaiting_confirm' || this.state === 'revision')
      this.deadlineAt = imageDeadline(this.state, now, settings, this.isPaid);
  }

  /** @param question null: what was asked is answered. */
  ask(question: Question | null, now: Date): void {
    this.asked = question === null ? null : JSON.stringify(question);
    this.updatedAt = now;
  }
}
ImageTaskSchema.setClass(ImageTask);

// One attempt at a step of an image task, written before the outside is asked: whatever happens then, it is known that we asked.
import { defineEntity, type OptionalProps, p } from '@mikro-orm/mysql';
import { shortened } from '../messages/incoming.ts';
import type { Quality } from './quality.ts';
import { ATTEMPT_STATES, type AttemptState, STEPS } from './steps.ts';

/** Of the columns; what the outside calls itself and its faults may be longer. */
const CODE_LENGTH = 40;
const MODEL_LENGTH = 80;

const ImageAttemptSchema = defineEntity({
  name: 'ImageAttempt',
  tableName: 'image_attempt',
  properties: {
    id: p.string().primary(),
    taskId: p.string(),
    jobId: p.string(),
    step: p.enum(STEPS),
    round: p.integer(),
    number: p.integer(),
    state: p.enum(ATTEMPT_STATES),
    maker: p.string().strictNullable(),
    model: p.string().strictNullable(),
    recipient: p.string().strictNullable(),
    messageId: p.string().strictNullable(),
    sendingAt: p.datetime(3).strictNullable(),
    code: p.string().strictNullable(),
    detail: p.string().strictNullable(),
    quality: p.text().strictNullable(),
    score: p.integer().strictNullable(),
    fileId: p.string().strictNullable(),
    previewFileId: p.string().strictNullable(),
    beganAt: p.datetime(3),
    endedAt: p.datetime(3).strictNullable(),
  },
});

export class ImageAttempt extends ImageAttemptSchema.class {
  declare [OptionalProps]?: 'judged';

  get judged(): Quality | null {
    return this.quality === null ? null : JSON.parse(this.quality);
  }

  /** The only way out of `begun`. @param code one word, for counting. @param detail a sentence, for people. */
  moveTo(
    to: Exclude<AttemptState, 'begun'>,
    now: Date,
    code: string | null = null,
    detail: string | null = null,
  ): void {
    if (this.state !== 'begun') throw new Error(`an attempt that is ${this.state} can not become ${to}`);
    this.state = to;
    this.code = code === null ? null : code.replaceAll(/[^\w.-]/g, '_').slice(0, CODE_LENGTH);
    this.detail = detail === null ? null : shortened(detail, 500);
    this.endedAt = now;
  }

  madeBy(model: string | null): void {
    this.model = model === null ? null : shortened(model, MODEL_LENGTH);
  }

  judge(quality: Quality): void {
    this.quality = JSON.stringify(quality);
    this.score = quality.score;
  }
}
ImageAttemptSchema.setClass(ImageAttempt);

// What a move of an image task brings with it: its place, its deadline, its round, and what was asked.
import { expect, test } from 'vitest';
import { ImageSettings } from '../../../src/domain/accounts/image-settings.ts';
import { DomainError } from '../../../src/domain/errors.ts';
import { ImageTask } from '../../../src/domain/images/image-task.ts';
import { IMAGE_STATES, type ImageState, isOpenImage } from '../../../src/domain/images/lifecycle.ts';

const NOW = new Date('2026-01-31T08:00:00Z');
const SETTINGS = ImageSettings.parse({});
const QUESTION = { question: 'which_image', image: 'https://pictures.example/b.png' } as const;

/** Without a database: the fields that moves look at. */
function task(state: ImageState, fields: object = {}): ImageTask {
  return Object.assign(Object.create(ImageTask.prototype), {
    id: 'task',
    conversationId: 'conversation',
    state,
    openIn: isOpenImage(state) ? 'conversation' : null,
    round: 1,
    requirements: '{}',
    asked: JSON.stringify(QUESTION),
    ...fields,
  });
}

test.each(IMAGE_STATES.flatMap((from) => IMAGE_STATES.map((to) => [from, to] as const)))(
  'from %s to %s: open with a deadline, or over with an end, never both',
  (from, to) => {
    const one = task(from);
    try {
      one.moveTo(to, NOW, SETTINGS, null);
    } catch (error) {
      expect(error).toBeInstanceOf(DomainError);
      return;
    }
    const open = isOpenImage(to);
    expect([one.openIn, one.deadlineAt === null, one.endedAt]).toEqual([
      open ? 'conversation' : null,
      !open,
      open ? null : NOW,
    ]);
    expect(one.round).toBe(to === 'processing' ? 2 : 1);
    expect(one.question).toEqual(to === 'awaiting_confirm' ? QUESTION : null);
    expect(one.updatedAt).toBe(NOW);
  },
);

test('what is not possible says what is, and changes nothing', () => {
  const one = task('revision');
  expect(() => one.moveTo('completed', NOW, SETTINGS, null)).toThrow(
    'An image task that is revision can not become completed; possible: processing, awaiting_confirm, failed, cancelled.',
  );
  expect(() => task('completed').moveTo('pending', NOW, SETTINGS, null)).toThrow('possible: nothing: it is over.');
  expect(one).toMatchObject({ state: 'revision', openIn: 'conversation', round: 1 });
});

test('a reason of any length fits its column', () => {
  const one = task('pending');
  one.moveTo('failed', NOW, SETTINGS, '字'.repeat(3000));
  expect(one.reason?.length).toBeLessThanOrEqual(500);
  expect(one.reason?.startsWith('字字')).toBe(true);
});

test('wishes are added to the document, and what is no such document is not', () => {
  const one = task('pending', { requirements: JSON.stringify({ words: 'sharper', ratio: '4:3' }) });
  one.want({ size: { width: 800, height: 600 } }, NOW);
  expect(one.wanted).toMatchObject({ words: 'sharper', ratio: '4:3', size: { width: 800, height: 600 }, remarks: [] });
  expect(() => one.want({ ratio: 'wide' }, NOW)).toThrow();
  expect(one.wanted.ratio).toBe('4:3');
});

test('a question that is answered is gone', () => {
  const one = task('awaiting_confirm');
  expect(one.question).toEqual(QUESTION);
  one.ask(null, NOW);
  expect(one.question).toBeNull();
});

test('the next step follows from what is there and from the account', () => {
  const fresh = task('pending', { originalFileId: null, submitted: null, mailState: 'none' });
  expect(fresh.nextStep(SETTINGS)).toBe('fetch');
  fresh.originalFileId = 'file';
  expect(fresh.nextStep(SETTINGS)).toBe('analysis');
  expect(fresh.nextStep({ ...SETTINGS, analyser: 'upstream' })).toBeNull();
  const paid = task('processing', { originalFileId: 'file', submitted: null, mailState: 'none' });
  paid.want(
    { analysis: { complexity: 'simple', prompt: null, ratio: null, perspective: null, subject: null, quality: null } },
    NOW,
  );
  expect(paid.nextStep(SETTINGS)).toBe('processing');
  expect(paid.nextStep({ ...SETTINGS, automatic: false })).toBeNull();
});

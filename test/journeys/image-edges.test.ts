// Rare orders of events on the line of a picture: nothing that was paid or said is lost, and no task stays where nobody moves it.
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { photograph, Studio } from '../support/studio.ts';

const studio = await Studio.open();
const { world, host } = studio;

/** A picture that somebody made by hand. */
async function handMade(name: string): Promise<string> {
  const data = await sharp(await photograph(320, 240))
    .sharpen({ sigma: 2 })
    .modulate({ brightness: 1.1 })
    .withExif({ IFD0: { Artist: 'Chen Jie' } })
    .jpeg({ quality: 92 })
    .toBuffer();
  return host.at(`/${name}.jpg`, { kind: 'file', data, mediaType: 'image/jpeg' });
}

test('a payment that comes after the result is noted, and begins nothing anew', async () => {
  const account = await world.account({ images: { automatic: false } });
  const { id } = await studio.request(account, 'wang');
  await world.must('POST', `/v1/image-tasks/${id}/result`, { image: await handMade('after') });
  await studio.becomes(id, 'awaiting_confirm');
  expect(await studio.pay(id, 'late-1')).toMatchObject({ outcome: 'noted', taskId: id });
  expect(await studio.task(id)).toMatchObject({ state: 'awaiting_confirm', round: 1, orderId: 'late-1' });
  expect(await world.broken()).toEqual([]);
});

test('what is handed in goes on without what its maker wrote into it', async () => {
  const account = await world.account();
  const { id } = await studio.request(account, 'wang');
  await world.must('POST', `/v1/image-tasks/${id}/result`, { image: await handMade('exif') });
  const { result } = await studio.becomes(id, 'awaiting_confirm');
  const shown = await fetch(result.url.replace(/^http:\/\/[^/]+/, world.url));
  const { exif } = await sharp(Buffer.from(await shown.arrayBuffer())).metadata();
  expect(exif).toBeUndefined();
});

test('a message with the longest id that a platform may give is answered like any other', async () => {
  const account = await world.account();
  const { id } = await studio.request(account, 'wang');
  await studio.pay(id, 'long-1');
  await studio.becomes(id, 'awaiting_confirm');
  const sentAt = world.ago(0);
  const typo = world.message(account, 'wang', { id: 'x'.repeat(128), content: 'wang@gmial.com', sentAt });
  await world.ingest([typo]);
  await studio.reaches(id, ({ asked }) => asked === 'typo');
  await studio.says(account, 'wang', 'yes');
  expect(await studio.becomes(id, 'completed')).toMatchObject({ email: 'wang@gmail.com' });
  expect(await world.broken()).toEqual([]);
});

test('a platform whose clock is a minute behind ours is heard', async () => {
  const account = await world.account();
  const { id } = await studio.request(account, 'wang');
  await studio.pay(id, 'clock-1');
  await studio.becomes(id, 'awaiting_confirm');
  const late = world.message(account, 'wang', { content: 'Good, send it to wang@example.com', sentAt: world.ago(60) });
  await world.ingest([late]);
  await studio.becomes(id, 'completed');
  expect(await world.broken()).toEqual([]);
});

test('history that is brought in while a picture is shown answers nothing', async () => {
  const account = await world.account();
  const { id } = await studio.request(account, 'wang');
  await studio.pay(id, 'history-1');
  await studio.becomes(id, 'awaiting_confirm');
  await world.ingest([world.message(account, 'wang', { content: 'old@example.com', sentAt: world.ago(86_400) })]);
  await world.quiet();
  expect(await studio.task(id)).toMatchObject({ state: 'awaiting_confirm', mail: 'none', replies: [] });
  expect(await world.broken()).toEqual([]);
});

test('who was asked for the picture again, and sends it, is worked for with that one', async () => {
  const account = await world.account();
  const first = await world.must('POST', '/v1/image-tasks', {
    account,
    contact: 'wang',
    image: `${host.url}/gone.jpg`,
  });
  await studio.becomes(first.id, 'failed');
  const image = await studio.picture('again');
  await studio.says(account, 'wang', { url: image }, 'image');
  await world.quiet();
  const paid = await world.must('POST', '/v1/payments', { account, contact: 'wang', orderId: 'again-1' });
  expect(paid).toMatchObject({ outcome: 'rebuilt' });
  expect(paid.taskId).not.toBe(first.id);
  await studio.becomes(paid.taskId, 'awaiting_confirm');
  expect(await world.broken()).toEqual([]);
});

test('work that was paid while it was done by hand begins by itself once that is switched on', async () => {
  const account = await world.account({ images: { automatic: false } });
  const { id } = await studio.request(account, 'wang');
  expect(await studio.pay(id, 'switch-1')).toMatchObject({ outcome: 'people' });
  await world.quiet();
  await world.must('PATCH', `/v1/accounts/${account}`, { settings: { images: { automatic: true } } });
  world.advance(120);
  await studio.becomes(id, 'awaiting_confirm');
  expect(await world.broken()).toEqual([]);
});

test('paid work that nobody makes by hand in time is not taken for unpaid', async () => {
  const account = await world.account({ images: { automatic: false, deadlines: { pending: 60, byHand: 600 } } });
  const { id } = await studio.request(account, 'wang');
  await studio.pay(id, 'hand-1');
  world.advance(120);
  await world.must('POST', '/v1/timeout-checks', {});
  await world.quiet();
  expect((await studio.task(id)).state).toBe('pending');
  world.advance(600);
  await world.must('POST', '/v1/timeout-checks', {});
  const over = await studio.becomes(id, 'cancelled');
  expect(over.reason).toBe('it was paid, and nobody made it in time');
  expect(await world.broken()).toEqual([]);
});

test('a contact with a long history before their first picture is heard at once', async () => {
  const account = await world.account();
  const words = Array.from({ length: 1500 }, (_, index) =>
    world.message(account, 'wang', { sentAt: world.ago(9000 - index) }),
  );
  await world.ingest(words);
  const { id } = await studio.request(account, 'wang');
  await studio.pay(id, 'history-2');
  await studio.becomes(id, 'awaiting_confirm');
  await studio.says(account, 'wang', 'Good, send it to wang@example.com');
  await studio.becomes(id, 'completed');
  expect(await world.broken()).toEqual([]);
});

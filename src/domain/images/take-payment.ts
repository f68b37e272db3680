// The contact has paid. One order counts once, whoever tells of it and however often; without an open task one is made of the last
// picture, and where there is none, people are told: nobody pays for nothing.
import type { Act } from '../act.ts';
import { raiseAlarm } from '../alarms/raise-alarm.ts';
import { DomainError } from '../errors.ts';
import { newId } from '../ids.ts';
import { callPeople } from './call-people.ts';
import { ImageTask } from './image-task.ts';
import { imageDeadline, isOpenImage } from './lifecycle.ts';
import { type LockedTask, openTaskOf, type Studio } from './lock-image.ts';
import { moveImage, planStep, tellImage } from './move-image.ts';
import { Payment, type PaymentOutcome } from './payment.ts';
import { openImage } from './request-image.ts';
import { Analysis } from './requirements.ts';

export type Paid = { readonly orderId: string; readonly amount: number | null; readonly currency: string | null };

/** @param task that it is for; null: the contact's. @throws DomainError order_taken when the order is another contact's */
export async function takePayment(act: Act, studio: Studio, task: ImageTask | null, paid: Paid): Promise<Payment> {
  const { account, conversation } = studio;
  const known = await act.em.findOne(Payment, { accountId: account.id, orderId: paid.orderId });
  if (known && known.contactId === conversation.contactId) return known;
  if (known) throw new DomainError('order_taken', `The order ${paid.orderId} is that of another contact.`);
  const found = await taskFor(act, studio, task);
  const outcome = found ? await begin(act, { ...studio, task: found.task }, paid, found.isRebuilt) : 'no_image';
  const payment = act.em.create(Payment, {
    id: newId(),
    accountId: account.id,
    contactId: conversation.contactId,
    ...paid,
    taskId: found?.task.id ?? null,
    outcome,
    createdAt: act.now,
  });
  studio.profile.orders += 1;
  await act.em.flush();
  if (!found)
    await callPeople(
      act,
      studio,
      'paid_without_image',
      'A contact has paid, and there is no picture of theirs to work on.',
    );
  return payment;
}

type Found = { readonly task: ImageTask; readonly isRebuilt: boolean };

/** The open one; the one that failed last; or one that is made of what is known of the contact. */
async function taskFor(act: Act, studio: Studio, named: ImageTask | null): Promise<Found | null> {
  const open = await openTaskOf(act, studio);
  if (open) return { task: open, isRebuilt: false };
  if (named?.state === 'failed') return { task: named, isRebuilt: false };
  const { contactId } = studio.conversation;
  const last = await act.em.findOne(ImageTask, { contactId }, { orderBy: { id: 'desc' } });
  if (last?.state === 'failed' && !sentAnother(studio, last)) return { task: last, isRebuilt: false };
  return rebuild(act, studio);
}

/** They were asked for another picture, and sent one. */
function sentAnother({ profile: { lastImage, lastImageAt } }: Studio, failed: ImageTask): boolean {
  return lastImage !== null && lastImage !== failed.source && lastImageAt !== null && lastImageAt > failed.createdAt;
}

async function rebuild(act: Act, studio: Studio): Promise<Found | null> {
  const { lastImage, lastAnalysis } = studio.profile;
  if (lastImage === null) return null;
  const analysis = lastAnalysis === null ? null : Analysis.parse(JSON.parse(lastAnalysis));
  const request = { image: lastImage, operation: null, words: null, ratio: null, size: null, analysis };
  const { task } = await openImage(act, studio, request);
  return { task, isRebuilt: true };
}

async function begin(act: Act, locked: LockedTask, paid: Paid, isRebuilt: boolean): Promise<PaymentOutcome> {
  const { task, settings } = locked;
  const outcome = outcomeFor(task, settings.automatic, isRebuilt);
  await tellImage(act, locked, task, 'image_task.paid', { ...paid, outcome });
  if (outcome === 'extra') {
    const detail = `A contact has paid twice: order ${paid.orderId} came for a picture that was paid.`;
    const { accountId, conversationId } = task;
    await raiseAlarm(act, { code: 'paid_twice', detail, accountId, conversationId });
    return outcome;
  }
  task.orderId = paid.orderId;
  task.paidAt = act.now;
  task.deadlineAt = isOpenImage(task.state) ? imageDeadline(task.state, act.now, settings, true) : null;
  await act.em.flush();
  if (outcome === 'noted') return outcome;
  if (outcome === 'people') {
    const reason = 'A picture was paid, and automatic work is switched off: somebody makes it by hand.';
    await callPeople(act, locked, 'image_by_hand', reason);
    return outcome;
  }
  await beginRound(act, locked, isRebuilt ? 'paid; made of the last picture' : 'paid');
  return outcome;
}

function outcomeFor(task: ImageTask, automatic: boolean, isRebuilt: boolean): PaymentOutcome {
  if (isOpenImage(task.state) && task.isPaid) return 'extra';
  if (task.state !== 'pending' && task.state !== 'failed') return 'noted';
  if (!automatic) return 'people';
  return isRebuilt ? 'rebuilt' : 'started';
}

/** The work begins, for the first time or anew. @throws DomainError illegal_move, task_open */
export async function beginRound(act: Act, locked: LockedTask, reason: string): Promise<void> {
  await moveImage(act, locked, 'processing', reason);
  const { task } = locked;
  task.mailState = 'none';
  await act.em.flush();
  await tellImage(act, locked, task, 'image_task.processing', { round: task.round, reason });
  planStep(act, locked);
}

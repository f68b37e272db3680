// The timeout check: which rows are due, and what becomes of each, in an act of its own.
import type { Act } from '../act.ts';
import { expireOffer } from '../assignments/answer-offer.ts';
import { expireSession } from '../assignments/expire-session.ts';
import { expireTransfer } from '../assignments/expire-transfer.ts';
import { expireImage } from '../images/expire-image.ts';
import type { DueRow, DueThing } from './due-rows.ts';

const EXPIRE: Readonly<Record<DueThing, (act: Act, id: string) => Promise<boolean>>> = {
  offer: expireOffer,
  transfer: expireTransfer,
  session: expireSession,
  image: expireImage,
};

/** @returns whether it was still due, and free: running it twice changes nothing twice. */
export function expireRow(act: Act, { what, id }: DueRow): Promise<boolean> {
  return EXPIRE[what](act, id);
}

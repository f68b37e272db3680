// The thread in which one picture is made, so that loops over pixels hold nobody up. It is told one wish, and answers once.
import { parentPort, workerData } from 'node:worker_threads';
import sharp from 'sharp';
import { OutsideFailure } from '../../outside-failure.ts';
import type { Order, Reply } from '../embedded.ts';
import type { Work } from './made.ts';

/** Loaded when it is asked for, since a thread lives for one picture only. */
const WORKS: Readonly<Record<Order['operation'], () => Promise<Work>>> = {
  enhance: async () => (await import('./enhance.ts')).enhance,
  remove_bg: async () => (await import('./remove-bg.ts')).removeBackground,
  resize: async () => (await import('./resize.ts')).resize,
  fix_old_photo: async () => (await import('./fix-old-photo.ts')).fixOldPhoto,
  layered: async () => (await import('./layered.ts')).layer,
};

parentPort?.postMessage(await answer(workerData));

async function answer({ operation, original, requirements }: Order): Promise<Reply> {
  sharp.cache(false);
  sharp.concurrency(1);
  try {
    const work = await WORKS[operation]();
    return { made: await work(Buffer.from(original), requirements) };
  } catch (error) {
    if (!(error instanceof OutsideFailure)) throw error;
    return { failure: { kind: error.kind, code: error.code, detail: error.message } };
  }
}

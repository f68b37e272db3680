// A picture that lies in the store becomes a file of the contact.
import type { Act } from '../act.ts';
import { newId } from '../ids.ts';
import type { LockedTask } from './lock-image.ts';
import type { Made } from './outcome.ts';
import { StoredFile } from './stored-file.ts';

/** The caller flushes. */
export function keepFile(act: Act, { task }: LockedTask, made: Made): StoredFile {
  const { accountId, contactId } = task;
  const file = act.em.create(StoredFile, { id: newId(), accountId, contactId, ...made, createdAt: act.now });
  act.em.persist(file);
  return file;
}

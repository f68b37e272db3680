// Which tags follow from what is known of a contact.
import { expect, test } from 'vitest';
import { type Known, tagsOf } from '../../../src/domain/images/tags.ts';

const NOBODY: Known = { orders: 0, revisions: 0, completed: 0, cancelled: 0, complexities: [], emailState: 'none' };

test.each<[string, Partial<Known>, string[]]>([
  ['nothing yet', {}, ['new_customer']],
  ['one order', { orders: 1, completed: 1 }, ['new_customer']],
  ['a second order', { orders: 2, completed: 1 }, ['returning']],
  ['five orders', { orders: 5, completed: 4, revisions: 3 }, ['returning', 'loyal']],
  ['two changes for each work', { orders: 2, completed: 2, revisions: 4 }, ['returning', 'picky']],
  ['fewer than two changes for each', { orders: 2, completed: 2, revisions: 3 }, ['returning']],
  ['two changes before the first work is finished', { orders: 1, revisions: 2 }, ['new_customer', 'picky']],
  ['one change before the first work is finished', { orders: 1, revisions: 1 }, ['new_customer']],
  ['three works and no change', { orders: 3, completed: 3 }, ['returning', 'easy_going']],
  ['four works and two changes', { orders: 4, completed: 4, revisions: 2 }, ['returning']],
  ['two hard pictures', { complexities: ['complex', 'hard'] }, ['new_customer', 'hard_pictures']],
  ['one hard picture is no rule', { complexities: ['hard'] }, ['new_customer']],
  ['one hard picture in three', { complexities: ['simple', 'hard', 'normal'] }, ['new_customer']],
  ['more called off than finished', { orders: 1, completed: 1, cancelled: 3 }, ['new_customer', 'calls_off']],
  ['some called off', { orders: 6, completed: 5, cancelled: 3, revisions: 5 }, ['returning', 'loyal']],
  ['mail was refused', { emailState: 'refused' }, ['new_customer', 'mail_trouble']],
  ['mail that nobody knows of', { emailState: 'unknown' }, ['new_customer']],
  ['mail that went out', { emailState: 'sent' }, ['new_customer']],
])('%s', (_name, known, tags) => {
  expect(tagsOf({ ...NOBODY, ...known })).toEqual(tags);
});

// One message as it arrives: what is taken, and for what, where and by which code another is refused.
import { describe, expect, test } from 'vitest';
import { newId } from '../../../src/domain/ids.ts';
import { CONTENT_LIMIT, checkMessage, shownContent } from '../../../src/domain/messages/incoming.ts';

const NOW = new Date('2026-01-15T12:00:00.000Z');
const ACCOUNT = newId();
const GOOD = { id: 'm-1', contact: 'wang', sender: 'contact', content: 'hello', sentAt: '2026-01-15T11:59:00.000Z' };

function check(fields: object, account: string | undefined = ACCOUNT) {
  return checkMessage({ ...GOOD, ...fields }, 3, 'batch', account, NOW);
}

describe('taken', () => {
  test('a short message, with what it leaves out filled in', () => {
    expect(check({})).toEqual({
      externalId: 'm-1',
      accountId: ACCOUNT,
      contact: { id: 'wang' },
      sender: 'contact',
      senderId: null,
      senderName: null,
      type: 'text',
      content: 'hello',
      private: false,
      sentAt: new Date(GOOD.sentAt),
      batch: 'batch',
    });
  });

  test('its own account before the batch’s, a whole profile, another offset of time', () => {
    const account = newId();
    const contact = { id: 'wang', kind: 'employee', name: '王芳', vip: true };
    expect(check({ account, contact, sentAt: '2026-01-15T19:59:00+08:00' })).toMatchObject({
      accountId: account,
      contact,
      sentAt: new Date(GOOD.sentAt),
    });
  });

  test('structured content comes back as it was given', () => {
    const card = { title: '订单', lines: [{ sku: 'a', count: 2 }], paid: false, note: null };
    const taken = check({ type: 'card', content: card });
    expect('content' in taken && shownContent('card', taken.content)).toEqual(card);
  });

  test('up to five minutes ahead of our clock', () => {
    expect(check({ sentAt: '2026-01-15T12:05:00.000Z' })).toHaveProperty('externalId');
  });
});

describe('refused', () => {
  test.each([
    [{ id: undefined }, 'bad_id', '/messages/3/id'],
    [{ id: '' }, 'bad_id', '/messages/3/id'],
    [{ id: 'x'.repeat(129) }, 'bad_id', '/messages/3/id'],
    [{ id: ' x' }, 'bad_id', '/messages/3/id'],
    [{ id: 7 }, 'bad_id', '/messages/3/id'],
    [{ account: 'shop' }, 'bad_account', '/messages/3/account'],
    [{ contact: undefined }, 'bad_contact', '/messages/3/contact'],
    [{ contact: 'a\nb' }, 'bad_contact', '/messages/3/contact'],
    [{ contact: { id: 'wang', kind: 'friend' } }, 'bad_contact', '/messages/3/contact/kind'],
    [{ contact: { id: 'wang', age: 7 } }, 'bad_contact', '/messages/3/contact'],
    [{ sender: 'agent' }, 'bad_sender', '/messages/3/sender'],
    [{ senderName: '' }, 'bad_sendername', '/messages/3/senderName'],
    [{ type: 'video' }, 'bad_type', '/messages/3/type'],
    [{ content: '   ' }, 'bad_content', '/messages/3/content'],
    [{ content: 'x'.repeat(CONTENT_LIMIT + 1) }, 'bad_content', '/messages/3/content'],
    [{ content: { a: 1 } }, 'bad_content', '/messages/3/content'],
    [{ type: 'card', content: 'text' }, 'bad_content', '/messages/3/content'],
    [{ type: 'card', content: { a: 'x'.repeat(CONTENT_LIMIT) } }, 'bad_content', '/messages/3/content'],
    [{ sentAt: 'yesterday' }, 'bad_sentat', '/messages/3/sentAt'],
    [{ sentAt: '2026-01-15T11:59:00' }, 'bad_sentat', '/messages/3/sentAt'],
    [{ sentAt: '1999-12-31T23:59:59Z' }, 'sent_too_early', '/messages/3/sentAt'],
    [{ sentAt: '2026-01-15T12:05:00.001Z' }, 'sent_in_future', '/messages/3/sentAt'],
    [{ private: true }, 'bad_message', '/messages/3'],
  ])('%j by %s at %s', (fields, code, pointer) => {
    expect(check(fields)).toMatchObject({ index: 3, code, pointer, detail: expect.stringMatching(/./) });
  });

  test('without any account', () => {
    expect(checkMessage(GOOD, 0, 'batch', undefined, NOW)).toMatchObject({
      id: 'm-1',
      code: 'account_missing',
      pointer: '/messages/0/account',
    });
  });

  test.each([null, 7, 'text', []])('what is no object at all: %j', (raw) => {
    expect(checkMessage(raw, 0, 'batch', ACCOUNT, NOW)).toMatchObject({
      id: null,
      code: 'bad_message',
      pointer: '/messages/0',
    });
  });

  test('the text of a message is never repeated in its refusal', () => {
    expect(JSON.stringify(check({ content: 'card number 4111', type: 'card' }))).not.toContain('4111');
  });
});

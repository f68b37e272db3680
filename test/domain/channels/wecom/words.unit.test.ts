// What WeCom is sent of a message.
import { describe, expect, test } from 'vitest';
import { isOwnWord } from '../../../../src/domain/channels/told-message.ts';
import { partsOf, previewOf } from '../../../../src/domain/channels/wecom/words.ts';

const said = { sender: 'human', senderId: 'a', senderName: 'Li Ming', contactId: 'c', type: 'text', content: 'hello' };

describe('parts', () => {
  test('a text is sent as it is, and what somebody from outside says under their name', () => {
    expect(partsOf(said, 'en')).toEqual(['hello']);
    expect(partsOf({ ...said, sender: 'contact', senderId: 'p', senderName: '李四' }, 'zh')).toEqual(['李四: hello']);
  });

  test('structure is written out, in the language of the account', () => {
    const select = { text: '选哪个？', options: [{ title: '红', value: 'r' }] };
    expect(partsOf({ ...said, type: 'select', content: select }, 'zh')).toEqual(['选哪个？\n1. 红\n请回复序号。']);
  });

  test('a long one is cut into parts that WeCom takes whole', () => {
    const parts = partsOf({ ...said, content: '很'.repeat(2000) }, 'zh');
    expect(parts.length).toBe(3);
    expect(parts.every((part) => Buffer.byteLength(part) <= 2048)).toBe(true);
    expect(parts.join('')).toBe('很'.repeat(2000));
  });

  test('of words that were taken back there is nothing', () => {
    const { content: _, ...withdrawn } = said;
    expect(partsOf(withdrawn, 'en')).toEqual([]);
    expect(previewOf(withdrawn, 'en')).toBeNull();
    expect(previewOf({ last: { sender: 'contact', type: 'text', preview: '' } }, 'en')).toBeNull();
  });
});

test.each([
  ['the contact here', { ...said, sender: 'contact', senderId: 'c' }, true],
  ['the contact elsewhere', { ...said, sender: 'contact', senderId: null }, true],
  ['somebody from outside', { ...said, sender: 'contact', senderId: 'p' }, false],
  ['an agent', said, false],
])('the contact’s own words: %s', (_, telling, isOwn) => {
  expect(isOwnWord(telling)).toBe(isOwn);
});

test.each([
  ['a name that is known', said, 'en', { sender: 'Li Ming', preview: 'hello' }],
  ['a robot without one', { ...said, sender: 'robot', senderName: null }, 'zh', { sender: '机器人', preview: 'hello' }],
  [
    'a contact, whose name stands elsewhere',
    { last: { sender: 'contact', type: 'text', preview: 'hi' } },
    'en',
    { sender: null, preview: 'hi' },
  ],
  [
    'what is no text',
    { last: { sender: 'human', type: 'card', preview: '{"a"' } },
    'zh',
    { sender: '客服', preview: '[消息]' },
  ],
] as const)('a notice tells of %s', (_, telling, language, expected) => {
  expect(previewOf(telling, language)).toEqual(expected);
});

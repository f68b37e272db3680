// The note by which an agent in Chatwoot learns why a conversation is theirs.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NOTE_LIMIT, noteOf } from '../../../../src/domain/channels/chatwoot/note.ts';
import type { Bundle } from '../../../../src/domain/transfers/bundle.ts';

function message(content: unknown, fields: Partial<Bundle['messages'][number]> = {}): Bundle['messages'][number] {
  return {
    id: '1',
    sender: 'contact',
    senderName: null,
    type: 'text',
    content,
    sentAt: '2026-11-21T08:01:02.000Z',
    ...fields,
  };
}

const BUNDLE: Bundle = {
  version: 1,
  frozenAt: '2026-11-21T08:02:00.000Z',
  conversation: { id: '01C', epoch: 3, history: '/v1/conversations/01C/messages' },
  contact: {
    id: '01K',
    externalId: 'u-7',
    kind: 'customer',
    name: '王芳',
    department: null,
    position: '采购',
    level: 'gold',
    vip: true,
  },
  session: { id: '01S', kind: 'auto_customer_service', openedAt: '2026-11-21T08:00:00.000Z', task: null },
  reason: '客户要求人工',
  cause: { rule: 'zh.wants_person.transfer', words: ['转人工', '投诉'] },
  urgency: 4,
  advice: '先安抚，再核对订单',
  messages: [message('转人工'), message('好的，请稍候', { sender: 'robot', senderName: '小助手' })],
  earlierMessages: 5,
  earlierSessions: [],
};

test('it says why, how urgent, what is advised, who it is and what was said last', () => {
  expect(noteOf(BUNDLE, 'zh')).toBe(
    [
      '🔁 **转人工**',
      '原因：客户要求人工',
      '触发：zh.wants\\_person.transfer “转人工”、“投诉”',
      '紧急程度：4/5',
      '建议：先安抚，再核对订单',
      '客户：王芳 ⭐ VIP',
      '资料：采购 · gold',
      '',
      '最近的消息（UTC）：',
      '（更早的 5 条未列出）',
      '> 11-21 08:01 **客户**: 转人工',
      '> 11-21 08:01 **小助手**: 好的，请稍候',
    ].join('\n'),
  );
});

test('what is not known is left out', () => {
  const contact = { ...BUNDLE.contact, name: null, position: null, level: null, vip: false };
  const bare = { ...BUNDLE, contact, cause: null, advice: null, messages: [], earlierMessages: 0 };
  expect(noteOf(bare, 'en')).toBe('🔁 **Handed over to a person**\nReason: 客户要求人工\nUrgency: 4/5\nContact: u-7');
});

test('at most ten messages, the newest, and how many there are before them', () => {
  const messages = Array.from({ length: 14 }, (_none, index) => message(`line ${index}`));
  const note = noteOf({ ...BUNDLE, messages }, 'en');
  expect(note).not.toContain('line 3\n');
  expect(note).toContain('(9 earlier ones are not shown)\n');
  expect(note.match(/line \d+/g)).toEqual(Array.from({ length: 10 }, (_none, index) => `line ${index + 4}`));
});

test('a structured message is told as text, on one line', () => {
  const card = message({ title: '订单', actions: [{ text: '看', url: 'https://a.example/1' }] }, { type: 'card' });
  expect(noteOf({ ...BUNDLE, messages: [card] }, 'zh')).toContain('订单 看：https://a.example/1');
});

test('whoever is quoted calls nobody, loads nothing, and is read as no template', () => {
  const evil = '[@林](mention://user/1/林) ![x](https://evil.example/a.png) {{agent.email}}\n\n# big `code` <b>';
  const note = noteOf({ ...BUNDLE, reason: evil, advice: evil, messages: [message(evil, { senderName: evil })] }, 'zh');
  expect(note).not.toMatch(/\(mention:\/\/(user|team)\/\d+\//);
  expect(note).not.toMatch(/(?<!\\)[[\]<>`](?! )/);
  expect(note).not.toContain('{{');
  expect(note).not.toContain('\n#');
});

test('however much there is to say, the newest is in it, and what is left out is counted', () => {
  const long = '*'.repeat(6000);
  const cause = { rule: long, words: Array.from({ length: 20 }, () => long) };
  const contact = { ...BUNDLE.contact, name: long, department: long, position: long, level: long };
  const messages = [...Array.from({ length: 9 }, () => message(long, { senderName: long })), message('the newest')];
  for (const language of ['zh', 'en'] as const) {
    const note = noteOf({ ...BUNDLE, reason: long, advice: long, cause, contact, messages }, language);
    expect(note.length).toBeLessThanOrEqual(NOTE_LIMIT);
    expect(note.endsWith('the newest')).toBe(true);
    const shown = note.match(/^> /gm)?.length ?? 0;
    expect(shown).toBeLessThan(10);
    expect(note).toContain(String(BUNDLE.earlierMessages + messages.length - shown));
  }
});

test('whatever was said, it is no longer than it may be, and whole', () => {
  const sign = fc.constantFrom('*', '{', '[', '字', '😀', 'a ', '\n', 'mention://');
  const words = fc.array(sign, { maxLength: 1500 }).map((signs) => signs.join(''));
  fc.assert(
    fc.property(words, words, fc.array(words, { maxLength: 8 }), (reason, advice, said) => {
      const note = noteOf({ ...BUNDLE, reason, advice, messages: said.map((text) => message(text)) }, 'zh');
      expect(note.length).toBeLessThanOrEqual(NOTE_LIMIT);
      expect(note.isWellFormed()).toBe(true);
    }),
    { numRuns: 20 },
  );
});

// A message of Chatwoot as messages of ours: who is taken for whom, under which ids, and never later than now.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { labelChangeIn } from '../../../../src/domain/channels/chatwoot/label-change.ts';
import type { ChatwootMessage } from '../../../../src/domain/channels/chatwoot/message.ts';
import { answerSaid, saidIn, speakerOf, writerOf } from '../../../../src/domain/channels/chatwoot/said.ts';
import { checkMessage, isRefusal } from '../../../../src/domain/messages/incoming.ts';

const NOW = new Date('2026-11-21T10:00:00Z');
const PLAIN: ChatwootMessage = {
  messageId: 7,
  direction: 'incoming',
  isPrivate: false,
  contentType: 'text',
  content: 'Hello',
  contentAttributes: {},
  mark: null,
  sender: { type: 'contact', id: 5, name: 'Wang' },
  attachments: [],
  sourceId: null,
  sentAt: new Date('2026-11-21T09:59:00Z'),
};
const WANG = writerOf(5, 'Wang');

describe('who spoke', () => {
  const outgoing = (type: 'user' | 'agent_bot' | 'unknown' | null): ChatwootMessage => ({
    ...PLAIN,
    direction: 'outgoing',
    sender: type && { type, id: 1, name: 'L' },
  });
  test.each([
    ['contact', PLAIN],
    ['contact', { ...PLAIN, sender: null }],
    ['human', outgoing('user')],
    ['human', outgoing('unknown')],
    ['robot', outgoing('agent_bot')],
    ['system', outgoing(null)],
    [null, { ...outgoing('user'), isPrivate: true }],
    [null, { ...PLAIN, direction: 'activity' }],
    [null, { ...PLAIN, direction: 'template' }],
  ] as const)('%s', (speaker, message) => {
    expect(speakerOf(message)).toBe(speaker);
    expect(saidIn(message, WANG, NOW)).toHaveLength(speaker === null ? 0 : 1);
  });
});

describe('what was said', () => {
  test('words and files are messages of their own', () => {
    const attachments = [
      { type: 'image', url: 'https://x.example/a.png', name: 'a.png' },
      { type: 'audio', url: 'https://x.example/b', name: null },
    ];
    expect(saidIn({ ...PLAIN, attachments }, WANG, NOW)).toMatchObject([
      {
        id: 'chatwoot:7',
        type: 'text',
        content: 'Hello',
        contact: { id: 'chatwoot:5', name: 'Wang' },
        senderName: 'Wang',
      },
      { id: 'chatwoot:7:1', type: 'image', content: { url: 'https://x.example/a.png', name: 'a.png' } },
      { id: 'chatwoot:7:2', type: 'file', content: { url: 'https://x.example/b' } },
    ]);
    expect(saidIn({ ...PLAIN, content: ' ', attachments }, WANG, NOW).map(({ id }) => id)).toEqual([
      'chatwoot:7:1',
      'chatwoot:7:2',
    ]);
  });

  test('a clock ahead of ours says nothing of the future', () => {
    const [said] = saidIn({ ...PLAIN, sentAt: new Date('2026-11-21T11:00:00Z') }, WANG, NOW);
    expect(said?.sentAt).toBe(NOW.toISOString());
  });

  test('whatever Chatwoot lets people write is taken by ingest', () => {
    const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 400 });
    const long = words.map((text) => text.repeat(60));
    fc.assert(
      fc.property(fc.oneof(words, long), fc.oneof(fc.constant(null), words), (content, name) => {
        const message = { ...PLAIN, content, sender: { type: 'contact', id: 5, name } } as const;
        const account = '01M7ZQBHPWXNTCGHPS3WQQRT8M';
        const all = [
          ...saidIn(message, writerOf(5, name), NOW),
          answerSaid(7, content.trim() || 'x', writerOf(5, name), NOW),
        ];
        for (const said of all) expect(isRefusal(checkMessage(said, 0, 'b', account, NOW))).toBe(false);
      }),
    );
  });
});

describe('labels that were changed', () => {
  test.each([
    [[{ label_list: { previous_value: ['a', 'b'], current_value: ['b', 'c'] } }], { added: ['c'], removed: ['a'] }],
    [
      [
        { status: { previous_value: 'open', current_value: 'pending' } },
        { label_list: { previous_value: null, current_value: ['a'] } },
      ],
      { added: ['a'], removed: [] },
    ],
    [{ label_list: { previous_value: ['a'], current_value: [] } }, { added: [], removed: ['a'] }],
    [null, { added: [], removed: [] }],
    [[{ label_list: 'odd' }], { added: [], removed: [] }],
  ])('%j', (changed_attributes, expected) => {
    expect(labelChangeIn({ event: 'conversation_updated', changed_attributes })).toEqual(expected);
  });

  test('nothing that arrives makes it throw', () => {
    fc.assert(fc.property(fc.anything(), (hook) => void labelChangeIn(hook)));
  });
});

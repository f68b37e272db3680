// What each webhook of Chatwoot is read as, in both shapes in which things come; bad ones are refused, and none throws.
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { readHook } from '../../../../src/domain/channels/chatwoot/hook.ts';
import { inboxKindOf } from '../../../../src/domain/channels/chatwoot/snapshot.ts';

const CONVERSATION = {
  additional_attributes: {},
  can_reply: true,
  channel: 'Channel::WebWidget',
  contact_inbox: { id: 4, contact_id: 70, source_id: 's', pubsub_token: 'canary' },
  id: 12,
  inbox_id: 3,
  messages: [{ id: 900, message_type: 0, created_at: 1763712000 }],
  labels: ['vip'],
  meta: {
    sender: {
      id: 70,
      name: '王芳',
      email: 'w@example.com',
      phone_number: '+8613800000000',
      identifier: 'u-7',
      type: 'contact',
      pubsub_token: 'canary',
    },
    assignee: { id: 1, name: '林晓', type: 'user' },
    team: { id: 2, name: 'sales' },
    hmac_verified: false,
  },
  status: 'open',
  custom_attributes: {},
  snoozed_until: null,
  priority: 'high',
  waiting_since: 0,
  created_at: 1763711000,
  updated_at: 1763712000.25,
};
const SNAPSHOT = {
  id: 12,
  inboxId: 3,
  status: 'open',
  assignee: { id: 1, name: '林晓' },
  team: { id: 2, name: 'sales' },
  contactId: 70,
  contactName: '王芳',
  labels: ['vip'],
  priority: 'high',
  updatedAt: new Date('2025-11-21T08:00:00.250Z'),
  channel: 'Channel::WebWidget',
};
const CONTACT = { id: 70, name: '王芳', email: 'w@example.com', phone: '+8613800000000', identifier: 'u-7' };
const MESSAGE = {
  event: 'message_created',
  id: 901,
  content: '我要转人工',
  content_type: 'text',
  content_attributes: {},
  message_type: 'incoming',
  created_at: '2025-11-21T08:00:00.123Z',
  private: false,
  source_id: null,
  sender: { id: 70, name: '王芳', type: 'contact' },
  account: { id: 2, name: 'Acme' },
  inbox: { id: 3, name: 'Shop' },
  conversation: CONVERSATION,
};

describe('a message', () => {
  test('of a contact, with all that is known of it, and no token', () => {
    const hook = readHook(MESSAGE);
    expect(hook).toEqual({
      kind: 'message',
      accountId: 2,
      messageId: 901,
      conversationId: 12,
      inboxId: 3,
      contact: CONTACT,
      sender: { type: 'contact', id: 70, name: '王芳' },
      direction: 'incoming',
      isPrivate: false,
      contentType: 'text',
      content: '我要转人工',
      contentAttributes: {},
      mark: null,
      attachments: [],
      sourceId: null,
      sentAt: new Date('2025-11-21T08:00:00.123Z'),
      conversation: SNAPSHOT,
    });
    expect(JSON.stringify(hook)).not.toContain('canary');
  });

  test.each([
    ['incoming', 'incoming'],
    [0, 'incoming'],
    ['0', 'incoming'],
    ['outgoing', 'outgoing'],
    [1, 'outgoing'],
    ['activity', 'activity'],
    [2, 'activity'],
    ['template', 'template'],
    [3, 'template'],
  ])('its kind %j is %s', (given, direction) => {
    expect(readHook({ ...MESSAGE, message_type: given })).toMatchObject({ kind: 'message', direction });
  });

  test.each([
    ['2025-11-21T08:00:00Z'],
    ['2025-11-21T16:00:00+08:00'],
    ['2025-11-21T16:00:00+0800'],
    ['2025-11-21 08:00:00 UTC'],
    ['2025-11-21 08:00:00'],
    ['2025-11-21T08:00:00.000'],
    [1763712000],
    [1763712000.0],
    ['1763712000'],
    [1763712000000],
  ])('its time %j is the same moment', (given) => {
    expect(readHook({ ...MESSAGE, created_at: given })).toMatchObject({ sentAt: new Date('2025-11-21T08:00:00Z') });
  });

  test('its time does not depend on where we are', () => {
    vi.stubEnv('TZ', 'Asia/Shanghai');
    for (const created_at of ['2025-11-21 08:00:00 UTC', '2025-11-21T08:00:00'])
      expect(readHook({ ...MESSAGE, created_at })).toMatchObject({ sentAt: new Date('2025-11-21T08:00:00Z') });
    vi.unstubAllEnvs();
  });

  test('of an agent, of a robot, of nobody', () => {
    const from = (sender: unknown) => readHook({ ...MESSAGE, message_type: 'outgoing', sender });
    expect(from({ id: 1, name: '林晓', email: 'l@example.com', type: 'user' })).toMatchObject({
      sender: { type: 'user', id: 1, name: '林晓' },
      contact: CONTACT,
    });
    expect(from({ id: 5, name: 'Baton', type: 'agent_bot' })).toMatchObject({ sender: { type: 'agent_bot', id: 5 } });
    expect(from({ id: 5, name: 'Baton', type: 'AgentBot' })).toMatchObject({ sender: { type: 'agent_bot' } });
    expect(from({ id: 5, name: 'x' })).toMatchObject({ sender: { type: 'unknown', id: 5 } });
    expect(from(null)).toMatchObject({ sender: null });
  });

  test('that came in is a contact’s, though its sender has no type', () => {
    const sender = { id: 70, name: '王芳', phone_number: '+8613900000000', account: { id: 2 } };
    expect(readHook({ ...MESSAGE, sender })).toMatchObject({
      sender: { type: 'contact', id: 70 },
      contact: { ...CONTACT, phone: '+8613900000000' },
    });
  });

  test('shows its contact by its sender alone, where the conversation shows none', () => {
    const hook = readHook({ ...MESSAGE, conversation: { ...CONVERSATION, meta: {} } });
    expect(hook).toMatchObject({
      contact: { id: 70, name: '王芳', email: null },
      conversation: { contactId: 70, contactName: null, assignee: null },
    });
  });

  test('with pictures, a file and a place, and no words', () => {
    const attachments = [
      { id: 1, file_type: 'image', data_url: 'https://chat.example/blobs/a%20b/%E5%9B%BE.jpg?x=1', thumb_url: '' },
      { id: 2, file_type: 'file', data_url: 'https://chat.example/blobs/sig' },
      { id: 3, file_type: 'location', coordinates_lat: 31.2, coordinates_long: 121.5, fallback_title: '上海' },
      { id: 4, file_type: 'contact' },
    ];
    expect(readHook({ ...MESSAGE, content: null, attachments })).toMatchObject({
      content: '',
      attachments: [
        { type: 'image', url: attachments[0]?.data_url, name: '图.jpg' },
        { type: 'file', url: attachments[1]?.data_url, name: null },
        { type: 'location', url: 'geo:31.2,121.5', name: '上海' },
      ],
    });
  });

  test('of ours is known by its mark, wherever this Chatwoot kept it', () => {
    const ours = { ...MESSAGE, message_type: 'outgoing' };
    expect(readHook({ ...ours, content_attributes: { baton_mark: 'm-1' } })).toMatchObject({ mark: 'm-1' });
    expect(readHook({ ...ours, source_id: 'baton:m-1' })).toMatchObject({ mark: 'm-1', sourceId: 'baton:m-1' });
    expect(readHook({ ...ours, source_id: 'wamid.x', echo_id: 'e' })).toMatchObject({ mark: null });
  });

  test('is private where it says so', () => {
    expect(readHook({ ...MESSAGE, private: true })).toMatchObject({ isPrivate: true });
  });
});

describe('an answer', () => {
  const updated = (content_type: string, content_attributes: object) =>
    readHook({ ...MESSAGE, event: 'message_updated', message_type: 'outgoing', content_type, content_attributes });

  test('to a select is what was chosen, by its title', () => {
    const items = [{ title: '退货', value: 'refund' }];
    expect(updated('input_select', { items, submitted_values: [{ title: '退货', value: 'refund' }] })).toMatchObject({
      kind: 'answered',
      messageId: 901,
      conversationId: 12,
      text: '退货',
      values: [{ name: null, title: '退货', value: 'refund' }],
      answeredAt: SNAPSHOT.updatedAt,
    });
  });

  test('to a form is a line for each field, by its label', () => {
    const items = [
      { name: 'phone', label: '电话', type: 'text' },
      { name: 'size', label: '尺码', type: 'select', options: [{ label: '大号', value: 'L' }] },
    ];
    const submitted_values = [
      { name: 'phone', value: '13800000000' },
      { name: 'size', value: 'L' },
      { name: 'other', value: 3 },
    ];
    expect(updated('form', { items, submitted_values })).toMatchObject({
      kind: 'answered',
      text: '电话: 13800000000\n尺码: 大号\nother: 3',
    });
  });

  test('to the question for an address is the address', () => {
    expect(updated('input_email', { submitted_email: 'w@example.com' })).toMatchObject({
      kind: 'answered',
      text: 'w@example.com',
    });
  });

  test.each([
    ['nothing was answered', 'text', {}],
    ['it is empty', 'form', { submitted_values: [] }],
    ['it was deleted', 'text', { deleted: true, submitted_values: [{ title: 'a', value: 'a' }] }],
    ['it is a survey', 'input_csat', { submitted_values: [{ title: 'a', value: '5' }] }],
  ])('is none where %s', (_why, type, attributes) => {
    expect(updated(type, attributes)).toMatchObject({ kind: 'ignored', event: 'message_updated' });
  });
});

describe('a conversation', () => {
  test.each([
    'conversation_created',
    'conversation_updated',
    'conversation_status_changed',
    'conversation_opened',
    'conversation_resolved',
  ])('is read the same by %s', (event) => {
    const changed_attributes = [
      { status: { previous_value: 'pending', current_value: 'open' } },
      { updated_at: { previous_value: 'a', current_value: 'b' } },
    ];
    expect(readHook({ ...CONVERSATION, event, changed_attributes })).toEqual({
      kind: 'conversation',
      accountId: null,
      event,
      conversation: SNAPSHOT,
      contact: CONTACT,
      changed: ['status', 'updated_at'],
    });
  });

  test.each([
    [null, []],
    [undefined, []],
    [[], []],
    [{ status: ['pending', 'open'], labels: [] }, ['status', 'labels']],
  ])('with the changes %j names %j', (changed_attributes, changed) => {
    expect(readHook({ ...CONVERSATION, event: 'conversation_updated', changed_attributes })).toMatchObject({ changed });
  });

  test('as an answer shows it, with its channel further in', () => {
    const { channel, meta, ...rest } = CONVERSATION;
    expect(readHook({ ...rest, meta: { ...meta, channel }, event: 'conversation_updated' })).toMatchObject({
      conversation: { channel: 'Channel::WebWidget' },
    });
  });

  test('that a robot is assigned to has no person', () => {
    const meta = { ...CONVERSATION.meta, assignee: { id: 5, name: 'Baton' }, assignee_type: 'AgentBot' };
    expect(readHook({ ...CONVERSATION, meta, event: 'conversation_updated' })).toMatchObject({
      conversation: { assignee: null },
    });
  });

  test.each([
    ['Channel::Api', 'api'],
    ['Channel::Whatsapp', 'whatsapp'],
    ['Channel::Telegram', 'telegram'],
    ['Channel::Email', 'email'],
    ['Channel::Line', 'other'],
    ['constructor', 'other'],
    [null, 'other'],
  ])('of %s is of the kind %s', (channel, kind) => {
    expect(inboxKindOf(channel)).toBe(kind);
  });
});

test.each(['conversation_typing_on', 'contact_updated', 'webwidget_triggered', 'inbox_created', 'something_new'])(
  '%s is ignored',
  (event) => {
    expect(readHook({ event, id: 1 })).toMatchObject({ kind: 'ignored', event });
  },
);

describe('refused, and where', () => {
  test.each([
    [null, ''],
    ['text', ''],
    [[], ''],
    [{}, '/event'],
    [{ event: 7 }, '/event'],
    [{ ...MESSAGE, id: 'x' }, '/id'],
    [{ ...MESSAGE, id: -1 }, '/id'],
    [{ ...MESSAGE, message_type: 'other' }, '/message_type'],
    [{ ...MESSAGE, message_type: 9 }, '/message_type'],
    [{ ...MESSAGE, message_type: undefined }, '/message_type'],
    [{ ...MESSAGE, created_at: 'soon' }, '/created_at'],
    [{ ...MESSAGE, created_at: 0 }, '/created_at'],
    [{ ...MESSAGE, created_at: '2025-99-99T00:00:00Z' }, '/created_at'],
    [{ ...MESSAGE, created_at: 1e300 }, '/created_at'],
    [{ ...MESSAGE, conversation: null }, '/conversation'],
    [{ ...MESSAGE, conversation: { ...CONVERSATION, status: 'gone' } }, '/conversation/status'],
    [{ ...CONVERSATION, event: 'conversation_updated', id: null }, '/id'],
    [{ ...CONVERSATION, event: 'conversation_updated', inbox_id: 'a' }, '/inbox_id'],
  ])('%#: at %s', (body, where) => {
    const hook = readHook(body);
    expect(hook).toMatchObject({ kind: 'refused', where });
    expect(JSON.stringify(hook).length).toBeLessThan(500);
  });

  test('whatever arrives, something is said of it', () => {
    const event = fc.constantFrom('message_created', 'message_updated', 'conversation_updated', 'x');
    const broken = fc
      .tuple(fc.constantFrom(...Object.keys({ ...MESSAGE, ...CONVERSATION })), fc.jsonValue())
      .map(([key, value]) => ({ ...CONVERSATION, ...MESSAGE, [key]: value }));
    fc.assert(
      fc.property(fc.oneof(fc.anything(), broken), event, (body, name) => {
        const hook = readHook(typeof body === 'object' && body !== null ? { event: name, ...body } : body);
        expect(['message', 'answered', 'conversation', 'ignored', 'refused']).toContain(hook.kind);
      }),
    );
  });
});

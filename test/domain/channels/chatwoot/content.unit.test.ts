// How our messages are written to Chatwoot: rich where it takes them and the channel shows them, else as text that leaves nothing out.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentFor } from '../../../../src/domain/channels/chatwoot/content.ts';

const WIDGET = 'Channel::WebWidget';
const API = 'Channel::Api';
const WHATSAPP = 'Channel::Whatsapp';
const TELEGRAM = 'Channel::Telegram';
const MAIL = 'Channel::Email';

const CARD = {
  title: 'Blue shirt',
  description: 'Cotton, size M',
  image: 'https://shop.example/shirt.jpg',
  actions: [
    { text: 'Open', url: 'https://shop.example/shirt' },
    { text: 'Order it', payload: 'ORDER_7' },
  ],
};
const SELECT = {
  text: '请选择问题类型',
  options: [
    { title: '退货', value: 'refund' },
    { title: '物流', value: 'shipping' },
  ],
};
const FORM = {
  text: '请填写收货信息',
  fields: [
    { name: 'name', label: '姓名', type: 'text', placeholder: '收件人' },
    {
      name: 'size',
      label: '尺码?',
      type: 'select',
      default: 'L',
      options: [
        { label: '中号', value: 'M' },
        { label: '大号', value: 'L' },
      ],
    },
  ],
};
const ORDER = {
  orderId: '123456789',
  status: 'shipped',
  createdAt: '2026-10-27 14:30',
  items: [{ name: '蓝衬衫', quantity: 2, price: '529.00', image: 'https://shop.example/a.jpg' }, { name: '帽子' }],
  amount: '1058.00',
  shippingFee: 0,
  logistics: { carrier: '顺丰', trackingNumber: 'SF1' },
  remark: '周末送货',
  actions: [
    { text: '查看详情', url: 'https://shop.example/o/1' },
    { text: '联系客服', payload: 'CONTACT_SUPPORT' },
  ],
};

test('a text stays a text, in every channel and in none', () => {
  for (const channel of [WIDGET, API, WHATSAPP, MAIL, null])
    for (const type of ['text', 'system', 'constructor'])
      expect(contentFor({ type, content: 'hello\n世界' }, channel, 'zh')).toEqual({
        content: 'hello\n世界',
        contentType: 'text',
        contentAttributes: {},
      });
});

describe('rich', () => {
  test('a card with its picture, a link and words that come back', () => {
    expect(contentFor({ type: 'card', content: CARD }, WIDGET, 'en')).toMatchObject({
      contentType: 'cards',
      contentAttributes: {
        items: [
          {
            title: 'Blue shirt',
            description: 'Cotton, size M',
            media_url: 'https://shop.example/shirt.jpg',
            actions: [
              { type: 'link', text: 'Open', uri: 'https://shop.example/shirt' },
              { type: 'postback', text: 'Order it', payload: 'ORDER_7' },
            ],
          },
        ],
      },
    });
  });

  test('several cards, and only fields that Chatwoot knows', () => {
    const cards = [CARD, { title: 'Hat', sku: 'h-1', actions: [{ text: 'Buy', payload: 'HAT', style: 'primary' }] }];
    const { contentType, contentAttributes } = contentFor({ type: 'card', content: { cards, id: 7 } }, API, 'en');
    expect(contentType).toBe('cards');
    expect(contentAttributes).toEqual({
      items: [
        expect.objectContaining({ title: 'Blue shirt' }),
        { title: 'Hat', actions: [{ type: 'postback', text: 'Buy', payload: 'HAT' }] },
      ],
    });
  });

  test('a select', () => {
    const written = contentFor({ type: 'select', content: SELECT }, WIDGET, 'zh');
    expect(written).toEqual({
      content: SELECT.text,
      contentType: 'input_select',
      contentAttributes: { items: SELECT.options },
    });
    expect(contentFor({ type: 'select', content: SELECT }, WHATSAPP, 'zh')).toEqual(written);
    expect(contentFor({ type: 'select', content: SELECT }, TELEGRAM, 'zh')).toEqual(written);
  });

  test('a form; in the widget, which shows nothing above it, it begins with what it is for', () => {
    const [first, second] = FORM.fields;
    expect(contentFor({ type: 'form', content: FORM }, API, 'zh')).toEqual({
      content: FORM.text,
      contentType: 'form',
      contentAttributes: { items: [first, second] },
    });
    expect(contentFor({ type: 'form', content: FORM }, WIDGET, 'zh').contentAttributes).toEqual({
      items: [{ ...first, label: '请填写收货信息\n姓名' }, second],
    });
  });

  test('an order with its text, told in the card as well, and its actions', () => {
    const { content, contentType, contentAttributes } = contentFor(
      { type: 'order_card', content: ORDER },
      WIDGET,
      'zh',
    );
    expect(content).toBe(
      [
        '📦 **订单状态：已发货**',
        '📝 **订单号：**123456789',
        '📅 **下单时间：**2026-10-27 14:30',
        '**商品详情**',
        '▫️ 蓝衬衫 × 2 ¥529.00 https://shop.example/a.jpg',
        '▫️ 帽子',
        '💰 **实付：**¥1058.00（含运费 ¥0）',
        '🚚 **物流信息**',
        '承运商：顺丰',
        '单号：SF1',
        '📋 **备注：**周末送货',
      ].join('\n'),
    );
    expect(contentType).toBe('cards');
    expect(contentAttributes).toEqual({
      items: [
        {
          title: '订单号：123456789',
          description: content.replaceAll('**', ''),
          media_url: 'https://shop.example/a.jpg',
          actions: [
            { type: 'link', text: '查看详情', uri: 'https://shop.example/o/1' },
            { type: 'postback', text: '联系客服', payload: 'CONTACT_SUPPORT' },
          ],
        },
      ],
    });
  });
});

describe('as text, where the channel or Chatwoot takes no more', () => {
  const textOf = (type: string, content: unknown, channel: string | null = MAIL, language: 'zh' | 'en' = 'en') => {
    const written = contentFor({ type, content }, channel, language);
    expect(written).toMatchObject({ contentType: 'text', contentAttributes: {} });
    return written.content;
  };

  test('a card', () => {
    const text =
      'Blue shirt\nCotton, size M\nhttps://shop.example/shirt.jpg\nOpen: https://shop.example/shirt\nOrder it (reply "Order it")';
    for (const channel of [MAIL, WHATSAPP, TELEGRAM, null, 'Channel::New'])
      expect(textOf('card', CARD, channel)).toBe(text);
    expect(textOf('card', { cards: [CARD, { title: 'Hat' }] }, WIDGET)).toBe(`${text}\n\nHat`);
  });

  test('a card without actions, even in the widget, for Chatwoot refuses it', () => {
    expect(textOf('card', { title: 'Hat', description: 'Red' }, WIDGET)).toBe('Hat\nRed');
    expect(textOf('card', { title: 'Hat', actions: [] }, WIDGET)).toBe('Hat');
    expect(textOf('order_card', { orderId: 7 }, WIDGET, 'zh')).toBe('📝 订单号：7');
  });

  test('a select, its options numbered', () => {
    expect(textOf('select', SELECT, MAIL, 'zh')).toBe('请选择问题类型\n1. 退货\n2. 物流\n请回复序号。');
    expect(textOf('select', SELECT, MAIL, 'en')).toContain('Please reply with a number.');
  });

  test.each([
    ['more options than WhatsApp lists', WHATSAPP, { ...SELECT, options: many(11, () => 'a') }],
    ['a title too long for its buttons', WHATSAPP, { ...SELECT, options: [{ title: 'x'.repeat(21), value: 'a' }] }],
    ['a title too long for its list', WHATSAPP, { ...SELECT, options: many(4, () => 'x'.repeat(25)) }],
    ['a text too long for it', WHATSAPP, { ...SELECT, text: 'x'.repeat(1025) }],
    ['a value too long for Telegram', TELEGRAM, { ...SELECT, options: [{ title: 'a', value: '值'.repeat(22) }] }],
  ])('a select with %s', (_what, channel, content) => {
    expect(textOf('select', content, channel)).toContain('1. ');
  });

  test('but a select that just fits is one', () => {
    const list = { ...SELECT, options: many(10, () => 'x'.repeat(24)) };
    expect(contentFor({ type: 'select', content: list }, WHATSAPP, 'en').contentType).toBe('input_select');
    const longest = { ...SELECT, options: [{ title: 'a', value: `${'值'.repeat(21)}a` }] };
    expect(contentFor({ type: 'select', content: longest }, TELEGRAM, 'en').contentType).toBe('input_select');
  });

  test('a form, its fields as questions', () => {
    expect(textOf('form', FORM, WHATSAPP, 'zh')).toBe(
      '请填写收货信息\n请回复以下信息：\n1. 姓名：（收件人）\n2. 尺码?（可选：中号 / 大号；默认：大号）',
    );
    expect(textOf('form', { fields: [{ name: 'a', label: 'Your name', type: 'text' }] })).toBe(
      'Please reply with the following:\n1. Your name:',
    );
  });

  test('an order, plainly, with what is known of it and nothing else', () => {
    expect(textOf('order_card', ORDER, WHATSAPP, 'zh').split('\n').slice(-2)).toEqual([
      '查看详情：https://shop.example/o/1',
      '联系客服（请回复“联系客服”）',
    ]);
    const english = { orderId: 'A-7', title: 'Your order', status: 'paid', amount: 12.5, currency: 'USD' };
    expect(textOf('order_card', english)).toBe('Your order\n💰 Status: paid\n📝 Order: A-7\n💰 Paid: $12.5');
    expect(textOf('order_card', { orderId: 'A', status: 'constructor', currency: 'SEK', shippingFee: '1' })).toBe(
      '📦 Status: constructor\n📝 Order: A\n💰 (shipping SEK 1 included)',
    );
  });

  test('a picture and a file by their addresses', () => {
    expect(textOf('image', { url: 'https://x.example/a.png', text: 'Done', width: 3 }, WIDGET)).toBe(
      '[Image]\nDone\nhttps://x.example/a.png',
    );
    expect(textOf('file', { url: 'https://x.example/a.pdf', name: '发票.pdf' }, WIDGET, 'zh')).toBe(
      '[文件] 发票.pdf\nhttps://x.example/a.pdf',
    );
  });

  test('a structure that we do not know, line by line', () => {
    expect(textOf('constructor', { a: 1 }, WIDGET)).toBe('a: 1');
    expect(textOf('card', { heading: 'A', rows: [{ sku: 1 }], paid: false, note: null }, WIDGET)).toBe(
      'heading: A\nrows:\n  0:\n    sku: 1\npaid: false\nnote: null',
    );
  });

  test('a link that a browser would run is never made a button', () => {
    const content = { title: 'a', actions: [{ text: 'b', url: 'javascript:alert(1)' }] };
    expect(textOf('card', content, WIDGET)).toContain('javascript:alert(1)');
  });
});

function many(count: number, title: () => string) {
  return Array.from({ length: count }, (_none, index) => ({ title: title(), value: `v${index}` }));
}

test('no words are read as a template', () => {
  for (const text of ['{{contact.email}}', 'a {% raw %} b', '{{{x}}}', '{ {{']) {
    const { content } = contentFor({ type: 'text', content: text }, WIDGET, 'en');
    expect(content).not.toMatch(/\{[{%]/);
    expect(content.replaceAll('\u2060', '')).toBe(text);
  }
  expect(contentFor({ type: 'text', content: '{"a":{"b":1}}' }, WIDGET, 'en').content).toBe('{"a":{"b":1}}');
});

describe('whatever is given', () => {
  const words = fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }).filter((text) => text.trim() !== '');
  const url = fc.constantFrom('https://a.example/1', 'http://b.example');
  const action = fc.oneof(fc.record({ text: words, url }), fc.record({ text: words, payload: words }));
  const card = fc.record({ title: words, description: words, image: url, actions: fc.array(action, { maxLength: 3 }) });
  const option = fc.record({ title: words, value: words });
  const choice = fc.record({ label: words, value: words });
  const field = fc.record({
    name: words,
    label: words,
    type: fc.constantFrom('text', 'select', 'email'),
    options: fc.array(choice, { minLength: 1, maxLength: 3 }),
  });
  const message = fc.oneof(
    fc.record({
      type: fc.constant('card'),
      content: fc.oneof(card, fc.record({ cards: fc.array(card) })),
    }),
    fc.record({
      type: fc.constant('select'),
      content: fc.record({ text: words, options: fc.array(option, { maxLength: 12 }) }),
    }),
    fc.record({
      type: fc.constant('form'),
      content: fc.record({ text: words, fields: fc.array(field, { maxLength: 4 }) }),
    }),
    fc.record({
      type: fc.constant('order_card'),
      content: fc.record({ orderId: words, actions: fc.array(action) }),
    }),
    fc.record({
      type: fc.constantFrom('card', 'form', 'image'),
      content: fc.dictionary(words, fc.jsonValue()),
    }),
  );
  const channel = fc.constantFrom(WIDGET, API, WHATSAPP, TELEGRAM, MAIL, null);

  test('what is written is never refused by Chatwoot for its shape', () => {
    fc.assert(
      fc.property(message, channel, fc.constantFrom<('zh' | 'en')[]>('zh', 'en'), (given, where, language) => {
        const { content, contentType, contentAttributes } = contentFor(given, where, language);
        expect(typeof content).toBe('string');
        expect(whatIsWrong(contentType, contentAttributes)).toBeNull();
      }),
    );
  });

  test('as text every word that a person would read is there', () => {
    fc.assert(
      fc.property(card, fc.constantFrom<('zh' | 'en')[]>('zh', 'en'), (given, language) => {
        const { content } = contentFor({ type: 'card', content: given }, MAIL, language);
        const parts = given.actions.flatMap((each) => ('url' in each ? [each.text, each.url] : [each.text]));
        for (const part of [given.title, given.description, given.image, ...parts])
          expect(content.replaceAll('\u2060', '')).toContain(part.trim());
      }),
    );
  });
});

/** Chatwoot's validator, as its source has it. */
function whatIsWrong(contentType: string, attributes: Readonly<Record<string, unknown>>): string | null {
  if (contentType === 'text') return Object.keys(attributes).length === 0 ? null : 'a text has no attributes';
  const items: unknown = attributes.items;
  if (!Array.isArray(items) || items.length === 0) return 'at least one item is required';
  if (contentType === 'input_select') return onlyKeys(items, ['title', 'value']);
  if (contentType !== 'cards') return null;
  if (items.some(({ actions }) => !Array.isArray(actions) || actions.length === 0)) return 'missing actions';
  const actions = items.flatMap((item) => item.actions);
  return (
    onlyKeys(items, ['title', 'description', 'media_url', 'actions']) ??
    onlyKeys(actions, ['text', 'type', 'payload', 'uri'])
  );
}

function onlyKeys(items: readonly object[], known: readonly string[]): string | null {
  return items.flatMap((item) => Object.keys(item)).find((key) => !known.includes(key)) ?? null;
}

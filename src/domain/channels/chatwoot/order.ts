// An order as a text: what is known of it and nothing else, each thing on a line of its own.
import type { Language } from '../../accounts/settings.ts';
import type { OrderCard } from './structure.ts';

/** @param strong how what stands out is written: as Markdown where it is shown as such. */
export function orderText(order: OrderCard, language: Language, strong: (words: string) => string = plainly): string {
  const words = WORDS[language];
  const sign = signOf(order.currency, language);
  const status = order.statusText ?? wordIn(words.statuses, order.status) ?? order.status;
  const emoji = wordIn(STATUS_SIGNS, order.status) ?? '📦';
  return [
    order.title,
    status && `${emoji} ${strong(`${words.status}${status}`)}`,
    `📝 ${strong(words.order)}${order.orderId}`,
    order.createdAt && `📅 ${strong(words.createdAt)}${order.createdAt}`,
    ...itemLines(order, words.items, sign, strong),
    amountLine(order, words, sign, strong),
    ...logisticsLines(order, words, strong),
    order.remark && `📋 ${strong(words.remark)}${order.remark}`,
  ]
    .filter((line) => line !== undefined && line !== '')
    .join('\n');
}

export function orderTitle({ title, orderId }: OrderCard, language: Language): string {
  return title ?? `${WORDS[language].order}${orderId}`;
}

type Strong = (words: string) => string;
type Words = Readonly<Record<'status' | 'order' | 'createdAt' | 'items' | 'amount' | 'remark' | 'logistics', string>> &
  Readonly<Record<'carrier' | 'trackingNumber', string>> & {
    readonly shipping: (fee: string) => string;
    readonly statuses: Readonly<Record<string, string>>;
  };

function itemLines({ items = [] }: OrderCard, heading: string, sign: string, strong: Strong): string[] {
  if (items.length === 0) return [];
  const lines = items.map(({ name, quantity, price, image }) =>
    [
      `▫️ ${name}`,
      quantity !== undefined && `× ${quantity}`,
      price !== undefined && `${sign}${price}`,
      image !== undefined && image,
    ]
      .filter((part) => part !== false)
      .join(' '),
  );
  return [strong(heading), ...lines];
}

function amountLine(
  { amount, shippingFee }: OrderCard,
  words: Words,
  sign: string,
  strong: Strong,
): string | undefined {
  const fee = shippingFee === undefined ? '' : words.shipping(`${sign}${shippingFee}`);
  if (amount !== undefined) return `💰 ${strong(words.amount)}${sign}${amount}${fee}`;
  return fee === '' ? undefined : `💰 ${fee.trim()}`;
}

function logisticsLines({ logistics }: OrderCard, words: Words, strong: Strong): string[] {
  const { carrier, trackingNumber } = logistics ?? {};
  const lines = [
    ...(carrier === undefined ? [] : [`${words.carrier}${carrier}`]),
    ...(trackingNumber === undefined ? [] : [`${words.trackingNumber}${trackingNumber}`]),
  ];
  return lines.length === 0 ? [] : [`🚚 ${strong(words.logistics)}`, ...lines];
}

const SIGNS: Readonly<Record<string, string>> = { CNY: '¥', USD: '$', EUR: '€', GBP: '£' };

function signOf(currency: string | undefined, language: Language): string {
  if (currency === undefined) return language === 'zh' ? '¥' : '';
  return SIGNS[currency] ?? `${currency} `;
}

/** Upstream's words may be any, such as the name of what every object has. */
function wordIn(table: Readonly<Record<string, string>>, word: string | undefined): string | undefined {
  return word !== undefined && Object.hasOwn(table, word) ? table[word] : undefined;
}

function plainly(words: string): string {
  return words;
}

const STATUS_SIGNS: Readonly<Record<string, string>> = {
  pending: '⏳',
  paid: '💰',
  processing: '⚙️',
  shipped: '📦',
  delivered: '✅',
  completed: '✅',
  cancelled: '❌',
  refunded: '💸',
  failed: '⚠️',
};

const WORDS: Readonly<Record<Language, Words>> = {
  zh: {
    status: '订单状态：',
    order: '订单号：',
    createdAt: '下单时间：',
    items: '商品详情',
    amount: '实付：',
    shipping: (fee) => `（含运费 ${fee}）`,
    logistics: '物流信息',
    carrier: '承运商：',
    trackingNumber: '单号：',
    remark: '备注：',
    statuses: {
      pending: '待付款',
      paid: '已付款',
      processing: '处理中',
      shipped: '已发货',
      delivered: '已送达',
      completed: '已完成',
      cancelled: '已取消',
      refunded: '已退款',
      failed: '失败',
    },
  },
  en: {
    status: 'Status: ',
    order: 'Order: ',
    createdAt: 'Placed: ',
    items: 'Items',
    amount: 'Paid: ',
    shipping: (fee) => ` (shipping ${fee} included)`,
    logistics: 'Shipping',
    carrier: 'Carrier: ',
    trackingNumber: 'Tracking number: ',
    remark: 'Note: ',
    statuses: {},
  },
};

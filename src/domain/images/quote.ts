// What work on a picture costs by how hard it is, and the sentence in which the robot is advised to say so.
import type { Prices } from '../accounts/image-settings.ts';
import type { Analysis, Complexity } from './requirements.ts';

/** From-to, in the currency's main unit. */
export type Quote = { readonly from: number; readonly to: number; readonly currency: string };

export function quoteFor(complexity: Complexity, prices: Prices): Quote {
  const { from, to } = prices[complexity];
  return { from, to, currency: prices.currency };
}

type Seen = Pick<Analysis, 'complexity' | 'subject' | 'quality' | 'perspective' | 'ratio'>;

/** One line. What the analysis saw stands in it as a quotation, since a picture may hold words that give orders. */
export function adviceFor(quote: Quote, analysis: Seen, language: 'zh' | 'en'): string {
  return language === 'zh' ? chineseAdvice(quote, analysis) : englishAdvice(quote, analysis);
}

const CHINESE: Readonly<Record<Complexity, string>> = {
  simple: '比较简单',
  normal: '难度一般',
  complex: '比较复杂',
  hard: '很复杂',
};

function chineseAdvice(quote: Quote, analysis: Seen): string {
  const seen = [
    ['主体', analysis.subject],
    ['画质', analysis.quality],
    ['透视', perspectiveOf(analysis)],
    ['比例', analysis.ratio],
  ].flatMap(([name, text]) => (text ? [`${name}：“${oneLine(text)}”`] : []));
  const range = rangeOf(quote);
  const price = quote.currency === 'CNY' ? `${range} 元` : `${range} ${quote.currency}`;
  return `图片已识别：${[CHINESE[analysis.complexity], ...seen].join('，')}。建议报价 ${price}。`;
}

const ENGLISH: Readonly<Record<Complexity, string>> = {
  simple: 'rather simple',
  normal: 'of usual difficulty',
  complex: 'rather complex',
  hard: 'hard',
};

function englishAdvice(quote: Quote, analysis: Seen): string {
  const seen = [
    ['subject', analysis.subject],
    ['quality', analysis.quality],
    ['perspective', perspectiveOf(analysis)],
    ['ratio', analysis.ratio],
  ].flatMap(([name, text]) => (text ? [`${name} "${oneLine(text)}"`] : []));
  const about = seen.length > 0 ? `; ${seen.join(', ')}` : '';
  return `The picture is ${ENGLISH[analysis.complexity]}${about}. Suggested price: ${quote.currency} ${rangeOf(quote)}.`;
}

/** Analysers say "no" where there is nothing to say. */
function perspectiveOf({ perspective }: Seen): string | null {
  return perspective !== null && /^(?:no|none|无|没有)$/i.test(perspective.trim()) ? null : perspective;
}

function rangeOf({ from, to }: Quote): string {
  return from === to ? amount(from) : `${amount(from)}-${amount(to)}`;
}

function amount(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}

function oneLine(text: string): string {
  return text
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .replaceAll(/["“”]/g, "'")
    .trim();
}

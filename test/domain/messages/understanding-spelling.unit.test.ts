// How mistyped words are read before any rule looks, and which words are left alone.
import { describe, expect, test } from 'vitest';
import { misspeltChinese, spacings } from '../../../src/domain/messages/misspelt-chinese.ts';
import { misspeltEnglish } from '../../../src/domain/messages/misspelt-english.ts';
import { type Correction, corrected, normalForm, originOf } from '../../../src/domain/messages/normal-form.ts';

function read(text: string, ...ways: readonly ((text: string) => Correction[])[]): string {
  return ways.reduce((form, find) => corrected(form, find(form.text)), normalForm(text, 4000)).text;
}

describe('the normal form', () => {
  test.each([
    ['ＡＢＣ１２３！？', 'abc123!?'],
    ['轉人工客服，謝謝', '转人工客服,谢谢'],
    ['a\u200bb\u00adc', 'abc'],
    ['a  \t b\u3000c\nd', 'a b c\nd'],
    ['don’t', "don't"],
    ['①㈱ﬁ', '1(株)fi'],
    ['İx', 'i\u0307x'],
  ])('%j is read as %j', (typed, form) => {
    expect(normalForm(typed, 4000).text).toBe(form);
  });

  test('each place leads back to where it was typed', () => {
    const form = normalForm('😀 ㍿  转\u200b人工', 4000);
    const at = form.text.indexOf('转人工');
    expect(originOf(form, at, at + 3)).toEqual({ from: 6, to: 10 });
    expect(originOf(form, form.text.indexOf('株'), form.text.indexOf('社') + 1)).toEqual({ from: 3, to: 4 });
  });
});

describe('English', () => {
  test.each([
    ['agnet', 'agent'],
    ['asistant', 'assistant'],
    ['assitent', 'assistant'],
    ['ooerator', 'operator'],
    ['represenative', 'representative'],
    ['custmer servise', 'customer service'],
    ['talkto a humna', 'talk to a human'],
    ['uhelp', 'u help'],
    ['speak tos omeone', 'speak to someone'],
    ['opera tor', 'operator'],
    ['humaaaan', 'human'],
    ['neeeed', 'need'],
  ])('%s is read as %s', (typed, meant) => {
    expect(read(typed, misspeltEnglish)).toBe(meant);
  });

  test.each([
    'contract assistance service operation prison taking walking what that chart reason season agency agenda urgency',
    'mean within incorrect forgot direction immediate excessive discussing the into inform about a part apartment',
    'charge chance change honey count older border shopping upgrade peak steak walk tall task wish',
  ])('%s: other words are left alone', (text) => {
    expect(read(text, misspeltEnglish)).toBe(text);
  });

  test('a word longer than any is left alone', () => {
    expect(misspeltEnglish('assistant'.repeat(10))).toEqual([]);
  });
});

describe('Chinese', () => {
  test.each([
    ['转人公', '转人工'],
    ['转接人功吧', '转接人工吧'],
    ['传人工', '转人工'],
    ['转任工', '转人工'],
    ['转入工', '转人工'],
    ['人公客服', '人工客服'],
    ['转人公客福', '转人工客服'],
    ['人工克服', '人工客服'],
    ['找客付', '找客服'],
    ['转真仁', '转真人'],
    ['zhuanrengong', '转人工'],
    ['转ren工', '转人工'],
    ['人 工 客 服', '人工客服'],
    ['转*人*工', '转人工'],
    ['转 人工', '转人工'],
    ['我要投拆', '我要投诉'],
    ['退欵', '退款'],
  ])('%s is read as %s', (typed, meant) => {
    expect(read(typed, spacings, misspeltChinese)).toBe(meant);
  });

  test.each([
    '转入公司账户',
    '转入工商银行',
    '克服困难',
    '请转人公司',
    '个人公积金',
    '传说',
    '专业人士',
    '你好 人工',
    '客户副总',
    '抓人',
  ])('%s is left alone', (text) => {
    expect(read(text, spacings, misspeltChinese)).toBe(text);
  });
});

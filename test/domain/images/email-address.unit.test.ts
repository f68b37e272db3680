// Which address a contact wrote: a table of real spellings, slips and traps, and that an address among Chinese is found exactly.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressesIn, checkAddress, type Found, spelled } from '../../../src/domain/images/email-address.ts';
import { hostMeant, isMailHost, MAIL_HOSTS } from '../../../src/domain/images/mail-hosts.ts';

const one = (address: string): Found => ({ kind: 'one', address });
const several = (...addresses: string[]): Found => ({ kind: 'several', addresses });
const typo = (address: string, meant: string): Found => ({ kind: 'typo', address, meant });
const NONE: Found = { kind: 'none' };
const INCOMPLETE = { kind: 'incomplete' } as const;

describe('an address is found', () => {
  test.each([
    ['abc@qq.com', 'abc@qq.com'],
    ['我的邮箱abc@qq.com谢谢', 'abc@qq.com'],
    ['发到ａｂｃ＠ｑｑ．ｃｏｍ吧', 'abc@qq.com'],
    ['abc\u200b@qq\u200b.com', 'abc@qq.com'],
    ['abc@qq。com', 'abc@qq.com'],
    ['abc@vip。qq。com', 'abc@vip.qq.com'],
    ['abc@qq，com', 'abc@qq.com'],
    ['abc @ qq . com', 'abc@qq.com'],
    ['abc@ qq.com', 'abc@qq.com'],
    ['abc @qq.com', 'abc@qq.com'],
    ['abc@qq .com', 'abc@qq.com'],
    ['abc@@qq.com', 'abc@qq.com'],
    ['abc@qq..com', 'abc@qq.com'],
    ['abc(at)qq.com', 'abc@qq.com'],
    ['abc [at] gmail [dot] com', 'abc@gmail.com'],
    ['abc艾特qq点com', 'abc@qq.com'],
    ['abc 艾特 qq 点 com', 'abc@qq.com'],
    ['my email is john at gmail.com', 'john@gmail.com'],
    ['john at gmail dot com', 'john@gmail.com'],
    ['Abc.Def@QQ.COM', 'Abc.Def@qq.com'],
    ['abc@qq.com。', 'abc@qq.com'],
    ['abc@qq.com, thanks', 'abc@qq.com'],
    ['abc@qq.com. Thanks!', 'abc@qq.com'],
    ['“abc@qq.com”', 'abc@qq.com'],
    ["'abc@qq.com'", 'abc@qq.com'],
    ['<abc@qq.com>', 'abc@qq.com'],
    ['mailto:abc@qq.com', 'abc@qq.com'],
    ['邮箱：12345678@qq.com', '12345678@qq.com'],
    ['邮箱-abc@qq.com', 'abc@qq.com'],
    ['email - abc@qq.com', 'abc@qq.com'],
    ['abc@qq.com-谢谢', 'abc@qq.com'],
    ['abc@qq.com abc@QQ.com', 'abc@qq.com'],
    ['ABC@qq.com，再说一遍abc@qq.com', 'ABC@qq.com'],
    ["o'brien@company.ie", "o'brien@company.ie"],
    ['first.last+tag@mail.tsinghua.edu.cn', 'first.last+tag@mail.tsinghua.edu.cn'],
    ['zhang_san@foo-bar.co.uk', 'zhang_san@foo-bar.co.uk'],
    ['效果ok。abc@qq.com', 'abc@qq.com'],
    ['Thanks. abc@qq.com', 'abc@qq.com'],
    ['abc@company.com, me too', 'abc@company.com'],
    ['abc@mail.com. Com on', 'abc@mail.com'],
    ['abc@mail.com, cn', 'abc@mail.com'],
    ['共30元，发abc@163.com', 'abc@163.com'],
    ['订单12345678，邮箱abc@126.com', 'abc@126.com'],
    ['见 https://shop.com/@li 发 abc@qq.com', 'abc@qq.com'],
    ['@客服 发到abc@qq.com', 'abc@qq.com'],
    ['photo@2x.png 发到 abc@qq.com', 'abc@qq.com'],
    ['abc@mail.com', 'abc@mail.com'],
    ['abc@ymail.com', 'abc@ymail.com'],
    ['abc@yahoo.com.cn', 'abc@yahoo.com.cn'],
    ['abc@yahoo.co.uk', 'abc@yahoo.co.uk'],
    ['abc@live.cn', 'abc@live.cn'],
    ['abc@startup.io', 'abc@startup.io'],
    ['abc@company.co', 'abc@company.co'],
    ['是abc@qq.com不是abc@qq.con', 'abc@qq.com'],
  ])('%s', (text, address) => {
    expect(addressesIn(text)).toEqual(one(address));
  });
});

describe('a likely slip is asked back', () => {
  test.each([
    ['abc@qq.con', 'abc@qq.con', 'abc@qq.com'],
    ['abc@qq.cmo', 'abc@qq.cmo', 'abc@qq.com'],
    ['abc@qq.comm', 'abc@qq.comm', 'abc@qq.com'],
    ['abc@qq.cm', 'abc@qq.cm', 'abc@qq.com'],
    ['abc@qq.com.cn', 'abc@qq.com.cn', 'abc@qq.com'],
    ['abc@163.con', 'abc@163.con', 'abc@163.com'],
    ['abc@1633.com', 'abc@1633.com', 'abc@163.com'],
    ['邮箱abc@gamil.com谢谢', 'abc@gamil.com', 'abc@gmail.com'],
    ['abc@gmial.com', 'abc@gmial.com', 'abc@gmail.com'],
    ['abc@gmai.com', 'abc@gmai.com', 'abc@gmail.com'],
    ['abc@gamil.con', 'abc@gamil.con', 'abc@gmail.com'],
    ['abc@gmail.co', 'abc@gmail.co', 'abc@gmail.com'],
    ['abc@hotmial.com', 'abc@hotmial.com', 'abc@hotmail.com'],
    ['abc@outlok.com', 'abc@outlok.com', 'abc@outlook.com'],
    ['abc@icould.com', 'abc@icould.com', 'abc@icloud.com'],
    ['abc@work.con', 'abc@work.con', 'abc@work.com'],
    ['www.abc@qq.com', 'www.abc@qq.com', 'abc@qq.com'],
    ['abc@qq.com.Thanks', 'abc@qq.com.thanks', 'abc@qq.com'],
    ['abc@qq.comthanks', 'abc@qq.comthanks', 'abc@qq.com'],
    ['abc@qq.com123456', 'abc@qq.com123456', 'abc@qq.com'],
    ['abc#qq.com', 'abc#qq.com', 'abc@qq.com'],
    ['abc@qq', 'abc@qq', 'abc@qq.com'],
    ['abc@163com', 'abc@163com', 'abc@163.com'],
    ['12345678qq.com', '12345678qq.com', '12345678@qq.com'],
  ])('%s', (text, address, meant) => {
    expect(addressesIn(text)).toEqual(typo(address, meant));
  });

  test('never for a host that is known itself', () => {
    expect([...MAIL_HOSTS, 'sina.cn', 'yahoo.fr', 'hotmail.co.uk'].filter((host) => hostMeant(host) !== null)).toEqual(
      [],
    );
    expect(MAIL_HOSTS.every(isMailHost)).toBe(true);
  });

  test.each(['company.com', 'mit.edu', 'tsinghua.edu.cn', 'bbc.co.uk', 'aa.com', 'proton.me', 'x.ai'])(
    'nor for %s',
    (host) => {
      expect(hostMeant(host)).toBeNull();
    },
  );
});

describe('several are told as several', () => {
  test.each([
    ['abc@qq.com 或者 def@163.com', ['abc@qq.com', 'def@163.com']],
    ['abc@qq.com/def@163.com', ['abc@qq.com', 'def@163.com']],
    ['abc@qq.com和abc@163.com都行', ['abc@qq.com', 'abc@163.com']],
    ['a@qq.com,b@qq.com,c@qq.com', ['a@qq.com', 'b@qq.com', 'c@qq.com']],
  ])('%s', (text, addresses) => {
    expect(addressesIn(text)).toEqual(several(...addresses));
  });
});

describe('what is not whole is asked for, not guessed', () => {
  test.each([
    'QQ邮箱 12345678',
    '邮箱是12345678',
    'QQ号12345678',
    '邮箱：zhangsan123',
    'email is john123',
    'my email: johnny',
    'a@b',
    'abc@gmial',
    '@qq.com',
    'abc@',
    'zhang_san@公司.com',
    'müller@gmx.de',
    'josé@gmail.com',
    'zhang . san@qq.com',
    'abc@def@qq.com',
    'abc.@qq.com',
  ])('%s', (text) => {
    expect(addressesIn(text)).toMatchObject(INCOMPLETE);
  });
});

describe('what only looks like one is none', () => {
  test.each([
    '',
    '@客服',
    '@客服 在吗',
    'ok@客服',
    'hi @john see you',
    'thanks @support.team',
    'ping @all',
    'hi@all',
    '3个@50元',
    '5 @ $10',
    '9.9元@2件',
    '12345678',
    '订单号12345678',
    '电话13812345678',
    'photo@2x.png',
    'icon@3x.webp',
    'logo@1.5x.png',
    'a@b.png',
    'https://medium.com/@name',
    'https://x.com/?to=abc@qq.com',
    'ftp://user:pass@host.com/file',
    'git@github.com:owner/repo',
    'npm i react@18.2.0',
    'npm i @google/genai',
    '@_@',
    'look at gmail.com',
    'meet us @ example.com',
    'abc@192.168.1.1',
    '邮箱是什么',
    'QQ邮箱可以吗',
    'email me please',
    'the email is fine',
    '我的邮箱改了',
    '16:9',
    'QQ群在哪',
    '发邮件要10元',
  ])('%s', (text) => {
    expect(addressesIn(text)).toEqual(NONE);
  });
});

describe('any text', () => {
  const han = fc.stringMatching(/^[\u4e00-\u9fa5，。！？、“”]{0,20}$/).filter((text) => !/点|艾特|圈/.test(text));
  const local = fc.stringMatching(/^[a-z0-9]([a-z0-9_-]{0,12}[a-z0-9])?$/).filter((text) => !text.startsWith('www'));
  const host = fc.constantFrom(...MAIL_HOSTS, 'company.com', 'mail.tsinghua.edu.cn', 'foo-bar.co.uk');

  test('an address among Chinese without a space is found exactly', () => {
    fc.assert(
      fc.property(han, local, host, han, (before, name, at, after) => {
        expect(addressesIn(`${before}${name}@${at}${after}`)).toEqual(one(`${name}@${at}`));
      }),
      { numRuns: 300 },
    );
  });

  test('is read without a throw, the same in all of its forms, and no more than needed is looked at', () => {
    const sign = fc.constantFrom(
      '@',
      '＠',
      '.',
      '。',
      'qq',
      'com',
      ' ',
      '邮箱',
      'a',
      '1',
      '#',
      '\u200b',
      '艾特',
      '点',
      ',',
    );
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.array(sign, { maxLength: 12 }).map((signs) => signs.join('')),
    );
    fc.assert(
      fc.property(text, (words) => {
        const found = addressesIn(words);
        expect(addressesIn(words.normalize('NFKC'))).toEqual(found);
        expect(addressesIn(spelled(words))).toEqual(found);
        if (found.kind === 'one') expect(checkAddress(found.address)).toEqual(found);
      }),
      { numRuns: 500 },
    );
  });

  test('however long, is looked at only in part', () => {
    expect(addressesIn(`${'好'.repeat(4000)}abc@qq.com`)).toEqual(NONE);
  });
});

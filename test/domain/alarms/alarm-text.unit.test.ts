// The message to operators: it always fits, tears nothing, leaves nothing uncounted, and what comes from outside cannot speak in it.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Alarm, alarmText } from '../../../src/domain/alarms/alarm-text.ts';

const ALARM: Alarm = {
  code: 'transfer_not_taken',
  detail: 'Nobody took the transfer',
  account: '示例商店',
  contact: '李雷',
  count: 12,
  firstAt: new Date('2026-03-01T09:12:30Z'),
  lastAt: new Date('2026-03-01T09:40:00Z'),
};

const nasty = fc.oneof(
  fc.constantFrom(
    '👨‍👩‍👧‍👦',
    '🇨🇳',
    '图片',
    'e\u0301',
    '\ud800',
    '\udc00',
    '<@all>',
    '**',
    '\n',
    '`',
    '[a](b)',
    '\u202e',
    ' ',
    'Zz',
  ),
  fc.string({ unit: 'binary' }),
);
const texts = fc.array(nasty, { maxLength: 1500 }).map((parts) => parts.join(''));
const shorts = fc.array(nasty, { maxLength: 60 }).map((parts) => parts.join(''));
const dates = fc.date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true });

function alarms(details: fc.Arbitrary<string>): fc.Arbitrary<Alarm> {
  return fc.record({
    code: fc.oneof(fc.constantFrom('queue_stuck', 'mail_refused'), shorts),
    detail: details,
    account: fc.option(shorts),
    contact: fc.option(shorts),
    count: fc.integer({ min: 1, max: 100_000 }),
    firstAt: dates,
    lastAt: dates,
  });
}
const languages = fc.constantFrom('zh' as const, 'en' as const);

function fits(text: string): boolean {
  return Buffer.byteLength(text) <= 4096 && text.isWellFormed();
}

describe('one alarm', () => {
  test('is told with its number, its names, its times and its words', () => {
    expect(alarmText([ALARM], 'zh')).toBe(
      '**Baton：1 条告警**\n`transfer_not_taken` ×12 · 账号 示例商店 · 客户 李雷 · 2026-03-01 09:12 – 09:40 UTC: Nobody took the transfer',
    );
    const plain = { ...ALARM, account: null, contact: null, count: 1, lastAt: ALARM.firstAt };
    expect(alarmText([plain], 'en')).toBe(
      '**Baton: 1 alarm**\n`transfer_not_taken` · 2026-03-01 09:12 UTC: Nobody took the transfer',
    );
    const days = { ...plain, lastAt: new Date('2026-03-02T00:00:00Z') };
    expect(alarmText([days], 'en')).toContain(' · 2026-03-01 09:12 – 2026-03-02 00:00 UTC: ');
  });

  test('fits whatever its words are, and uses the room', () => {
    fc.assert(
      fc.property(alarms(texts), languages, (alarm, language) => {
        const text = alarmText([alarm], language);
        expect(fits(text)).toBe(true);
        expect(text.split('\n')).toHaveLength(2);
      }),
      { numRuns: 60 },
    );
  });

  test('that is too long is cut between two characters, as late as can be, and says so', () => {
    const units = fc.constantFrom('a', '字', '👨‍👩‍👧‍👦', '🇨🇳', 'e\u0301', '𠮷');
    fc.assert(
      fc.property(units, fc.nat({ max: 40 }), (unit, offset) => {
        const detail = 'b'.repeat(offset) + unit.repeat(4096);
        const text = alarmText([{ ...ALARM, detail }], 'zh');
        const [, shown = ''] = /UTC: (.*)…$/u.exec(text) ?? [];
        expect(shown.replace('b'.repeat(offset), '').replaceAll(unit, '')).toBe('');
        expect(Buffer.byteLength(text)).toBeGreaterThan(4096 - Buffer.byteLength(unit));
        expect(fits(text)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  test('that just fits is not cut', () => {
    const room = 4096 - Buffer.byteLength(alarmText([{ ...ALARM, detail: '' }], 'zh'));
    const detail = 'x'.repeat(room);
    expect(alarmText([{ ...ALARM, detail }], 'zh').endsWith(`UTC: ${detail}`)).toBe(true);
    expect(alarmText([{ ...ALARM, detail: `${detail}y` }], 'zh').endsWith('x…')).toBe(true);
  });
});

describe('several alarms', () => {
  test('come oldest first, each on a line of its own', () => {
    const at = (hour: number) => ({ ...ALARM, firstAt: new Date(Date.UTC(2026, 2, 1, hour)), detail: `at ${hour}` });
    const lines = alarmText([at(9), at(7), at(8)], 'en').split('\n');
    expect(lines[0]).toBe('**Baton: 3 alarms**');
    expect(lines.slice(1).map((line) => line.split(': ').at(-1))).toEqual(['at 7', 'at 8', 'at 9']);
  });

  test('fit, whole lines only; what is left out is counted, and no more is left out than must be', () => {
    fc.assert(
      fc.property(fc.array(alarms(texts), { minLength: 2, maxLength: 60 }), languages, (many, language) => {
        const text = alarmText(many, language);
        expect(fits(text)).toBe(true);
        const [, ...lines] = text.split('\n');
        const left = Number(/^… (?:and|还有) (\d+) /.exec(lines.at(-1) ?? '')?.[1] ?? 0);
        const shown = left === 0 ? lines : lines.slice(0, -1);
        expect(shown.length + left).toBe(many.length);
        expect(shown.length).toBeGreaterThan(0);
        const oldest = many.toSorted((one, other) => one.firstAt.getTime() - other.firstAt.getTime());
        const alone = (alarm: Alarm) => alarmText([alarm, alarm], language).split('\n')[1];
        expect(shown).toEqual(oldest.slice(0, shown.length).map(alone));
        const next = oldest[shown.length];
        if (next) expect(Buffer.byteLength(`${text}\n${alone(next)}`)).toBeGreaterThan(4096 - 25);
      }),
      { numRuns: 40 },
    );
  });

  test('fit to the byte: whatever the length, no message is a byte too long, and some are full', () => {
    const sizes = Array.from({ length: 400 }, (_, size) => {
      const many = Array.from({ length: 12 }, (_, at) => ({ ...ALARM, detail: 'x'.repeat(at === 0 ? size : 300) }));
      return Buffer.byteLength(alarmText(many, 'en'));
    });
    expect(Math.max(...sizes)).toBe(4096);
  });

  test('a long one leaves room for those behind it', () => {
    const many = Array.from({ length: 5 }, () => ({ ...ALARM, detail: '很长'.repeat(5000) }));
    expect(alarmText(many, 'zh').match(/transfer_not_taken/g)).toHaveLength(5);
  });

  test('seven that do not fit are told as seven more', () => {
    const many = Array.from({ length: 15 }, () => ({ ...ALARM, detail: 'x'.repeat(1000) }));
    expect(alarmText(many, 'en').split('\n').at(-1)).toBe('… and 7 more');
    expect(alarmText(many, 'zh').split('\n').at(-1)).toBe('… 还有 7 条');
  });

  test('none is no message', () => {
    expect(alarmText([], 'zh')).toBe('');
  });
});

describe('words from outside', () => {
  const shownOf = (detail: string) => alarmText([{ ...ALARM, detail }], 'en').split('UTC: ')[1];

  test.each([
    ['<@all> come', '＜＠all＞ come'],
    ['@all and @ALL\u200b, @allen', '＠all and ＠ALL, @allen'],
    ['@\u200ball', '＠all'],
    ['<font color="warning">x</font>', '＜font color="warning"＞x＜/font＞'],
    ['**bold** `code` ~~no~~ # head', '＊＊bold＊＊ ｀code｀ ～～no～～ ＃ head'],
    ['[pay here](https://evil.example)', '［pay here］(https://evil.example)'],
    ['> quote\r\n\u2028- item\t1', '＞ quote - item 1'],
    ['_it_ but snake_case', '＿it＿ but snake_case'],
    ['left\u202eright\u0000', 'leftright'],
    ['half \ud83d of one', 'half \ufffd of one'],
    ['全家 👨‍👩‍👧‍👦', '全家 👨‍👩‍👧‍👦'],
  ])('%j is shown as %j', (detail, shown) => {
    expect(shownOf(detail)).toBe(shown);
  });

  test('never format, link, mention or begin a line', () => {
    fc.assert(
      fc.property(texts, shorts, shorts, (detail, account, contact) => {
        const text = alarmText([{ ...ALARM, detail, account, contact }], 'en');
        const [head, line, ...more] = text.split('\n');
        expect(head).toBe('**Baton: 1 alarm**');
        expect(more).toEqual([]);
        expect(line?.replace('`transfer_not_taken`', '')).not.toMatch(/[<>*`[\]#~|\\\r\u2028\u2029\u202e]|@all\b/i);
      }),
      { numRuns: 60 },
    );
  });

  test('nor does a code that is none of ours', () => {
    expect(alarmText([{ ...ALARM, code: 'a`*b' }], 'en')).toContain('\n`a??b` ×12');
  });
});

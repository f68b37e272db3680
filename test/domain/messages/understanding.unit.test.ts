// How contacts' words are read: every intent against a set of labelled texts, where the words stand, refusals, an account's own rules,
// and what any text at all may do.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UnderstandingOverrides } from '../../../src/domain/accounts/understanding-settings.ts';
import { forcesTransfer, INTENTS, type Intent, understand } from '../../../src/domain/messages/understanding.ts';
import { RULES } from '../../../src/domain/messages/understanding-rules.ts';
import { TEXTS } from './understanding-texts.ts';

function intentsIn(text: string): Set<Intent> {
  return new Set(understand(text).map(({ intent }) => intent));
}

function rulesIn(text: string): string[] {
  return understand(text).map(({ rule }) => rule);
}

describe('labelled texts', () => {
  test('are many, of both languages, and say each intent often', () => {
    expect(TEXTS.length).toBeGreaterThan(300);
    for (const intent of INTENTS) {
      const saying = TEXTS.filter(({ intents }) => intents.includes(intent));
      expect(saying.filter(({ text }) => /\p{Script=Han}/u.test(text)).length).toBeGreaterThan(10);
      expect(saying.filter(({ text }) => /[a-z]/i.test(text)).length).toBeGreaterThan(10);
    }
  });

  test.each(INTENTS)('%s is found where it is said', (intent) => {
    const saying = TEXTS.filter(({ intents }) => intents.includes(intent));
    const missed = saying.filter(({ text }) => !intentsIn(text).has(intent)).map(({ text }) => text);
    expect(missed).toEqual([]);
  });

  test.each(INTENTS)('%s is not found where it is not said', (intent) => {
    const others = TEXTS.filter(({ intents }) => !intents.includes(intent));
    const found = others.flatMap(({ text }) => understand(text).filter((verdict) => verdict.intent === intent));
    expect(found).toEqual([]);
  });
});

describe('places', () => {
  test.each([
    ['你好，请转人工', 'wants_person', '转人工', 4],
    ['你好，请转人公，谢谢', 'wants_person', '转人公', 4],
    ['转 人\u200b工', 'wants_person', '转 人\u200b工', 0],
    ['我要 人 工 客 服', 'wants_person', '人 工 客 服', 3],
    ['請轉人工', 'wants_person', '轉人工', 1],
    ['😀😀转人工', 'wants_person', '转人工', 4],
    ['ＡＢ　ｔａｌｋ　ｔｏ　ａｎ　ａｇｅｎｔ', 'wants_person', 'ｔａｌｋ　ｔｏ　ａｎ　ａｇｅｎｔ', 3],
    ['hi,   TALK  TO a ooerator!', 'wants_person', 'TALK  TO a ooerator', 6],
    ['I want to tlak  to an agnet.', 'wants_person', 'tlak  to an agnet', 10],
    ['pleeeease I want a refnd', 'refund', 'refnd', 19],
    ['㍿ 我要投诉', 'complaint', '投诉', 4],
    ['东西坏了，我要退款', 'refund', '退款', 7],
  ] as const)('%j says %s in its own words', (text, intent, words, from) => {
    const verdict = understand(text).find((each) => each.intent === intent);
    expect(verdict).toMatchObject({ words, from, to: from + words.length });
    expect(text.slice(from, from + words.length)).toBe(words);
  });

  test('the surest verdict comes first, and each rule speaks once', () => {
    const verdicts = understand('转人工转人工，垃圾，太贵了，退款退款，I want a human');
    const confidences = verdicts.map(({ confidence }) => confidence);
    expect(confidences).toEqual(confidences.toSorted((one, other) => other - one));
    const rules = verdicts.map(({ rule }) => rule);
    expect(new Set(rules).size).toBe(rules.length);
    expect(rules[0]).toBe('zh.wants_person.transfer');
  });

  test('what is refused once may be asked for later', () => {
    expect(understand('不用转人工，算了，还是转人工吧')).toMatchObject([
      { rule: 'zh.wants_person.transfer', from: 11 },
    ]);
  });

  test('only the first 4,000 characters are looked at', () => {
    expect(intentsIn(`${'。'.repeat(3997)}转人工`)).toContain('wants_person');
    expect(intentsIn(`${'。'.repeat(3999)}转人工`)).toEqual(new Set());
  });
});

describe('who hands over', () => {
  test.each([
    ['转人工', 'zh.wants_person.transfer'],
    ['我要打12315', 'zh.complaint.authority'],
    ['等着收律师函吧', 'zh.complaint.legal'],
    ['我要投诉', 'zh.complaint.say'],
    ['I will sue you', 'en.complaint.legal'],
    ['please give me a human who reads this', 'en.wants_person.want'],
    ['有人吗', 'zh.wants_person.somebody'],
  ])('%s forces a transfer by %s', (text, rule) => {
    expect(forcesTransfer(understand(text))?.rule).toBe(rule);
  });

  test.each(['好的', '我要退款', '垃圾', 'urgent', '我要给你们差评', "I'm not happy with your service", '不用转人工'])(
    '%s forces none',
    (text) => {
      expect(forcesTransfer(understand(text))).toBeNull();
    },
  );

  test('a verdict that is not sure enough forces none', () => {
    const [sure] = understand('转人工');
    expect(forcesTransfer(sure ? [{ ...sure, confidence: 0.59 }] : [])).toBeNull();
    expect(forcesTransfer([])).toBeNull();
  });
});

describe('an account’s own rules', () => {
  test('a rule that is off is not looked for, others are', () => {
    const off = ['zh.wants_person.transfer', 'zh.wants_person.alone'];
    expect(understand('转人工', { off })).toEqual([]);
    expect(understand('投诉', { off }).map(({ rule }) => rule)).toEqual(['zh.complaint.say']);
    expect(rulesIn('转人工')).toContain('zh.wants_person.transfer');
  });

  test('a phrase is found as it is meant, however it is typed, and is sure', () => {
    const extra = [{ id: 'shop.boss', intent: 'wants_person', phrases: ['呼叫 老王', 'Ring the BELL'] }] as const;
    expect(understand('麻烦呼叫　老王！', { extra })).toMatchObject([
      { rule: 'shop.boss', words: '呼叫　老王', confidence: 1 },
    ]);
    expect(understand('please ring   the bell', { extra })).toMatchObject([
      { words: 'ring   the bell', from: 7, to: 22 },
    ]);
    expect(forcesTransfer(understand('ring the bell', { extra }))?.rule).toBe('shop.boss');
  });

  test('a complaint in the account’s own words forces none, for only ours are known to name a risk', () => {
    const extra = [{ id: 'own', intent: 'complaint', phrases: ['not amused'] }] as const;
    expect(understand('we are not amused', { extra })).toMatchObject([{ rule: 'own', confidence: 1 }]);
    expect(forcesTransfer(understand('we are not amused', { extra }))).toBeNull();
  });

  test('a phrase is plain text, no pattern, and no part of a word', () => {
    const extra = [{ id: 'own', intent: 'anger', phrases: ['.*', 'art'] }] as const;
    expect(understand('the party starts', { extra })).toEqual([]);
    expect(understand('what .* art', { extra })).toMatchObject([{ rule: 'own', words: '.*' }]);
  });

  test('the same settings are made ready once, others apart', () => {
    const one = { extra: [{ id: 'one', intent: 'refund', phrases: ['abc'] }] } as const;
    const other = { extra: [{ id: 'other', intent: 'refund', phrases: ['abc'] }] } as const;
    for (let time = 0; time < 2; time += 1) {
      expect(understand('abc', one)).toMatchObject([{ rule: 'one' }]);
      expect(understand('abc', other)).toMatchObject([{ rule: 'other' }]);
      expect(understand('abc')).toEqual([]);
    }
  });

  const rule = { id: 'own', intent: 'refund', phrases: ['x'] };
  test.each([
    ['an id of ours', { extra: [{ ...rule, id: 'zh.wants_person.transfer' }] }],
    ['an id twice', { extra: [rule, rule] }],
    ['an id with a capital', { extra: [{ ...rule, id: 'Own' }] }],
    ['an unknown intent', { extra: [{ ...rule, intent: 'joy' }] }],
    ['no phrase', { extra: [{ ...rule, phrases: [] }] }],
    ['an empty phrase', { extra: [{ ...rule, phrases: [' '] }] }],
    ['a phrase of 101 characters', { extra: [{ ...rule, phrases: ['x'.repeat(101)] }] }],
    ['51 phrases', { extra: [{ ...rule, phrases: Array(51).fill('x') }] }],
    ['101 rules', { extra: Array.from({ length: 101 }, (_, at) => ({ ...rule, id: `r${at}` })) }],
    ['a field of no meaning', { extra: [], pattern: 'x' }],
  ])('%s is refused', (_, overrides) => {
    expect(UnderstandingOverrides.safeParse(overrides).success).toBe(false);
  });

  test('what is allowed can be used as it is', () => {
    const overrides = UnderstandingOverrides.parse({ off: ['zh.complaint.say'], extra: [rule] });
    expect(understand('x', overrides)).toMatchObject([{ rule: 'own' }]);
    expect(UnderstandingOverrides.parse({})).toEqual({});
  });
});

describe('rules', () => {
  test('each has an id of its own that names its language and intent', () => {
    expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
    for (const { id, intent } of RULES) expect(id).toMatch(new RegExp(`^(?:zh|en)\\.${intent}\\.[a-z_]+$`));
  });

  test('each is said by some text of the set, so none is there for nothing', () => {
    const said = new Set(TEXTS.flatMap(({ text }) => rulesIn(text)));
    expect(RULES.map(({ id }) => id).filter((id) => !said.has(id))).toEqual([]);
  });

  test('confidence lies between 0 and 1, and only complaints are risks', () => {
    expect(RULES.filter(({ confidence }) => confidence <= 0 || confidence >= 1)).toEqual([]);
    expect(RULES.filter(({ intent, isRisk }) => isRisk && intent !== 'complaint')).toEqual([]);
  });
});

describe('any text at all', () => {
  const words = TEXTS.flatMap(({ text }) => text.match(/[a-zA-Z']+|\p{Script=Han}{1,3}|[^\s\p{Script=Han}\w]/gu) ?? []);
  const mixed = fc
    .array(
      fc.oneof(
        fc.constantFrom(...words),
        fc.string({ unit: 'binary', maxLength: 5 }),
        fc.constantFrom(' ', '\n', '\ud800', '\u200d'),
      ),
      {
        maxLength: 40,
      },
    )
    .chain((parts) => fc.constantFrom('', ' ').map((between) => parts.join(between)));

  test('is read without fail, and every verdict shows its own words', () => {
    fc.assert(
      fc.property(mixed, (text) => {
        for (const { words: shown, from, to, confidence } of understand(text)) {
          expect(shown).toBe(text.slice(from, to));
          expect(from).toBeLessThan(to);
          expect(confidence).toBeGreaterThan(0);
        }
        expect(understand(text)).toEqual(understand(text));
      }),
      { numRuns: 300 },
    );
  });

  test('takes no longer than its length allows', () => {
    const unit = fc.oneof(
      fc.constantFrom(
        'a',
        ' ',
        '人工',
        '转',
        '不',
        '不要',
        '我要',
        'talk ',
        'to ',
        'to a ',
        "n't ",
        'very ',
        '投诉',
        '!',
        '急',
        '好的',
        'ok ',
        'ok',
        '\n',
        '"',
        '，',
        '退',
        '1',
        '人 工 ',
        'the ',
        'talkto',
        'ooerator ',
      ),
      fc.constantFrom(...words),
    );
    fc.assert(
      fc.property(fc.array(unit, { minLength: 1, maxLength: 4 }), (units) => {
        const text = units.join('').repeat(4000).slice(0, 4000);
        const begun = performance.now();
        understand(text);
        expect(performance.now() - begun).toBeLessThan(1000);
      }),
      { numRuns: 60, examples: [[['a']], [['人工']], [[' ']], [['转 人 ']], [['talk to a ']]] },
    );
  });
});

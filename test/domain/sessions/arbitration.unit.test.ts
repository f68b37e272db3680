// Who gets the floor: every case of the table as a line that can be read, then what holds in every cell there is.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  arbitrate,
  type Contest,
  ON_CONFLICT,
  type OnConflict,
  type Rival,
  RULES,
  type Verdict,
} from '../../../src/domain/sessions/arbitration.ts';
import { arbitrationMatrix } from '../../../src/domain/sessions/arbitration-matrix.ts';
import {
  BEST_LEVEL,
  KINDS,
  LOWEST_LEVEL,
  SESSION_KINDS,
  type SessionKind,
} from '../../../src/domain/sessions/kinds.ts';

const SHORT = {
  urgent: 'manual_urgent',
  service: 'manual_customer_service',
  complaint: 'manual_complaint',
  bargain: 'auto_bargain',
  answers: 'auto_customer_service',
  follow: 'auto_follow_up',
} as const satisfies Record<string, SessionKind>;
type Short = keyof typeof SHORT;

function rival(short: Short): Rival {
  const kind = SHORT[short];
  const { handler, level } = KINDS[kind];
  return { kind, handler, level };
}

type Asked = {
  floor?: Short;
  waits?: readonly Short[];
  wants: Short;
  untaken?: true;
  onConflict?: OnConflict;
  robotsSpeak?: true;
  full?: true;
};

function ask({ floor, waits = [], wants, untaken, onConflict = 'queue', robotsSpeak, full }: Asked): Verdict {
  return arbitrate({
    incumbent: floor ? rival(floor) : null,
    waiting: waits.map(rival),
    challenger: { ...rival(wants), taken: !untaken, onConflict },
    robotsWait: !robotsSpeak,
    robotSlotFree: !full,
  });
}

/** What the three wishes get: queue, reject, preempt. */
function answers(asked: Asked): string {
  return ON_CONFLICT.map((onConflict) => {
    const { outcome, rule, interrupts } = ask({ ...asked, onConflict });
    return `${rule} ${outcome}${interrupts ? ' interrupts' : ''}`;
  }).join(', ');
}

const same = (answer: string) => `${answer}, ${answer}, ${answer}`;
const waits = (rule: string) => `${rule} pending, ${rule} refused, ${rule} refused`;

describe('the table', () => {
  const table: readonly (readonly [string, Asked, string])[] = [
    ['0: nobody is there', { wants: 'follow' }, same('0 active')],
    ['0: nobody is there, and a person comes', { wants: 'service' }, same('0 active')],
    ['0: nobody is there, and no agent takes it yet', { wants: 'service', untaken: true }, same('0 pending')],
    ['0: who waits is of the same level', { waits: ['bargain'], wants: 'answers' }, same('0 active')],
    ['0: a robot that waits holds up no person', { waits: ['bargain'], wants: 'complaint' }, same('0 active')],
    ['0b: a robot of a better level waits', { waits: ['bargain'], wants: 'follow' }, waits('0b')],
    ['0b: an emergency waits', { waits: ['urgent'], wants: 'service' }, waits('0b')],
    ['0c: a person is waited for', { waits: ['service'], wants: 'bargain' }, waits('0c')],
    [
      '0: … but here robots speak meanwhile',
      { waits: ['service'], wants: 'bargain', robotsSpeak: true },
      same('0 active'),
    ],
    ['limit: every place for robots is taken', { wants: 'bargain', full: true }, waits('limit')],
    ['1: a person before a robot', { floor: 'bargain', wants: 'service' }, same('1 active interrupts')],
    ['1: for the agent to come', { floor: 'bargain', wants: 'service', untaken: true }, same('1 pending interrupts')],
    [
      '1: … here the robot speaks until then',
      { floor: 'bargain', wants: 'service', untaken: true, robotsSpeak: true },
      same('1 pending'),
    ],
    ['2: a robot and a person', { floor: 'complaint', wants: 'bargain' }, waits('2')],
    ['3: a better robot', { floor: 'follow', wants: 'bargain' }, same('3 active interrupts')],
    ['3b: a robot of the same level', { floor: 'answers', wants: 'bargain' }, waits('3b')],
    ['3b: a lesser robot', { floor: 'bargain', wants: 'follow' }, waits('3b')],
    ['limit: a better robot, but there is no place', { floor: 'follow', wants: 'bargain', full: true }, waits('limit')],
    ['4: an emergency and a robot', { floor: 'bargain', wants: 'urgent' }, same('4 active interrupts')],
    ['4: an emergency and a person', { floor: 'complaint', wants: 'urgent' }, same('4 active interrupts')],
    ['4: … for which no agent is there yet', { floor: 'service', wants: 'urgent', untaken: true }, same('4 pending')],
    ['4b: two emergencies', { floor: 'urgent', wants: 'urgent' }, waits('4b')],
    ['7: two persons of the same level', { floor: 'service', wants: 'complaint' }, same('7 refused')],
    ['7: a person and an emergency', { floor: 'urgent', wants: 'service' }, same('7 refused')],
  ];

  test.each(table)('%s', (_, asked, expected) => {
    expect(answers(asked)).toBe(expected);
  });

  test('a level of one’s own counts as the level of a kind does', () => {
    const service = rival('service');
    const wanted = { ...service, taken: true, onConflict: 'queue' } as const;
    const contest = { waiting: [], robotsWait: true, robotSlotFree: true };
    expect(arbitrate({ ...contest, incumbent: service, challenger: { ...wanted, level: 1 } })).toMatchObject({
      rule: '4',
      interrupts: true,
    });
    expect(arbitrate({ ...contest, incumbent: { ...service, level: 3 }, challenger: wanted })).toMatchObject({
      rule: '4',
      interrupts: true,
    });
  });

  test('the sentence says the rule, and how it applied', () => {
    expect(ask({ floor: 'bargain', wants: 'service' }).explanation).toMatch(
      /^A person goes before a robot\. Here: a robot \(auto_bargain\) .+; the newcomer .+\.$/,
    );
    expect(ask({ floor: 'complaint', wants: 'bargain', onConflict: 'preempt' }).explanation).toMatch(
      /^A robot never interrupts a person\. Here: a person \(manual_complaint\) .+; the newcomer may not interrupt here\.$/,
    );
  });
});

const anyRival: fc.Arbitrary<Rival> = fc.constantFrom(...SESSION_KINDS).chain((kind) => {
  const { handler } = KINDS[kind];
  return fc.integer({ min: BEST_LEVEL[handler], max: LOWEST_LEVEL }).map((level) => ({ kind, handler, level }));
});
const anyContest: fc.Arbitrary<Contest> = fc.record({
  incumbent: fc.option(anyRival, { nil: null }),
  waiting: fc.array(anyRival, { maxLength: 3 }),
  challenger: fc.tuple(anyRival, fc.constantFrom(...ON_CONFLICT), fc.boolean()).map(([one, onConflict, taken]) => ({
    ...one,
    onConflict,
    taken: one.handler === 'human' && taken,
  })),
  robotsWait: fc.boolean(),
  robotSlotFree: fc.boolean(),
});

function holds(says: (contest: Contest, verdict: Verdict) => void): void {
  fc.assert(
    fc.property(anyContest, (contest) => says(contest, arbitrate(contest))),
    { numRuns: 3000 },
  );
}

describe('in every contest', () => {
  test('a robot never interrupts a person', () => {
    holds(({ incumbent, challenger }, { interrupts, outcome }) => {
      if (incumbent?.handler !== 'human' || challenger.handler !== 'robot') return;
      expect(interrupts).toBe(false);
      expect(outcome).not.toBe('active');
    });
  });

  test('equal levels of the same handler never interrupt each other', () => {
    holds(({ incumbent, challenger }, { interrupts, outcome }) => {
      if (incumbent?.handler !== challenger.handler || incumbent.level > challenger.level) return;
      expect(interrupts).toBe(false);
      expect(outcome).not.toBe('active');
    });
  });

  test('nobody is interrupted who does not hold the floor, and by nobody who gets nothing', () => {
    holds(({ incumbent }, { interrupts, outcome }) => {
      if (!interrupts) return;
      expect(incumbent).not.toBeNull();
      expect(outcome).not.toBe('refused');
    });
  });

  test('who queues is refused only where a person meets a person of the same level', () => {
    holds(({ challenger }, { outcome, rule }) => {
      if (outcome !== 'refused') return;
      expect(challenger.onConflict !== 'queue' || rule === '7').toBe(true);
    });
  });

  test('a wish changes only what a loser gets: who wins wins whatever they wish', () => {
    holds((contest, { outcome, rule, interrupts }) => {
      const verdicts = ON_CONFLICT.map((onConflict) =>
        arbitrate({ ...contest, challenger: { ...contest.challenger, onConflict } }),
      );
      expect(new Set(verdicts.map((each) => each.rule))).toEqual(new Set([rule]));
      expect(new Set(verdicts.map((each) => each.interrupts))).toEqual(new Set([interrupts]));
      if (outcome === 'active') expect(verdicts.every((each) => each.outcome === 'active')).toBe(true);
    });
  });

  test('the floor is never given twice: active beside a holder only by interruption', () => {
    holds(({ incumbent }, { outcome, interrupts }) => {
      if (incumbent && outcome === 'active') expect(interrupts).toBe(true);
    });
  });

  test('a robot without a place is never active, and a person without an agent never', () => {
    holds(({ challenger, robotSlotFree }, { outcome }) => {
      if (challenger.handler === 'robot' ? !robotSlotFree : !challenger.taken) expect(outcome).not.toBe('active');
    });
  });

  test('the explanation begins with the sentence of its rule', () => {
    holds((_, { rule, explanation }) => {
      expect(explanation.startsWith(`${RULES[rule]} Here: `)).toBe(true);
      expect(explanation.endsWith('.')).toBe(true);
    });
  });

  test('the order in which others wait changes nothing but whom the sentence names', () => {
    holds((contest, { outcome, rule, interrupts }) => {
      const turned = arbitrate({ ...contest, waiting: contest.waiting.toReversed() });
      expect(turned).toMatchObject({ outcome, rule, interrupts });
    });
  });
});

test('the matrix has a verdict for every cell, and every rule that requests can meet', () => {
  const rows = arbitrationMatrix();
  expect(rows).toHaveLength(19 * 3 * 9 * 3);
  expect(
    new Set(rows.map((row) => JSON.stringify([row.incumbent, row.waiting, row.challenger, row.taken, row.onConflict])))
      .size,
  ).toBe(rows.length);
  expect([...new Set(rows.map(({ rule }) => rule))].sort()).toEqual([
    '0',
    '0b',
    '0c',
    '1',
    '2',
    '3',
    '3b',
    '4',
    '4b',
    '7',
  ]);
});

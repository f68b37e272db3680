// People who write outside: from which words turns are made, that no order of hearing them matters, and what overlaps.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Around,
  type KnownTurn,
  overlaps,
  type Said,
  turnsOutside,
} from '../../../src/domain/messages/outside-speech.ts';

const MINUTE = 60_000;
const LATE: Around = { now: 1000 * MINUTE, silence: 30 * MINUTE, until: Number.POSITIVE_INFINITY };
const word = (minute: number, key = `m${minute}`): Said => ({ at: minute * MINUTE, key });
const shown = (said: readonly Said[], known: readonly KnownTurn[], around: Around) =>
  turnsOutside(said, known, around).map(
    ({ id, from, to, isOpen, said: words }) =>
      `${id ?? 'new'} ${from / MINUTE}-${to / MINUTE}${isOpen ? ' open' : ''}: ${words.map(({ key }) => key).join(' ')}`,
  );

describe('turns', () => {
  test('words within the silence are one turn, which lasts as long after the last', () => {
    expect(shown([word(0), word(20), word(50)], [], LATE)).toEqual(['new 0-80: m0 m20 m50']);
  });

  test('a word after the silence begins another', () => {
    expect(shown([word(0), word(31)], [], LATE)).toEqual(['new 0-30: m0', 'new 31-61: m31']);
    expect(shown([word(0), word(30)], [], LATE)).toEqual(['new 0-60: m0 m30']);
  });

  test('one whose silence is not over goes on', () => {
    expect(shown([word(980), word(990)], [], LATE)).toEqual(['new 980-990 open: m980 m990']);
    expect(shown([word(970)], [], LATE)).toEqual(['new 970-1000: m970']);
  });

  test('it ends where somebody else had the next session', () => {
    expect(shown([word(990)], [], { ...LATE, until: 995 * MINUTE })).toEqual(['new 990-995: m990']);
  });

  test('a known turn grows at both ends, and takes no word that is not near', () => {
    const known = { id: 'known', from: 100 * MINUTE, to: 150 * MINUTE, isOpen: false };
    expect(shown([word(80), word(140)], [known], LATE)).toEqual(['known 80-170: m80 m140']);
    expect(shown([word(60)], [known], LATE)).toEqual(['new 60-90: m60']);
    expect(shown([word(151)], [known], LATE)).toEqual(['new 151-181: m151']);
  });

  test('an open turn takes whatever is said until it is over', () => {
    const known = { id: 'known', from: 100 * MINUTE, to: 110 * MINUTE, isOpen: true };
    expect(shown([word(990)], [known], LATE)).toEqual(['known 100-990 open: m990']);
  });
});

const words = fc
  .uniqueArray(fc.integer({ min: 0, max: 990 }), { maxLength: 12 })
  .map((minutes) => minutes.map((minute) => word(minute)));

describe('for every set of words', () => {
  test('any order gives the same turns', () => {
    fc.assert(
      fc.property(words, fc.integer(), (said, seed) => {
        const turned = said.toSorted((a, b) => ((a.at * 7919 + seed) % 101) - ((b.at * 7919 + seed) % 101));
        expect(shown(turned, [], LATE)).toEqual(shown(said, [], LATE));
      }),
    );
  });

  test('each word is in one turn, and the turns neither meet nor swap', () => {
    fc.assert(
      fc.property(words, (said) => {
        const turns = turnsOutside(said, [], LATE);
        expect(turns.flatMap((turn) => turn.said.map(({ key }) => key)).sort()).toEqual(
          said.map(({ key }) => key).sort(),
        );
        const within = turns.every((turn) =>
          turn.said.every(({ at }) => at >= turn.from && (turn.isOpen || at <= turn.to)),
        );
        const apart = turns
          .slice(1)
          .every((turn, index) => turn.from > (turns[index]?.to ?? 0) && !turns[index]?.isOpen);
        expect({ within, apart }).toEqual({ within: true, apart: true });
      }),
    );
  });

  test('heard in two parts, the later after the earlier, they make the same turns as heard at once', () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 0, max: 990 }), (said, cut) => {
        const early = said.filter(({ at }) => at <= cut * MINUTE);
        const first = turnsOutside(early, [], LATE);
        const known = first.map(({ from, to, isOpen }, index) => ({ id: String(index), from, to, isOpen }));
        const second = turnsOutside(
          said.filter(({ at }) => at > cut * MINUTE),
          known,
          LATE,
        );
        const grown = new Map(second.flatMap((turn) => (turn.id === null ? [] : [[turn.id, turn]])));
        const all = [...known.map((turn) => grown.get(turn.id) ?? turn), ...second.filter(({ id }) => id === null)];
        const spans = (turns: readonly { from: number; to: number; isOpen: boolean }[]) =>
          turns.map(({ from, to, isOpen }) => [from, to, isOpen]);
        expect(spans(all)).toEqual(spans(turnsOutside(said, [], LATE)));
      }),
    );
  });
});

test('a robot that spoke at the first word did not speak over it, at the last one it did', () => {
  const turn = { from: 10, to: 20, isOpen: false };
  expect([10, 11, 20, 21].map((at) => overlaps(turn, at))).toEqual([false, true, true, false]);
  expect(overlaps({ ...turn, isOpen: true }, 1000)).toBe(true);
});

// How texts are cut to what WeCom takes.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bytesOf,
  cutToBytes,
  cutToCharacters,
  onOneLine,
  splitText,
  TEXT_BYTES,
} from '../../../../src/domain/channels/wecom/text.ts';

const words = fc.string({
  unit: fc.constantFrom('a', ' ', '\n', '字', '。', '👩‍👩‍👧', 'é', '\u{20000}'),
  maxLength: 3000,
});

describe('a text in parts', () => {
  test('is left whole where it fits', () => {
    expect(splitText('人摇来了！\n第二行')).toEqual(['人摇来了！\n第二行']);
    expect(splitText('字'.repeat(682))).toHaveLength(1);
    expect(splitText('字'.repeat(683))).toHaveLength(2);
  });

  test('is cut behind the last line, else sentence, else space', () => {
    expect(splitText('one two\nthree four', 14)).toEqual(['one two\n', 'three four']);
    expect(splitText('好的。明白了', 15)).toEqual(['好的。', '明白了']);
    expect(splitText('one two three', 10)).toEqual(['one two ', 'three']);
  });

  test('is not cut early for the sake of a line, and an endless word is cut between characters', () => {
    expect(splitText('a\nbcdefghij', 10)).toEqual(['a\nbcdefghi', 'j']);
    expect(splitText('👩‍👩‍👧👩‍👩‍👧', 20)).toEqual(['👩‍👩‍👧', '👩‍👩‍👧']);
  });

  test('a single character that is too long is cut between code points', () => {
    const parts = splitText('👩‍👩‍👧', 8);
    expect(parts.join('')).toBe('👩‍👩‍👧');
    expect(parts.every((part) => part.isWellFormed() && bytesOf(part) <= 8)).toBe(true);
  });

  test('no part is empty, and half characters are mended', () => {
    expect(splitText('')).toEqual([]);
    expect(splitText(' \n ')).toEqual([]);
    expect(splitText(`${'a'.repeat(10)}${' '.repeat(30)}b`, 10)).toEqual(['a'.repeat(10), 'b']);
    expect(splitText('a\ud83d')).toEqual(['a\ufffd']);
  });

  test('holds every word, in order, within the bytes', () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 32, max: TEXT_BYTES }), (text, most) => {
        const parts = splitText(text, most);
        expect(parts.every((part) => bytesOf(part) <= most && part.trim() !== '' && part.isWellFormed())).toBe(true);
        expect(parts.join('').replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''));
      }),
    );
  });
});

describe('a text cut short', () => {
  test('by bytes', () => {
    expect(cutToBytes('邀请您', 9)).toBe('邀请您');
    expect(cutToBytes('邀请您加', 9)).toBe('邀请…');
    expect(cutToBytes('a👩‍👩‍👧', 18)).toBe('a…');
  });

  test('by characters', () => {
    expect(cutToCharacters('邀请您', 3)).toBe('邀请您');
    expect(cutToCharacters('邀请您加入', 3)).toBe('邀请…');
    expect(cutToCharacters('👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧', 2)).toBe('👩‍👩‍👧…');
  });

  test('is never longer than it may be', () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 4, max: 200 }), (text, most) => {
        expect(bytesOf(cutToBytes(text, most))).toBeLessThanOrEqual(most);
        const cut = cutToCharacters(text, most);
        expect([...new Intl.Segmenter().segment(cut)].length).toBeLessThanOrEqual(most);
        expect(cut === text || cut.endsWith('…')).toBe(true);
      }),
    );
  });
});

test('a line has no breaks and nothing that turns what follows', () => {
  expect(onOneLine(' a\r\n\u2028b\t\u202ec\u200b\u0000 👩‍👧 ')).toBe('a b c 👩‍👧');
});

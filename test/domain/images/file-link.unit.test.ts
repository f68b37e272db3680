// The signed link to a file: what was signed opens, until its time, and nothing else does.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkLink, type FileLink, signLink } from '../../../src/domain/images/file-link.ts';

const SECRET = 'the secret of this installation';
const links: fc.Arbitrary<FileLink> = fc.record({
  id: fc.oneof(fc.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/), fc.string()),
  expiresAt: fc.date({ min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true }),
  disposition: fc.constantFrom('inline', 'attachment'),
});

function queryOf(link: FileLink, secret = SECRET): URLSearchParams {
  return new URLSearchParams(signLink(link, secret));
}

function before(link: FileLink): Date {
  return new Date(Math.floor(link.expiresAt.getTime() / 1000) * 1000 - 1);
}

test('a link opens its file until its second, and from then on it has ended', () => {
  fc.assert(
    fc.property(links, fc.nat(), (link, later) => {
      const query = queryOf(link);
      expect(checkLink(link.id, query, before(link), SECRET)).toBe('ok');
      expect(checkLink(link.id, query, new Date(before(link).getTime() + 1), SECRET)).toBe('expired');
      expect(checkLink(link.id, query, new Date(link.expiresAt.getTime() + later), SECRET)).toBe('expired');
    }),
  );
});

test('it opens no other file, for no other time, in no other way, and with no other secret', () => {
  fc.assert(
    fc.property(links, links, fc.string(), (link, other, secret) => {
      const query = queryOf(link);
      const now = before(link);
      const changed = (name: string, value: string) => {
        const copy = new URLSearchParams(query);
        copy.set(name, value);
        return copy;
      };
      fc.pre(other.id !== link.id && secret !== SECRET);
      const exp = Number(query.get('exp'));
      const tried = [
        checkLink(other.id, query, now, SECRET),
        checkLink(link.id, changed('exp', String(exp + 1)), now, SECRET),
        checkLink(link.id, changed('exp', `0${exp}`), now, SECRET),
        checkLink(link.id, changed('exp', 'Infinity'), now, SECRET),
        checkLink(link.id, changed('dl', query.get('dl') === '1' ? '0' : '1'), now, SECRET),
        checkLink(link.id, query, now, secret),
      ];
      expect(new Set(tried)).toEqual(new Set(['bad_signature']));
    }),
  );
});

test('a signature with one character changed, cut, lengthened or left out is none', () => {
  fc.assert(
    fc.property(links, fc.nat({ max: 42 }), fc.constantFrom(...'Aa0-_='), (link, at, character) => {
      const query = queryOf(link);
      const sig = query.get('sig') ?? '';
      fc.pre(sig[at] !== character);
      const wrong = [
        sig.slice(0, at) + character + sig.slice(at + 1),
        sig.slice(0, at),
        `${sig}=`,
        `${sig}${character}`,
        `é${sig}`,
      ];
      for (const each of wrong) {
        query.set('sig', each);
        expect(checkLink(link.id, query, before(link), SECRET)).toBe('bad_signature');
      }
      query.delete('sig');
      expect(checkLink(link.id, query, before(link), SECRET)).toBe('bad_signature');
      expect(checkLink(link.id, new URLSearchParams(), before(link), SECRET)).toBe('bad_signature');
    }),
  );
});

test('what is said of a link that is not ours does not depend on its time', () => {
  const query = queryOf({ id: 'a', expiresAt: new Date(0), disposition: 'inline' }, 'another secret');
  expect(checkLink('a', query, new Date(1), SECRET)).toBe('bad_signature');
});

test('a link needs no escaping', () => {
  fc.assert(
    fc.property(links, (link) => {
      expect(signLink(link, SECRET)).toMatch(/^exp=\d+&dl=[01]&sig=[\w-]{43}$/);
    }),
  );
});

// Where a customer's URL may not lead, however it is written; and that what is public stays reachable.
import type { LookupFunction } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPublic, judgeUrl } from '../../src/integrations/address-policy.ts';
import { fetchPicture } from '../../src/integrations/guarded-fetch.ts';

/** What these names resolve to; others do not exist. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  localhost: ['127.0.0.1', '::1'],
  'localhost.': ['127.0.0.1'],
  'loopback.test': ['127.0.0.1'],
  'metadata.test': ['169.254.169.254'],
  'metadata6.test': ['fd00:ec2::254'],
  'office.test': ['10.1.2.3'],
  'mapped.test': ['::ffff:10.1.2.3'],
  'nat64.test': ['64:ff9b::a9fe:a9fe'],
  'half.test': ['93.184.215.14', '192.168.1.1'],
  'half6.test': ['2606:4700::1', 'fe80::1'],
  'strange.test': ['not an address'],
  'nowhere.test': [],
};

const lookup: LookupFunction = (hostname, _options, done) => {
  const addresses = NAMES[hostname];
  if (!addresses) return done(Object.assign(new Error('unknown name'), { code: 'ENOTFOUND' }), '', 0);
  done(
    null,
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
  );
};

function fetchFrom(url: string) {
  return fetchPicture(url, { allow: [], maxBytes: 1000, timeoutMs: 5000, lookup });
}

describe('forbidden addresses', () => {
  test.each([
    ['http://127.0.0.1/a.png', 'loopback'],
    ['http://127.1/a.png', 'loopback, shortened'],
    ['http://127.255.255.254/a.png', 'loopback, its other end'],
    ['http://0x7f000001/a.png', 'loopback in hexadecimal'],
    ['http://0x7f.0.0.1/a.png', 'loopback, one part in hexadecimal'],
    ['http://0177.0.0.1/a.png', 'loopback in octal'],
    ['http://00000177.00000000.0.01/a.png', 'loopback in long octal'],
    ['http://2130706433/a.png', 'loopback as one number'],
    ['http://017700000001/a.png', 'loopback as one octal number'],
    ['http://①②⑦.⓪.⓪.①/a.png', 'loopback in circled digits'],
    ['http://127。0。0。1/a.png', 'loopback with Chinese full stops'],
    ['http://%31%32%37.0.0.1/a.png', 'loopback, percent-encoded'],
    ['http://0/a.png', 'this host'],
    ['http://0.0.0.0/a.png', 'this host, in full'],
    ['http://[::]/a.png', 'this host, IPv6'],
    ['http://[::1]/a.png', 'loopback, IPv6'],
    ['http://[0:0:0:0:0:0:0:1]/a.png', 'loopback, IPv6 in full'],
    ['http://[::ffff:127.0.0.1]/a.png', 'loopback, mapped'],
    ['http://[::ffff:7f00:1]/a.png', 'loopback, mapped, in hexadecimal'],
    ['http://[::ffff:8.8.8.8]/a.png', 'a public address, mapped'],
    ['http://[::127.0.0.1]/a.png', 'loopback, IPv4-compatible'],
    ['http://[64:ff9b::7f00:1]/a.png', 'loopback by NAT64'],
    ['http://[64:ff9b::808:808]/a.png', 'any address by NAT64'],
    ['http://[64:ff9b:1::7f00:1]/a.png', 'any address by local NAT64'],
    ['http://[2002:7f00:1::]/a.png', 'loopback by 6to4'],
    ['http://[2001:0:53aa:64c:0:5dff:80ff:fffe]/a.png', 'Teredo'],
    ['http://[fe80::1]/a.png', 'link-local, IPv6'],
    ['http://[fec0::1]/a.png', 'site-local'],
    ['http://[fc00::1]/a.png', 'unique local'],
    ['http://[fd00:ec2::254]/latest/meta-data', 'cloud metadata, IPv6'],
    ['http://[ff02::1]/a.png', 'multicast, IPv6'],
    ['http://[2001:db8::1]/a.png', 'documentation, IPv6'],
    ['http://[4000::1]/a.png', 'not given out, IPv6'],
    ['http://[100::1]/a.png', 'discard, IPv6'],
    ['http://169.254.169.254/latest/meta-data/', 'cloud metadata'],
    ['http://0xa9fea9fe/latest/meta-data/', 'cloud metadata in hexadecimal'],
    ['http://2852039166/latest/meta-data/', 'cloud metadata as one number'],
    ['http://100.100.100.200/latest/meta-data/', 'cloud metadata in shared address space'],
    ['http://10.0.0.1/a.png', 'private'],
    ['http://172.16.0.1/a.png', 'private, the middle block'],
    ['http://172.31.255.255/a.png', 'private, the end of the middle block'],
    ['http://192.168.0.1/a.png', 'private, the small block'],
    ['http://192.0.0.8/a.png', 'protocol assignments'],
    ['http://192.0.2.1/a.png', 'documentation'],
    ['http://192.88.99.1/a.png', '6to4 relay'],
    ['http://198.18.0.1/a.png', 'benchmarks'],
    ['http://224.0.0.1/a.png', 'multicast'],
    ['http://240.0.0.1/a.png', 'reserved'],
    ['http://255.255.255.255/a.png', 'broadcast'],
    ['http://8.8.8.8:6379/', 'another port'],
    ['http://example.com:22/', 'another port of a name'],
    ['https://example.com:80/', 'the port of the other protocol'],
    ['http://localhost/a.png', 'a name of loopback'],
    ['http://LOCALHOST/a.png', 'a name of loopback in capitals'],
    ['http://localhost./a.png', 'a name of loopback with its root'],
    ['http://loopback.test/a.png', 'a public name that leads to loopback'],
    ['https://metadata.test/a.png', 'a name that leads to cloud metadata'],
    ['http://metadata6.test/a.png', 'a name that leads to cloud metadata, IPv6'],
    ['http://office.test/a.png', 'a name that leads to a private address'],
    ['http://mapped.test/a.png', 'a name that leads to a mapped address'],
    ['http://nat64.test/a.png', 'a name that leads to NAT64'],
    ['http://half.test/a.png', 'a name of which one address is private'],
    ['http://half6.test/a.png', 'a name of which one address is link-local'],
    ['http://strange.test/a.png', 'a name whose address cannot be read'],
    ['http://nowhere.test/a.png', 'a name without an address'],
  ])('%s is refused: %s', async (url) => {
    await expect(fetchFrom(url)).rejects.toMatchObject({ kind: 'refused', code: 'address_forbidden' });
  });
});

describe('bad URLs', () => {
  test.each([
    ['', 'nothing'],
    ['a.png', 'no protocol'],
    ['http://', 'no host'],
    ['//example.com/a.png', 'no protocol, but a host'],
    ['ftp://example.com/a.png', 'FTP'],
    ['file:///etc/passwd', 'a file'],
    ['gopher://127.0.0.1:6379/_INFO', 'gopher'],
    ['data:image/png;base64,AAAA', 'data'],
    ['javascript:alert(1)', 'a script'],
    ['blob:https://example.com/1', 'a blob'],
    ['http://user:secret@example.com/a.png', 'a user and a password'],
    ['http://user@example.com/a.png', 'a user'],
    ['http://:secret@example.com/a.png', 'a password'],
    ['http://127.0.0.1%00.example.com/a.png', 'a zero byte in the host'],
    ['http://256.256.256.256/a.png', 'numbers that are no address'],
    ['http://1.2.3.4.5/a.png', 'five numbers'],
    ['http://[fe80::1%25eth0]/a.png', 'an address with a zone'],
    ['http://exa mple.com/a.png', 'a space in the host'],
    ['http://example.com:99999/a.png', 'no such port'],
    [`http://example.com/${'a'.repeat(2048)}`, 'too long'],
  ])('%s is no URL to fetch: %s', async (url) => {
    await expect(fetchFrom(url)).rejects.toMatchObject({ kind: 'permanent', code: 'bad_url' });
  });

  test('a name that does not exist is tried again later', async () => {
    await expect(fetchFrom('http://unknown.test/a.png')).rejects.toMatchObject({ kind: 'retryable', code: 'network' });
  });

  test('a failure says nothing of a URL but its host', async () => {
    const urls = [
      'http://half.test/a.png?signature=geheim',
      'http://u:geheim@example.com/',
      'http://unknown.test/geheim',
    ];
    for (const url of urls) {
      const failure = await fetchFrom(url).catch((error: unknown) => error);
      expect(`${failure}`).toContain('OutsideFailure');
      expect(`${failure}`).not.toContain('geheim');
    }
  });
});

describe('what may be reached', () => {
  test.each([
    'http://example.com/a.png',
    'http://example.com:80/a.png',
    'https://example.com:443/a.png?x=1#y',
    'https://图片.example/照片.jpg',
    'http://8.8.8.8/a.png',
    'http://172.32.0.1/a.png',
    'http://100.128.0.1/a.png',
    'https://[2606:4700:4700::1111]/a.png',
  ])('%s passes', (url) => {
    expect(() => judgeUrl(url, [])).not.toThrow();
  });

  test('an allowed place is one host and one port, exactly', () => {
    const allow = ['10.0.0.9:9000', '[fd00::1]:80', 'store.test:9000'];
    const judge = (url: string) => () => judgeUrl(url, allow);
    for (const url of ['http://10.0.0.9:9000/a', 'http://[fd00:0::1]/a', 'https://store.test:9000/a']) {
      expect(judge(url)).not.toThrow();
    }
    for (const url of [
      'http://10.0.0.9/a',
      'http://10.0.0.9:9001/a',
      'https://[fd00::1]/a',
      'http://a.store.test:9000/',
    ]) {
      expect(judge(url)).toThrow('may not be fetched');
    }
  });

  test('no private IPv4 address is public in any of its disguises', () => {
    const octet = fc.integer({ min: 0, max: 255 });
    const inside = fc.oneof(
      fc.tuple(fc.constantFrom(0, 10, 127, 224, 239, 240, 255), octet, octet, octet),
      fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
      fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), octet, octet),
      fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
      fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), octet, octet),
    );
    fc.assert(
      fc.property(inside, ([a, b, c, d]) => {
        const number = ((a * 256 + b) * 256 + c) * 256 + d;
        const low = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
        const written = [`${number}`, `0x${number.toString(16)}`, `0${number.toString(8)}`, `${a}.${b}.${c}.${d}`];
        for (const host of [...written, `[::ffff:${low}]`, `[64:ff9b::${low}]`, `[2002:${low}::]`]) {
          expect(() => judgeUrl(`http://${host}/`, [])).toThrow('may not be fetched');
        }
        expect(isPublic(`${a}.${b}.${c}.${d}`)).toBe(false);
      }),
    );
  });
});

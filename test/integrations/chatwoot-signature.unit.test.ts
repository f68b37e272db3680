// Which webhooks count as Chatwoot's, in each mode.
import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { SIGNATURE_MODES, type SignatureMode, verifySignature } from '../../src/integrations/chatwoot/signature.ts';

const NOW = new Date('2026-11-21T08:00:00Z');
const SECRET = 'whsec-canary';
const BODY = Buffer.from('{"event":"message_created","content":"转人工 ☂"}');

type Parts = { body?: Buffer; secret?: string; at?: number; prefix?: string };

function headersFor({ body = BODY, secret = SECRET, at = 0, prefix = 'sha256=' }: Parts = {}): Record<string, string> {
  const timestamp = String(NOW.getTime() / 1000 + at);
  const digest = createHmac('sha256', secret)
    .update(Buffer.concat([Buffer.from(`${timestamp}.`), body]))
    .digest('hex');
  return { 'x-chatwoot-timestamp': timestamp, 'x-chatwoot-signature': `${prefix}${digest}` };
}

function verdict(headers: Record<string, string | string[]>, mode: SignatureMode = 'required', rawBody = BODY) {
  return verifySignature({ rawBody, headers, secret: SECRET, now: NOW }, mode);
}

describe.each(['required', 'if_present'] as const)('%s', (mode) => {
  test.each([
    ['a right one', headersFor(), 'verified'],
    ['without its prefix', headersFor({ prefix: '' }), 'verified'],
    ['five minutes old', headersFor({ at: -300 }), 'verified'],
    ['five minutes ahead', headersFor({ at: 300 }), 'verified'],
    ['older', headersFor({ at: -301 }), 'stale'],
    ['further ahead', headersFor({ at: 301 }), 'stale'],
    ['by another secret', headersFor({ secret: 'other' }), 'wrong'],
    ['of another body', headersFor({ body: Buffer.from('{}') }), 'wrong'],
    ['old and wrong', headersFor({ at: -9999, secret: 'other' }), 'wrong'],
    ['another timestamp', { ...headersFor(), 'x-chatwoot-timestamp': String(NOW.getTime() / 1000 - 1) }, 'wrong'],
    ['no timestamp', { 'x-chatwoot-signature': headersFor()['x-chatwoot-signature'] ?? '' }, 'missing'],
    ['no signature', { 'x-chatwoot-timestamp': '1795248000' }, 'missing'],
    ['an empty signature', { ...headersFor(), 'x-chatwoot-signature': '' }, 'missing'],
    ['no hexadecimal', { ...headersFor(), 'x-chatwoot-signature': `sha256=${'z'.repeat(64)}` }, 'wrong'],
    ['a short one', { ...headersFor(), 'x-chatwoot-signature': 'sha256=ab' }, 'wrong'],
    ['a timestamp in words', { ...headersFor(), 'x-chatwoot-timestamp': 'now' }, 'wrong'],
    ['a timestamp that is no whole number', { ...headersFor(), 'x-chatwoot-timestamp': '1e9' }, 'wrong'],
  ] as const)('%s', (_what, headers, expected) => {
    expect(verdict(headers, mode)).toBe(expected);
  });

  test('a body changed by one byte, wherever it is, is wrong', () => {
    for (let place = 0; place < BODY.length; place += 7) {
      const changed = Buffer.from(BODY);
      changed[place] = (changed[place] ?? 0) ^ 1;
      expect(verdict(headersFor(), mode, changed)).toBe('wrong');
    }
  });

  test('a body that says the same in other bytes is wrong', () => {
    expect(verdict(headersFor(), mode, Buffer.from(JSON.stringify(JSON.parse(BODY.toString()), null, 1)))).toBe(
      'wrong',
    );
  });

  test('the same delivery again is as right as before: its id is what tells', () => {
    expect([verdict(headersFor(), mode), verdict(headersFor(), mode)]).toEqual(['verified', 'verified']);
  });

  test('without a secret nothing is verified, an empty one least of all', () => {
    for (const secret of [null, '']) {
      const headers = headersFor({ secret: '' });
      expect(verifySignature({ rawBody: BODY, headers, secret, now: NOW }, mode)).toBe('wrong');
    }
  });

  test('a header that came twice counts once', () => {
    const right = headersFor();
    const twice = { ...right, 'x-chatwoot-signature': [right['x-chatwoot-signature'] ?? '', 'sha256=00'] };
    expect(verdict(twice, mode)).toBe('verified');
  });
});

test('without any signature: each mode has its own answer', () => {
  expect(SIGNATURE_MODES.map((mode) => verdict({}, mode))).toEqual(['missing', 'unsigned', 'unsigned']);
});

test('switched off, nothing is looked at', () => {
  expect(verdict(headersFor({ secret: 'other' }), 'off')).toBe('unsigned');
});

// How a mail server's address is read.
import { expect, test } from 'vitest';
import { readSmtpUrl } from '../../src/integrations/smtp-url.ts';

test('user and password are decoded, and ports follow the protocol', () => {
  expect(readSmtpUrl('smtps://robot%40example.com:a%3Ab%25@mail.example.com')).toEqual({
    host: 'mail.example.com',
    port: 465,
    secure: true,
    requireTLS: false,
    auth: { user: 'robot@example.com', pass: 'a:b%' },
  });
  expect(readSmtpUrl('smtp://[::1]:2525')).toEqual({ host: '::1', port: 2525, secure: false, requireTLS: false });
});

test('a password goes in the clear to this machine only', () => {
  const required = [
    'smtp://a:b@mail.example.com',
    'smtp://a:b@127.0.0.1',
    'smtp://a:b@localhost:25',
    'smtp://mail.example.com',
  ];
  expect(required.map((url) => readSmtpUrl(url).requireTLS)).toEqual([true, false, false, false]);
});

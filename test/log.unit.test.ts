// The canary: a secret is handed to the logger in every way that our code has, and must not come out.
import { DriverException } from '@mikro-orm/mysql';
import { describe, expect, test } from 'vitest';
import { makeLog, wordsOf } from '../src/log.ts';

const CANARY = 'canary-4f1d';

function logged(use: (log: ReturnType<typeof makeLog>) => void): string {
  const lines: string[] = [];
  use(makeLog('test', 'trace', { write: (line: string) => void lines.push(line) }));
  return lines.join('');
}

/** As the driver throws it: the statement with its values before its own words, and those with a value too. */
function sqlError(sqlMessage: string): DriverException {
  const own = Object.assign(new Error(`insert into message values ('${CANARY}') - ${sqlMessage}`), {
    errno: 1062,
    code: 'ER_DUP_ENTRY',
    sqlMessage,
    sql: `insert into message values ('${CANARY}')`,
  });
  return new DriverException(own);
}

const FIELDS = [
  'authorization',
  'cookie',
  'token',
  'secret',
  'password',
  'key',
  'content',
  'text',
  'payload',
  'body',
  'idempotencyKey',
  'idempotency-key',
  'x-api-key',
  'set-cookie',
];

describe('the canary stays in', () => {
  test.each(FIELDS)('as the field %s, at every depth that our calls reach', (field) => {
    const secret = { [field]: CANARY };
    for (const value of [secret, { a: secret }, { a: { b: secret } }, { a: { b: { c: secret } } }]) {
      const out = logged((log) => log.warn(value, 'something'));
      expect(out).toContain('[redacted]');
      expect(out).not.toContain(CANARY);
    }
  });

  test('in a whole request with its headers', () => {
    const headers = {
      authorization: `Bearer ${CANARY}`,
      cookie: CANARY,
      'idempotency-key': CANARY,
      'x-api-key': CANARY,
    };
    expect(logged((log) => log.info({ req: { headers, body: { content: CANARY } } }, 'request'))).not.toContain(CANARY);
  });

  test('in a child’s fields', () => {
    expect(logged((log) => log.child({ token: CANARY }).info('something'))).not.toContain(CANARY);
  });

  test.each([
    `Duplicate entry '01M-${CANARY}' for key 'message_external'`,
    `Duplicate entry 'it's ${CANARY}' for key 'message_external'`,
    `You have an error in your SQL syntax; check the manual to use near '${CANARY}' at line 1`,
    `Incorrect string value: '${CANARY}' for column 'content' at row 1`,
    `Data too long\n'${CANARY}\n'`,
  ])('in an SQL error that says: %s', (sqlMessage) => {
    const error = sqlError(sqlMessage);
    const out = logged((log) => log.error({ err: error }, 'request failed'));
    expect(out).not.toContain(CANARY);
    expect(out).not.toContain('insert into');
    expect(wordsOf(error)).not.toContain(CANARY);
  });
});

test('what helps stays: the error’s kind, code, key and places', () => {
  const error = sqlError(`Duplicate entry '01M-${CANARY}' for key 'message_external'`);
  const [line] = logged((log) => log.error({ err: error }, 'request failed')).split('\n');
  const { err, msg, role } = JSON.parse(line ?? '');
  expect({ msg, role, code: err.code, message: err.message }).toEqual({
    msg: 'request failed',
    role: 'test',
    code: 'ER_DUP_ENTRY',
    message: "Duplicate entry '…' for key 'message_external'",
  });
  expect(err.stack).toMatch(/^\s+at /);
});

test('what is thrown and is no error is cut short', () => {
  expect(wordsOf('x'.repeat(1000))).toHaveLength(200);
  expect(wordsOf(new Error('plain'))).toBe('plain');
});

// One pino logger a process, JSON lines on stdout. What may be private never gets in: messages' texts are not logged at all,
// and the paths below are taken out even where somebody hands in a whole request. A canary test holds this.
import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino';

export type Log = Logger;

const SECRET_FIELDS = [
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
  '["idempotency-key"]',
  '["x-api-key"]',
  '["set-cookie"]',
];

/** Redaction matches exact depth only, so each field is named at the four depths that our log calls reach. */
const paths = SECRET_FIELDS.flatMap((field) => {
  const dotted = field.startsWith('[') ? field : `.${field}`;
  return [field, `*${dotted}`, `*.*${dotted}`, `*.*.*${dotted}`];
});

/** @param destination where lines go; stdout when left out. */
export function makeLog(role: string, level: string, destination?: DestinationStream): Log {
  const options = {
    level,
    base: { role, pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    redact: { paths, censor: '[redacted]' },
    serializers: { err: describeError },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** SQL errors carry the statement with its values: only the name, code, first line and stack's places are kept. */
function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: wordsOf(error) };
  const places = (error.stack ?? '')
    .split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .slice(0, 8);
  return { type: error.name, code: Reflect.get(error, 'code'), message: wordsOf(error), stack: places.join('\n') };
}

/** What an error says, without what it quotes: the driver repeats the whole statement before its own words, and those quote values too. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error).slice(0, 200);
  const own = Reflect.get(error, 'sqlMessage');
  const text = typeof own === 'string' ? own : error.message;
  return Reflect.has(error, 'errno') ? withoutQuoted(text).slice(0, 200) : text.slice(0, 300);
}

/** From the first quote to the last, since a value may hold quotes itself; the name of the key that collided stays. */
function withoutQuoted(text: string): string {
  const key = / for key '[\w.]+'$/.exec(text)?.[0] ?? '';
  return `${text.slice(0, text.length - key.length).replace(/(?<!\w)'.*'(?!\w)/s, "'…'")}${key}`;
}

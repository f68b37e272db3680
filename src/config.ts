// Everything that can be set from outside, read once by each process. A bad variable stops the start with a sentence, never an import.
import { z } from 'zod';

const seconds = (fallback: number) => z.coerce.number().positive().max(86_400).default(fallback);
const whole = (fallback: number, max: number) => z.coerce.number().int().min(1).max(max).default(fallback);
const flag = (fallback: boolean) =>
  z
    .enum(['true', 'false'])
    .default(fallback ? 'true' : 'false')
    .transform((word) => word === 'true');
const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  );

const text = z.string().max(500).default('');
const address = (protocol: RegExp) => z.union([z.literal(''), z.url({ protocol })]).default('');
const WEB = /^https?$/;

const Environment = z.object({
  /** mysql://user:password@host:port/database; MySQL 8.4 or MariaDB 10.11, or later. */
  DATABASE_URL: z.url({ protocol: /^mysql$/ }),
  /** redis://[user:password@]host:port; Redis or Valkey 7 or later, AOF on, noeviction. */
  REDIS_URL: z.url({ protocol: /^rediss?$/ }),
  /** First part of every key and channel in Redis: lets installations share a server. */
  REDIS_PREFIX: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/)
    .default('baton'),
  /** At least 32 characters. Signs tokens and cursors, seals stored answers. */
  BATON_SECRET: z.string().min(32, 'at least 32 characters'),
  /** Address that the API and the worker's side port listen on. */
  HOST: z.string().default('0.0.0.0'),
  /** Port of the API; 0 takes a free one. */
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  /** Port of the worker's /livez, /readyz and /metrics; 0 takes a free one. */
  WORKER_PORT: z.coerce.number().int().min(0).max(65_535).default(3001),
  /** The least that is logged. */
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  /** Database connections of one process. */
  DATABASE_POOL: whole(20, 500),
  /** A database connection that says nothing for so long is given up; longer than the server's lock waits. */
  DATABASE_SILENCE_SECONDS: seconds(30),
  /** Jobs of one kind that one worker process runs side by side; below DATABASE_POOL. */
  WORKER_CONCURRENCY: whole(4, 100),
  /** How often due deadlines are looked for, lost wakes healed and expired leases found. */
  SWEEP_SECONDS: seconds(10),
  /** How often each occupied stream's head is told to its followers. */
  BEACON_SECONDS: seconds(15),
  /** How long a socket's lease lasts without renewal; renewed at a third of it. */
  LEASE_SECONDS: seconds(45),
  /** How long an agent whose last socket closed still counts as reachable. */
  REACHABLE_GRACE_SECONDS: seconds(20),
  /** Life of a minted token. */
  TOKEN_SECONDS: seconds(600),
  /** A process that is told to stop ends after at most this. */
  SHUTDOWN_SECONDS: seconds(25),
  /** A request that the database does not answer in this time gets 503. */
  REQUEST_SECONDS: seconds(2.5),
  /** Requests a minute for one key or token; a batch counts one for each 100 messages. */
  RATE_LIMIT: whole(6_000, 10_000_000),
  /** Wrong keys a minute for one address. */
  RATE_LIMIT_FAILURES: whole(30, 10_000_000),
  /** Origins that browsers may call from, comma separated; empty: none. */
  CORS_ORIGINS: list,
  /** Proxies in front of the API whose X-Forwarded-For is believed. */
  TRUST_PROXY: z.coerce.number().int().min(0).max(10).default(0),
  /** Events older than this leave their streams; messages stay. Days. */
  EVENT_RETENTION_DAYS: whole(90, 3650),
  /** Done jobs older than this leave the ledger; after that a repeated Idempotency-Key is new work. Days. */
  JOB_RETENTION_DAYS: whole(14, 3650),
  /** Where contacts reach the API: the beginning of links to pictures. Empty: this machine, at PORT. */
  PUBLIC_URL: address(WEB),
  /** Where pictures are stored, unless an S3-compatible store is named. Every process of the installation needs the same. */
  FILES_DIRECTORY: z.string().default('.baton/files'),
  /** An S3-compatible store, with its bucket and keys; empty: FILES_DIRECTORY. */
  S3_ENDPOINT: address(WEB),
  /** Its bucket, which must be there. */
  S3_BUCKET: text,
  /** Its region. */
  S3_REGION: z.string().default('us-east-1'),
  /** A key that may read, write and look up objects there. */
  S3_ACCESS_KEY_ID: text,
  /** The key's secret. */
  S3_SECRET_ACCESS_KEY: text,
  /** Private hosts that may be reached all the same, for pictures, webhooks and channels, as host:port, comma separated. */
  FETCH_PRIVATE_HOSTS: list,
  /** Who makes pictures where the account does not say. */
  IMAGE_PROVIDER: z.enum(['embedded', 'gemini', 'openai']).default('embedded'),
  /** A maker of pictures that is not done in this time is given up, and asked again. */
  IMAGE_SECONDS: z.coerce.number().positive().max(290).default(120),
  /** Empty: nothing is asked of Gemini. */
  GEMINI_API_KEY: text,
  /** A model of Gemini that makes pictures. */
  GEMINI_MODEL: z.string().default('gemini-2.5-flash-image'),
  /** Only for a server of one's own; empty: Google's. */
  GEMINI_URL: address(WEB),
  /** Empty: nothing is asked of OpenAI. */
  OPENAI_API_KEY: text,
  /** A model of OpenAI that edits pictures. */
  OPENAI_IMAGE_MODEL: z.string().default('gpt-image-1.5'),
  /** Only for a server of one's own; empty: OpenAI's. */
  OPENAI_URL: address(WEB),
  /** smtp://user:password@host:port, or smtps://; empty: no mail goes out, and operators are told. */
  SMTP_URL: address(/^smtps?$/),
  /** Whom the mails are from. */
  MAIL_FROM: z.string().max(200).default('Baton <baton@localhost>'),
  /** A language model reads what no rule was sure of, where an account wants it: the base of any OpenAI-compatible API; empty: none does. */
  UNDERSTANDING_URL: address(WEB),
  /** Its key; some servers want none. */
  UNDERSTANDING_API_KEY: text,
  /** A model that follows a JSON schema, or at least answers JSON. */
  UNDERSTANDING_MODEL: z.string().max(200).default('gpt-5-mini'),
  /** A model that has not answered in this time is not waited for: the rules have spoken. */
  UNDERSTANDING_SECONDS: z.coerce.number().positive().max(60).default(8),
  /** The webhook of a WeCom group robot that operators are alarmed by; empty: only on the stream `ops`. */
  ALARM_ROBOT_URL: address(WEB),
  /** Serve /docs and /openapi.json. */
  DOCS: flag(true),
});

export type Config = z.output<typeof Environment>;

/** Reads and checks the environment. Throws one Error that names every variable that is wrong, and why; values are not repeated. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const known = Object.fromEntries(
    Object.entries(env).filter(([name, value]) => name in Environment.shape && value !== ''),
  );
  const parsed = Environment.safeParse(known);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`The environment does not fit (see .env.example):\n${lines.join('\n')}`);
}

/** Every variable with its default, for the documents' table and the test that compares it. */
export const environmentShape = Environment.shape;

// A whole Baton for one test file: its own database and Redis prefix, API servers and workers in this process, a key that may
// do everything, and short words for what tests do most. Real servers; addresses come from scripts/test.ts.
import { createConnection } from 'mysql2/promise';
import { afterAll } from 'vitest';
import type { ActPoint } from '../../src/act.ts';
import { runAct } from '../../src/act.ts';
import { type ApiServer, startApi } from '../../src/api/server.ts';
import { BatonClient, type ClientOptions } from '../../src/client/client.ts';
import type { Frame } from '../../src/client/stream-cursor.ts';
import { type Config, readConfig } from '../../src/config.ts';
import { checkInvariants } from '../../src/db/invariants.ts';
import { migrate } from '../../src/db/migrate.ts';
import { createApiKey } from '../../src/domain/accounts/create-api-key.ts';
import { SCOPES } from '../../src/domain/accounts/scopes.ts';
import { newId } from '../../src/domain/ids.ts';
import { type Kernel, openKernel } from '../../src/kernel.ts';
import { makeLog } from '../../src/log.ts';
import { startWorkers, type Workers } from '../../src/workers/start.ts';

/** An answer as it came: tests read of it what they assert. */
// biome-ignore lint/suspicious/noExplicitAny: the assertion is the check
export type Json = any;

export type Reply<T = Json> = { status: number; body: T; headers: Headers };

export type WorldOptions = {
  readonly env?: Readonly<Record<string, string>>;
  readonly apis?: number;
  readonly workers?: number;
  readonly onPoint?: (point: ActPoint) => Promise<void> | void;
  /** Other servers than the shared ones. */
  readonly databaseUrl?: string;
  readonly redisUrl?: string;
};

const SYSTEM = { type: 'system', id: 'test' } as const;

/** Kinds of jobs that are often meant for later. */
const FOR_LATER = ['alarm', 'delivery', 'inbound', 'understanding'];

/** What one kernel plans for now may lie in the future of another. */
const CLOCKS_APART_MS = 500;

/** Under way, or due and the first of its lane while the circuit lets anything through. */
const DELIVERIES_TO_GO = `select 1 from delivery d join endpoint n on n.id = d.endpoint_id left join circuit c on c.endpoint_id = n.id
  where n.state = 'enabled' and (d.state = 'sending' or d.state = 'pending' and d.due_at <= ?
    and coalesce(c.open_until <= ?, true) and coalesce(c.paused_until <= ?, true)
    and not exists (select 1 from delivery e
      where e.endpoint_id = d.endpoint_id and e.lane = d.lane and e.state in ('pending', 'sending') and e.id < d.id)) limit 1`;

/** How far the time of a world is ahead of its database's. */
type Ahead = { milliseconds: number };

export class World {
  readonly config: Config;
  readonly kernel: Kernel;
  readonly apis: ApiServer[];
  readonly workers: Workers[];
  readonly key: string;
  readonly #clients: BatonClient[] = [];
  readonly #own: Kernel[];
  readonly #time: Ahead;

  private constructor(
    config: Config,
    kernels: Kernel[],
    apis: ApiServer[],
    workers: Workers[],
    key: string,
    time: Ahead,
  ) {
    const [kernel] = kernels;
    if (!kernel) throw new Error('a world needs a kernel');
    this.config = config;
    this.kernel = kernel;
    this.#own = kernels;
    this.apis = apis;
    this.workers = workers;
    this.key = key;
    this.#time = time;
  }

  /** Opens a world and closes it after the last test of the file. */
  static async open(options: WorldOptions = {}): Promise<World> {
    const config = await freshConfig(options);
    const log = makeLog('test', process.env.TEST_LOG ?? 'silent');
    const time: Ahead = { milliseconds: 0 };
    const shift = () => time.milliseconds;
    const { onPoint } = options;
    const kernels: Kernel[] = [await openKernel(config, log, 'test', { onPoint, shift })];
    const apis: ApiServer[] = [];
    for (let index = 0; index < (options.apis ?? 1); index += 1) {
      const kernel = await openKernel(config, log, 'api', { shift });
      kernels.push(kernel);
      apis.push(await startApi(kernel, true));
    }
    const workers: Workers[] = [];
    for (let index = 0; index < (options.workers ?? 1); index += 1) {
      const kernel = await openKernel(config, log, 'worker', { onPoint, shift });
      kernels.push(kernel);
      workers.push(startWorkers(kernel));
    }
    const [first] = kernels;
    if (!first) throw new Error('a world needs a kernel');
    const { key } = await runAct(first, SYSTEM, (act) =>
      createApiKey(act, { name: 'test', scopes: SCOPES, accounts: null, expiresAt: null }),
    );
    const world = new World(config, kernels, apis, workers, key, time);
    afterAll(() => world.close());
    return world;
  }

  get url(): string {
    return this.apis[0]?.url ?? '';
  }

  /** One HTTP call with the world's key, unless another key (or null: none) is named. A string body is sent as it is. */
  async call<T = Json>(
    method: string,
    path: string,
    body?: unknown,
    options: { key?: string | null; headers?: Record<string, string>; url?: string } = {},
  ): Promise<Reply<T>> {
    const key = options.key === undefined ? this.key : options.key;
    const headers: Record<string, string> = {
      ...(key === null ? {} : { Authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...options.headers,
    };
    const text = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`${options.url ?? this.url}${path}`, { method, headers, body: text });
    const answer = await response.text();
    return { status: response.status, headers: response.headers, body: parse(answer) };
  }

  /** The same, and it must have gone well. */
  async must<T = Json>(
    method: string,
    path: string,
    body?: unknown,
    options: { key?: string | null; headers?: Record<string, string> } = {},
  ): Promise<T> {
    const reply = await this.call<T>(method, path, body, options);
    if (reply.status >= 400) throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
    return reply.body;
  }

  async account(settings: object = {}): Promise<string> {
    const account = await this.must('POST', '/v1/accounts', {
      platform: 'web',
      externalId: newId(),
      name: 'Shop',
      settings,
    });
    return account.id;
  }

  /** An agent who is online and always reachable, with a token. */
  async agent(accounts: readonly string[], fields: object = {}): Promise<{ id: string; token: string }> {
    const body = { externalId: newId(), name: 'Li Ming', capacity: 5, alwaysReachable: true, accounts, ...fields };
    const { id } = await this.must('POST', '/v1/agents', body);
    await this.must('PUT', `/v1/agents/${id}/presence`, { availability: 'online' });
    return { id, token: await this.token('agent', id) };
  }

  async token(type: 'agent' | 'contact', id: string): Promise<string> {
    const { token } = await this.must('POST', `/v1/${type}s/${id}/tokens`);
    return token;
  }

  /** A message of a batch, with what is left out filled in. */
  message(account: string, contact: string, fields: object = {}): Record<string, unknown> {
    return { id: newId(), account, contact, sender: 'contact', content: 'hello', sentAt: this.ago(1), ...fields };
  }

  /**
   * It is so much later, for everything of this world that runs in this process: deadlines come due, leases and tokens run out.
   * Connections that live take a new lease within a few seconds; timers and other processes go on as before.
   */
  advance(seconds: number): void {
    this.#time.milliseconds += seconds * 1000;
  }

  ago(seconds: number): string {
    return new Date(this.kernel.clock().getTime() - seconds * 1000).toISOString();
  }

  /** Posts a batch and waits for what became of it. */
  async ingest(messages: readonly unknown[], key?: string): Promise<Json> {
    const job = await this.must(
      'POST',
      '/v1/batches',
      { messages },
      { headers: { Prefer: 'wait=10' }, ...(key ? { key } : {}) },
    );
    if (job.state !== 'done') throw new Error(`batch not done: ${JSON.stringify(job)}`);
    return job.result;
  }

  /** The conversation of a contact, by external id. */
  async conversation(account: string, contact: string): Promise<Json> {
    const found = await this.must('POST', '/v1/contacts', { account, contact: { id: contact } });
    return this.must('GET', `/v1/conversations/${found.conversationId}`);
  }

  sql<T = Json>(sql: string, params: unknown[] = []): Promise<T[]> {
    return this.kernel.orm.em.fork().execute(sql, params) as Promise<T[]>;
  }

  /** Every invariant that is broken, by name; empty when all hold. */
  async broken(): Promise<Json[]> {
    const findings = await checkInvariants(this.kernel.orm.em.fork());
    return findings.filter(({ violations }) => violations > 0);
  }

  /** Until the ledger has no accepted work, but for what is meant for later, and every delivery that can go has gone. */
  async quiet(seconds = 30): Promise<void> {
    await until(
      async () => {
        const now = new Date(this.kernel.clock().getTime() + CLOCKS_APART_MS);
        const waits = "state = 'running' or state = 'accepted' and (kind not in (?) or due_at <= ?)";
        const jobs = await this.sql(`select 1 from job where ${waits} limit 1`, [FOR_LATER, now]);
        return jobs.length === 0 && (await this.sql(DELIVERIES_TO_GO, [now, now, now])).length === 0;
      },
      seconds,
      'the ledger is not quiet',
    );
  }

  /** A client that keeps every event that it is handed. */
  client(
    namespace: '/agent' | '/contact',
    token: string | (() => Promise<string>),
    options: Partial<ClientOptions> = {},
  ): { client: BatonClient; events: Frame[] } {
    const events: Frame[] = [];
    const give = typeof token === 'string' ? async () => token : token;
    const client = new BatonClient({
      url: this.url,
      namespace,
      token: give,
      onEvent: (event) => events.push(event),
      ...options,
    });
    this.#clients.push(client);
    return { client, events };
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.close();
    await Promise.all(this.apis.map((api) => api.stop()));
    await Promise.all(this.workers.map((worker) => worker.stop()));
    await Promise.all(this.#own.map((kernel) => kernel.close()));
    await drop(this.config.DATABASE_URL);
  }
}

/** A configuration with a new, migrated database and a Redis prefix of its own. */
export async function freshConfig(options: WorldOptions = {}): Promise<Config> {
  const server = options.databaseUrl ?? process.env.TEST_DATABASE_URL;
  const redis = options.redisUrl ?? process.env.TEST_REDIS_URL;
  if (!server || !redis) throw new Error('run the tests by `npm test`: it starts the servers that they need');
  const name = newId().toLowerCase();
  const url = new URL(server);
  url.pathname = `/baton_test_${name}`;
  await migrate(url.href);
  return readConfig({
    DATABASE_URL: url.href,
    REDIS_URL: redis,
    REDIS_PREFIX: `t${name}`,
    BATON_SECRET: 'a secret of the tests, 32 characters at least',
    HOST: '127.0.0.1',
    PORT: '0',
    WORKER_PORT: '0',
    LOG_LEVEL: 'silent',
    RATE_LIMIT: '1000000',
    RATE_LIMIT_FAILURES: '100000',
    SWEEP_SECONDS: '2',
    BEACON_SECONDS: '1',
    ...options.env,
  });
}

async function drop(databaseUrl: string): Promise<void> {
  const url = new URL(databaseUrl);
  const name = url.pathname.slice(1);
  url.pathname = '';
  const connection = await createConnection({ uri: url.href });
  await connection.query('drop database if exists ??', [name]);
  await connection.end();
}

/** Waits for a condition, asked again and again; it says what was waited for when it does not come. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  seconds: number,
  otherwise: string,
): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`after ${seconds} s: ${otherwise}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function parse(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

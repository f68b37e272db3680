// A world whose accounts are connected each to a Chatwoot of its own on loopback, with an inbox whose webhooks come to us.
import { afterAll } from 'vitest';
import { type ChatwootChoices, type ChatwootServer, startChatwoot } from './outside/chatwoot-server.ts';
import { type Json, until, World, type WorldOptions } from './world.ts';

export type ShopOptions = {
  /** Of the account. */
  readonly settings?: object;
  /** Of the channel. */
  readonly channel?: object;
  /** Null leaves one out. */
  readonly secrets?: { readonly botToken?: string | null; readonly userToken?: string | null };
  readonly hooks?: boolean;
};

/** What was done there waits so long for what was said before; longer waits are for something else. */
const SOON_MS = 600;

export class ChatwootShops {
  readonly world: World;
  readonly #free: ChatwootServer[];

  private constructor(world: World, servers: readonly ChatwootServer[]) {
    this.world = world;
    this.#free = [...servers];
  }

  /** Opens the world and so many Chatwoots, and closes them after the last test of the file. */
  static async open(choices: readonly ChatwootChoices[], options: WorldOptions = {}): Promise<ChatwootShops> {
    let clock = Date.now;
    const servers = await Promise.all(choices.map((each) => startChatwoot({ now: () => clock(), ...each })));
    const hosts = servers.map(({ host }) => host);
    const env = options.env ?? {};
    const allowed = [...hosts, ...(env.FETCH_PRIVATE_HOSTS ?? '').split(',').filter(Boolean)].join(',');
    afterAll(() => Promise.all(servers.map((server) => server.close())));
    const world = await World.open({ ...options, env: { ...env, FETCH_PRIVATE_HOSTS: allowed } });
    clock = () => world.kernel.clock().getTime();
    return new ChatwootShops(world, servers);
  }

  /** A new account at the next Chatwoot. */
  async shop({ settings = {}, channel = {}, secrets = {}, hooks = true }: ShopOptions = {}): Promise<ChatwootShop> {
    const server = this.#free.shift();
    if (!server) throw new Error('open more Chatwoots');
    const account = await this.world.account(settings);
    const { accountId, botToken, userToken, webhookSecret, botId } = server;
    const body = {
      url: server.url,
      settings: { account: accountId, bot: botId, ...channel },
      secrets: { botToken, userToken, webhookSecret, ...secrets },
    };
    const { hook } = await this.world.must('PUT', `/v1/accounts/${account}/channels/chatwoot`, body);
    const path = new URL(hook).pathname;
    if (hooks) server.hookTo(`${this.world.url}${path}`);
    return new ChatwootShop(this.world, server, account, path);
  }
}

export class ChatwootShop {
  readonly world: World;
  readonly server: ChatwootServer;
  readonly account: string;
  /** Where its webhooks go to. */
  readonly hookPath: string;

  constructor(world: World, server: ChatwootServer, account: string, hookPath: string) {
    this.world = world;
    this.server = server;
    this.account = account;
    this.hookPath = hookPath;
  }

  /** Until whatever follows from what was done has been done, here and there. */
  async settled(seconds = 20): Promise<void> {
    let before = -1;
    const count = () => this.server.delivered.length + this.server.requests.length;
    while (before !== count()) {
      before = count();
      await this.server.idle();
      await until(() => this.#isQuiet(), seconds, 'work is still due');
    }
  }

  /** The queue goes by the real clock: what is due by the world’s is woken at each look. */
  async #isQuiet(): Promise<boolean> {
    const { queues, clock } = this.world.kernel;
    for (const job of [...(await queues.delivery.getDelayed()), ...(await queues.inbound.getDelayed())]) {
      const sql = "select 1 from job where id = ? and state = 'accepted' and due_at <= ?";
      const [due] = await this.world.sql(sql, [job.data.id, clock()]);
      if (due) await job.promote().catch(() => undefined); // it went by itself meanwhile
    }
    const soon = new Date(clock().getTime() + SOON_MS);
    const waits =
      "state = 'running' or state = 'accepted' and (kind not in ('alarm', 'delivery', 'inbound') or due_at <= if(kind = 'inbound', ?, ?))";
    const jobs = await this.world.sql(`select 1 from job where ${waits} limit 1`, [soon, clock()]);
    return jobs.length === 0 && (await this.due()) === 0;
  }

  /** Deliveries that may be made by now. */
  async due(): Promise<number> {
    const now = this.world.kernel.clock();
    const [row] = await this.world.sql(
      `select count(*) as n from delivery d left join circuit c on c.endpoint_id = d.endpoint_id
       where d.account_id = ? and (d.state = 'sending' or d.state = 'pending' and d.due_at <= ? and coalesce(c.open_until, ?) <= ?)`,
      [this.account, now, now, now],
    );
    return Number(row.n);
  }

  /** So much later, for deliveries that wait in the queue too. */
  async later(seconds: number): Promise<void> {
    this.world.advance(seconds);
    await this.settled();
  }

  /** Our conversation with the contact of that number there. */
  conversation(contact: number): Promise<Json> {
    return this.world.conversation(this.account, `chatwoot:${contact}`);
  }

  /** What we were to do there, in order. */
  async deliveries(effect?: string): Promise<Json[]> {
    const { data } = await this.world.must('GET', `/v1/deliveries?account=${this.account}&limit=100`);
    return data.reverse().filter((each: Json) => effect === undefined || each.effect === effect);
  }

  /** Requests that change something there, in a few words each. */
  changes(from = 0): string[] {
    return this.server.requests.slice(from).flatMap(({ method, path, body }) => {
      if (method === 'GET') return [];
      const said: Json = JSON.parse(body.toString() || '{}');
      const call = path.split('/').at(-1) ?? '';
      if (call === 'messages') return [`${said.private ? 'note' : 'message'}`];
      return [`${call} ${JSON.stringify(said)}`];
    });
  }
}

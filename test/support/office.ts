// A world with a company in a local WeCom: an account that is one of its apps, members who write to it, customers of customer service.
import { afterAll } from 'vitest';
import { JOB_KINDS, type JobKind } from '../../src/domain/jobs/catalogue.ts';
import { startWecom, type WecomServer, type WecomServerOptions } from './outside/wecom-server.ts';
import { type Json, until, World, type WorldOptions } from './world.ts';

export const KF = 'wkAJ2GCAAAZSfhHCt7IFSvLKtMPxyJTw';
export const JOIN_PAGE = 'https://desk.example.com/join?invitation={invitation}&conversation={conversation}';
export const PAGE = 'https://desk.example.com/c/{conversation}';

export type Served = {
  readonly id: string;
  readonly sessionId: string;
  readonly agent: { readonly id: string; readonly token: string };
  /** What the agent does in the conversation. */
  readonly as: (method: string, rest: string, body?: object) => Promise<Json>;
  readonly say: (content: string) => Promise<Json>;
};

export class Office {
  readonly world: World;
  readonly wecom: WecomServer;

  private constructor(world: World, wecom: WecomServer) {
    this.world = world;
    this.wecom = wecom;
  }

  /** Opens both, with one clock, and closes them after the last test of the file. */
  static async open(
    options: WorldOptions & { readonly hosts?: readonly string[]; readonly wecom?: WecomServerOptions } = {},
  ): Promise<Office> {
    let clock = Date.now;
    const wecom = await startWecom({ ...options.wecom, now: () => clock() });
    const hosts = [wecom.host, ...(options.hosts ?? [])].join(',');
    const world = await World.open({ ...options, env: { FETCH_PRIVATE_HOSTS: hosts, ...options.env } });
    clock = () => world.kernel.clock().getTime();
    afterAll(() => wecom.close());
    return new Office(world, wecom);
  }

  /** An account that is the app; WeCom calls its hook from now on. */
  async app(settings: object = {}, ofAccount: object = {}): Promise<string> {
    const account = await this.world.account(ofAccount);
    const { hook } = await this.connect(account, settings);
    this.wecom.hookTo(new URL(new URL(hook).pathname, this.world.url).href);
    return account;
  }

  connect(account: string, settings: object = {}, secrets: object = {}): Promise<Json> {
    const { url, corpId, agentId, secret, token, aesKey, kfSecret } = this.wecom;
    return this.world.must('PUT', `/v1/accounts/${account}/channels/wecom`, {
      url,
      settings: { corpId, agentId, customerService: [KF], pages: { join: JOIN_PAGE, conversation: PAGE }, ...settings },
      secrets: { secret, token, aesKey, customerServiceSecret: kfSecret, ...secrets },
    });
  }

  /** A conversation of that contact which an agent serves; the contact is a member unless they are named otherwise. */
  async serve(account: string, contact: string, kind = 'employee'): Promise<Served> {
    const { world } = this;
    const sentAt = new Date(world.kernel.clock().getTime() - 10).toISOString();
    await world.ingest([world.message(account, contact, { contact: { id: contact, kind }, content: 'hello', sentAt })]);
    const { id } = await world.conversation(account, contact);
    const agent = await world.agent([account]);
    const path = `/v1/conversations/${id}`;
    const { sessionId } = await world.must('POST', `${path}/accept`, undefined, { key: agent.token });
    const as = (method: string, rest: string, body?: object) =>
      world.must(method, `${path}${rest}`, body, { key: agent.token });
    const say = (content: string) => as('POST', '/messages', { sessionId, content });
    return { id, sessionId, agent, as, say };
  }

  /** So much later, for whatever waits in the queues too: what is due by then is woken. */
  async later(seconds: number): Promise<void> {
    this.world.advance(seconds);
    for (const kind of JOB_KINDS) await this.#wake(kind);
  }

  /** Until nothing is left to do, what was put off for a moment too. */
  async settled(): Promise<void> {
    await this.world.quiet();
    await this.later(3);
    await this.world.quiet();
  }

  async #wake(kind: JobKind): Promise<void> {
    const { world } = this;
    const queue = world.kernel.queues[kind];
    for (const job of await queue.getDelayed()) {
      const sql = "select 1 from job where id = ? and state = 'accepted' and due_at <= ?";
      const [due] = await world.sql(sql, [job.data.id, world.kernel.clock()]);
      if (due) await job.promote().catch(() => undefined); // it went by itself meanwhile
    }
  }

  /** What a member has been shown, in order: texts as they are, cards by their title. */
  shown(userId: string): unknown[] {
    return this.wecom.sent
      .filter((each) => each.userId === userId && each.fate === 'shown')
      .map(({ content }) => (typeof content === 'string' ? content : titleOf(content)));
  }

  /** Deliveries of the account, the oldest first. */
  deliveries(account: string, effect?: string): Promise<Json[]> {
    const [and, values] = effect === undefined ? ['', []] : ['and effect = ?', [effect]];
    return this.world.sql(
      `select id, effect, state, code, detail, doubt, external_id from delivery where account_id = ? ${and} order by id`,
      [account, ...values],
    );
  }

  /** Until a delivery of that effect is in that state. */
  async becomes(account: string, effect: string, state: string, seconds = 15): Promise<Json> {
    let rows: Json[] = [];
    const look = async () => {
      rows = await this.deliveries(account, effect);
      return rows.some((row) => row.state === state);
    };
    await until(look, seconds, `no ${effect} is ${state}`).catch((error) => {
      throw new Error(`${error.message}: ${JSON.stringify(rows)}`);
    });
    return rows.find((row) => row.state === state);
  }

  /** What stands in a conversation, the oldest first. */
  async said(conversation: string): Promise<string[]> {
    const { data } = await this.world.must('GET', `/v1/conversations/${conversation}/messages?limit=100`);
    return data.map(({ sender, content }: Json) => `${sender}: ${content}`).reverse();
  }
}

function titleOf(card: Json): unknown {
  return card?.main_title?.title ?? card?.title;
}

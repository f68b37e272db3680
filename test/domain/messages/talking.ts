// A talk of one contact for tests about marks: what is said, what somebody finds in it, and how it stands in the database.
import { runAct } from '../../../src/act.ts';
import { newId } from '../../../src/domain/ids.ts';
import { type CutByMeaning, cutByMeaning } from '../../../src/domain/messages/cut-by-meaning.ts';
import { topicsToFind } from '../../../src/domain/messages/topics-to-find.ts';
import type { Json, World } from '../../support/world.ts';
import { ingestAt, messageOf, sessionsOf } from './ingesting.ts';
import type { Said } from './memory.ts';

const MINUTE = 60_000;
const SYSTEM = { type: 'system', id: 'test' } as const;

/** Words are `c20`: who of contact, robot and human, and the minutes before now; that is the message's id too. */
export class Talk {
  readonly account: string;
  readonly contact = newId();
  readonly #world: World;
  readonly #now: Date;
  #id: string | null = null;

  constructor(world: World, account: string, now: Date) {
    this.#world = world;
    this.account = account;
    this.#now = now;
  }

  async say(words: string): Promise<void> {
    const said = words.split(' ').map((id): Said => {
      const sender = id.startsWith('c') ? 'contact' : id.startsWith('r') ? 'robot' : 'human';
      return { id, at: this.#now.getTime() - Number(id.slice(1)) * MINUTE, sender };
    });
    await this.give(said);
  }

  async give(said: readonly Said[]): Promise<void> {
    const messages = said.map((each) => messageOf(this.account, this.contact, each));
    await ingestAt(this.#world, this.#now, messages);
  }

  async id(): Promise<string> {
    this.#id ??= String((await this.#world.conversation(this.account, this.contact)).id);
    return this.#id;
  }

  async mark(words: string, later = 0): Promise<CutByMeaning> {
    const id = await this.id();
    const marks = words.split(' ').map((word) => `${this.contact}-${word}`);
    const now = new Date(this.#now.getTime() + later * MINUTE);
    return runAct({ ...this.#world.kernel, clock: () => now }, SYSTEM, (act) => cutByMeaning(act, id, marks));
  }

  async topics(): Promise<readonly string[] | null> {
    const found = await topicsToFind(this.#world.kernel.orm.em.fork(), await this.id());
    return found?.map(({ id, sender, text }) => `${id.slice(this.contact.length + 1)} ${sender}: ${text}`) ?? null;
  }

  /** The ids of those that are marked. */
  async marks(): Promise<readonly string[]> {
    const sql = 'select external_id from message where conversation_id = ? and begins_topic';
    const rows: Json[] = await this.#world.sql(sql, [await this.id()]);
    return rows.map(({ external_id: id }) => id.slice(this.contact.length + 1));
  }

  sessions(): Promise<string[]> {
    return sessionsOf(this.#world, this.account, this.contact);
  }

  async live(): Promise<Json> {
    const [row] = await this.#world.sql(
      "select s.id, s.state, s.deadline_at, v.epoch, v.status from session s join conversation v on v.id = s.conversation_id where v.id = ? and s.ended_at is null and s.state <> 'paused'",
      [await this.id()],
    );
    return row;
  }

  /** Everything that is kept of it; the marks too. */
  async rows(): Promise<Json> {
    const id = await this.id();
    return Promise.all([
      this.#world.sql('select * from conversation where id = ?', [id]),
      this.#world.sql('select * from session where conversation_id = ? order by id', [id]),
      this.#world.sql('select * from message where conversation_id = ? order by id', [id]),
      this.#world.sql('select id, type from event where conversation_id = ? order by id', [id]),
    ]);
  }
}

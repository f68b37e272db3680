// One demo from its first batch to its summary, on a Baton that runs.
import { checkInvariants } from '../../src/db/invariants.ts';
import { eventsMissed, occurrences, type Watcher } from './audience.ts';
import {
  batchesOf,
  outcomeOf,
  type Posted,
  postBatch,
  type Refused,
  type Tally,
  tallyOfRefused,
  total,
} from './batches.ts';
import { accountsIn, type Cast, EXAMPLE_ACCOUNTS, engage, OWN_ACCOUNTS, OWN_AGENTS } from './cast.ts';
import { gather } from './company.ts';
import type { Dialogue, Repertoire, Unusable } from './dialogues.ts';
import type { Agents } from './examples.ts';
import type { System } from './options.ts';
import { playPicture } from './picture.ts';
import { playScene, tallyOfScene } from './scene.ts';
import { seatAgent, seatContact } from './seats.ts';
import { count, countOutside, deliveriesEnd, quiet } from './settled.ts';
import type { Stage } from './stage.ts';
import { type Counted, type Summary, showSummary, summarize, type Watched } from './summary.ts';
import { playSystems } from './systems.ts';
import { playTurns } from './turns.ts';
import type { View } from './view.ts';

const REASONS_SHOWN = 10;

/** The examples, then an agent and a contact live, then turns that are handed on and back, then a picture, then systems outside. @param pauseMs before each live step, for people to read. */
export async function playExamples(
  stage: Stage,
  view: View,
  repertoire: Repertoire & { readonly agents: Agents },
  systems: readonly System[],
  pauseMs: number,
): Promise<Summary> {
  const begun = Date.now();
  const cast = await engage(stage.api, { ...EXAMPLE_ACCOUNTS, ...accountsIn(systems) }, repertoire.agents);
  const guest = repertoire.dialogues.find(waitsInTheShop);
  if (!guest) throw new Error('the examples hold no dialogue for the live part');
  view.chapter(`${cast.agent.name}, an agent, and ${guest.contact.name}, a customer, connect and watch`);
  const agent = await seatAgent(stage, view, cast);
  const contact = await seatContact(stage, view, cast, guest);
  const tally = await postAll(stage, view, cast, repertoire);
  await playScene({ api: stage.api, view, agent, contact, pauseMs });
  const company = await gather(stage, view, cast, agent, pauseMs);
  const turns = await playTurns(company);
  const picture = await playPicture(stage, view, cast, agent, pauseMs);
  const abroad = await playSystems(stage, view, cast, agent, pauseMs);
  const watchers = [agent, contact, company.colleague, company.shop, picture].map(({ watcher }) => watcher);
  const tallies = [tally, tallyOfScene, turns, picture.tally, abroad.tally];
  return finish(stage, view, { tally: total(tallies), watchers, pictures: 1, systems: abroad.messages, begun });
}

/** The user's dialogues, and nothing else. */
export async function playOwn(stage: Stage, view: View, repertoire: Repertoire): Promise<Summary> {
  const begun = Date.now();
  const cast = await engage(stage.api, OWN_ACCOUNTS, OWN_AGENTS);
  view.chapter('An agent and the contact of the first dialogue connect and watch');
  const watchers = [(await seatAgent(stage, view, cast)).watcher];
  const [first] = repertoire.dialogues;
  if (first) watchers.push((await seatContact(stage, view, cast, first)).watcher);
  const tally = await postAll(stage, view, cast, repertoire);
  return finish(stage, view, { tally, watchers, pictures: 0, systems: {}, begun });
}

/** Nobody of ours has spoken in it yet, so it will stand in the queue. */
function waitsInTheShop({ account, waits, messages }: Dialogue): boolean {
  return account === 'shop-desk' && waits && messages.every(({ sender }) => sender !== 'human');
}

/** Posts one batch after the other without waiting for what becomes of them, and then asks. */
async function postAll(
  { api, kernel }: Stage,
  view: View,
  { accounts }: Cast,
  { dialogues, unusable }: Repertoire,
): Promise<Tally> {
  const batches = batchesOf(dialogues, accounts);
  view.chapter(`Upstream posts ${dialogues.length} dialogues in ${batches.length} batches`);
  const posted: Posted[] = [];
  for (const messages of batches) posted.push(...(await postBatch(api, messages)));
  const tallies: Tally[] = [];
  for (const each of posted) tallies.push(await outcomeOf(api, each));
  const tally = total([...tallies, tallyOfRefused(unusable.map(refusedLine))]);
  await quiet(kernel);
  const waiting = await count(kernel, "select count(*) as count from conversation where status = 'queued'");
  view.chapter(`Every batch is done: ${tally.stored} messages stored; ${waiting} conversations wait for a person`);
  tellRefused(view, tally);
  return tally;
}

function tellRefused(view: View, { refused, troubles }: Tally): void {
  for (const { id, pointer, detail } of refused.slice(0, REASONS_SHOWN))
    view.warn(`refused ${[id ?? '(without id)', ...pointer.split('/').slice(3), detail].join(': ')}`);
  if (refused.length > REASONS_SHOWN) view.warn(`… and ${refused.length - REASONS_SHOWN} more`);
  for (const trouble of troubles) view.warn(trouble);
}

function refusedLine({ line, why }: Unusable): Refused {
  return { id: `line ${line}`, pointer: '', detail: why };
}

type Played = Pick<Counted, 'tally' | 'pictures' | 'systems'> & {
  readonly watchers: readonly Watcher[];
  readonly begun: number;
};

async function finish(
  { kernel, outside }: Stage,
  view: View,
  { tally, pictures, systems, watchers, begun }: Played,
): Promise<Summary> {
  await quiet(kernel);
  await deliveriesEnd(kernel);
  const missed = await eventsMissed(kernel, watchers);
  const findings = await checkInvariants(kernel.orm.em.fork());
  view.end();
  const summary = summarize({
    tally,
    pictures,
    systems,
    findings,
    conversations: await count(kernel, 'select count(*) as count from conversation'),
    sessionsOpened: await count(kernel, 'select count(*) as count from session'),
    ...happened(watchers),
    mailsDelivered: outside.mailbox.mails.length,
    ...(await countOutside(kernel)),
    eventsPushed: watchers.reduce((sum, { events }) => sum + events.length, 0),
    eventsMissed: missed,
    seconds: (Date.now() - begun) / 1000,
  });
  showSummary(view, summary, findings);
  return summary;
}

function happened(watchers: readonly Watcher[]): Watched {
  return {
    offers: occurrences(watchers, 'assignment.offered'),
    transfersAccepted: occurrences(watchers, 'transfer.accepted'),
    conflictsSettled: occurrences(watchers, 'session.conflicted'),
    timeouts: occurrences(watchers, 'session.timed_out'),
    imageTasksCompleted: occurrences(watchers, 'image_task.completed'),
  };
}

// What became of everything, counted: as a line for machines and as a table for people.
import type { Finding } from '../../src/db/invariants.ts';
import type { Tally } from './batches.ts';
import type { View } from './view.ts';

/** The line that --json prints. */
export type Summary = {
  readonly ok: boolean;
  readonly messagesPosted: number;
  readonly messagesStored: number;
  readonly duplicates: number;
  readonly refused: number;
  readonly conversations: number;
  readonly sessionsOpened: number;
  readonly offers: number;
  readonly transfersAccepted: number;
  readonly conflictsSettled: number;
  readonly timeouts: number;
  readonly imageTasksCompleted: number;
  readonly mailsDelivered: number;
  /** Effects outside that arrived. */
  readonly deliveries: number;
  /** Those that did not: given up, of unknown outcome, or still to be made. */
  readonly deliveriesOpen: number;
  /** What systems outside told us, each once. */
  readonly hooks: number;
  /** What both sides said there; left out where it was not asked for. */
  readonly chatwootMessages?: number;
  readonly wecomMessages?: number;
  readonly eventsPushed: number;
  readonly eventsMissed: number;
  readonly invariantViolations: number;
  readonly seconds: number;
};

/** What happened while it was watched. */
export type Watched = Pick<
  Summary,
  'offers' | 'transfersAccepted' | 'conflictsSettled' | 'timeouts' | 'imageTasksCompleted'
>;

/** In the systems that the demo was asked for. */
export type Messages = Pick<Summary, 'chatwootMessages' | 'wecomMessages'>;

export type Counted = Watched &
  Pick<Summary, 'conversations' | 'sessionsOpened' | 'mailsDelivered' | 'eventsPushed' | 'eventsMissed' | 'seconds'> &
  Pick<Summary, 'deliveries' | 'deliveriesOpen' | 'hooks'> & {
    readonly tally: Tally;
    /** Pictures that were to be finished and mailed. */
    readonly pictures: number;
    readonly systems: Messages;
    readonly findings: readonly Finding[];
  };

export function summarize({ tally, findings, pictures, systems, seconds, ...counts }: Counted): Summary {
  const refused = tally.refused.length;
  const invariantViolations = findings.reduce((sum, { violations }) => sum + violations, 0);
  const accounted = tally.posted === tally.stored + tally.duplicates + refused;
  const finished = counts.imageTasksCompleted === pictures && counts.mailsDelivered === pictures;
  const spoken = Object.values(systems).every((messages) => messages > 0) && counts.deliveriesOpen === 0;
  return {
    ok: accounted && finished && spoken && counts.eventsMissed === 0 && invariantViolations === 0,
    messagesPosted: tally.posted,
    messagesStored: tally.stored,
    duplicates: tally.duplicates,
    refused,
    conversations: counts.conversations,
    sessionsOpened: counts.sessionsOpened,
    offers: counts.offers,
    transfersAccepted: counts.transfersAccepted,
    conflictsSettled: counts.conflictsSettled,
    timeouts: counts.timeouts,
    imageTasksCompleted: counts.imageTasksCompleted,
    mailsDelivered: counts.mailsDelivered,
    deliveries: counts.deliveries,
    deliveriesOpen: counts.deliveriesOpen,
    hooks: counts.hooks,
    ...systems,
    eventsPushed: counts.eventsPushed,
    eventsMissed: counts.eventsMissed,
    invariantViolations,
    seconds: Math.round(seconds * 10) / 10,
  };
}

export function showSummary(view: View, summary: Summary, findings: readonly Finding[]): void {
  const row = (count: number, says: string) => view.line(`  ${String(count).padStart(7)}  ${says}`);
  const { green, red } = view.colors;
  view.chapter('What became of it');
  row(summary.messagesPosted, 'messages were posted:');
  row(summary.messagesStored, 'are stored, each once');
  row(summary.duplicates, 'were copies of those, and changed nothing');
  row(summary.refused, 'were refused, each with its reason');
  row(summary.conversations, 'conversations, with');
  row(summary.sessionsOpened, 'sessions: the turns of robots and people in them');
  row(summary.offers, 'offers were made to agents, one at a time');
  row(summary.transfersAccepted, 'transfers were accepted: robot to person, with a bundle');
  row(summary.conflictsSettled, 'times two wanted to speak, and a rule decided');
  row(summary.timeouts, 'turns ran out of time');
  row(summary.imageTasksCompleted, 'pictures were worked on until the customer was content, and');
  row(summary.mailsDelivered, 'mails with them arrived in the demo’s mailbox');
  if (summary.chatwootMessages !== undefined)
    row(summary.chatwootMessages, 'messages stand in Chatwoot, and the same here');
  if (summary.wecomMessages !== undefined) row(summary.wecomMessages, 'messages stand in WeCom, and the same here');
  if (summary.hooks > 0) row(summary.hooks, 'times those systems told us something, and');
  if (summary.deliveries > 0) row(summary.deliveries, 'effects arrived outside: there, and at the robots’ webhooks;');
  if (summary.deliveries + summary.deliveriesOpen > 0) row(summary.deliveriesOpen, 'did not arrive');
  row(summary.eventsPushed, 'events came to those who watch');
  row(summary.eventsMissed, 'events were missed, came twice, or out of order');
  row(summary.invariantViolations, `violations of the ${findings.length} invariants (npm run check:invariants)`);
  for (const { name, says, violations, examples } of findings)
    if (violations > 0) view.warn(`${name}: ${says} ${violations} times not, for instance: ${examples.join(', ')}`);
  view.line();
  view.line(
    summary.ok
      ? green(`  All is accounted for, in ${summary.seconds} s. To use Baton yourself: npm start`)
      : red('  Not everything is accounted for: this is a fault.'),
  );
}

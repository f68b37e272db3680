// The tables of docs/deliveries.md and docs/webhooks.md, read out of the laws: each is asked, and what it answers is what the table says.
import {
  AT_ONCE,
  afterFailure,
  CLOSED,
  DISABLED_AFTER_MS,
  expiryOf,
  nextAttempt,
  standingOf,
} from '../../src/domain/deliveries/endurance.ts';
import { ENDPOINT_KINDS, type EndpointKind } from '../../src/domain/endpoints/kinds.ts';
import { table } from './table.ts';

const BEGIN = new Date(0);

/** For each kind of endpoint: the pauses, for how long, and how many at once. */
export function enduranceTable(): string {
  const rows = ENDPOINT_KINDS.map((kind) => [`\`${kind}\``, pausesOf(kind), wantedFor(kind), String(AT_ONCE[kind])]);
  return table(['endpoint', 'pauses between attempts', 'tried for', 'lanes at once'], rows);
}

/** For receivers of webhooks: when each attempt comes, if all before it failed. */
export function retryTable(): string {
  const rows = secondsOf('webhook').map((seconds, index) => [String(index + 2), words(seconds)]);
  const [last] = rows.pop() ?? [''];
  const rest = [`${last} and later`, words(secondsOf('webhook').at(-1) ?? 0)];
  return table(['attempt', 'after the one before, up to a fifth sooner'], [...rows, rest]);
}

export function circuitTable(): string {
  const pauses: number[] = [];
  let [circuit, now, opensAfter] = [CLOSED, BEGIN, 0];
  for (let failures = 1; pauses.length < 8; failures += 1) {
    circuit = afterFailure(circuit, now, false);
    if (circuit.openUntil === null) continue;
    opensAfter ||= failures;
    pauses.push((circuit.openUntil.getTime() - now.getTime()) / 1000);
    now = circuit.openUntil;
  }
  const growing = pauses.slice(0, pauses.indexOf(Math.max(...pauses)) + 1);
  const isSure = standingOf(afterFailure(CLOSED, BEGIN, true), BEGIN) === 'open';
  return table(
    ['circuit', 'figure'],
    [
      ['opens after', `${opensAfter} failures in a row${isSure ? '; at once where a key or a token is wrong' : ''}`],
      ['then nothing is sent for', `${growing.map(words).join(', ')}, and so on; then one delivery, to see`],
      ['a webhook is disabled after', `${words(DISABLED_AFTER_MS / 1000)} in which nothing got through; or by a 410`],
    ],
  );
}

function pausesOf(kind: EndpointKind): string {
  return `${secondsOf(kind).map(words).join(', ')}, and so on`;
}

function wantedFor(kind: EndpointKind): string {
  return words((expiryOf(kind, BEGIN).getTime() - BEGIN.getTime()) / 1000);
}

/** Until they grow no more. */
function secondsOf(kind: EndpointKind): number[] {
  const seconds: number[] = [];
  for (let attempts = 1; ; attempts += 1) {
    const next = nextAttempt(kind, attempts, BEGIN, 0).getTime() / 1000;
    if (next === seconds.at(-1)) return seconds;
    seconds.push(next);
  }
}

function words(seconds: number): string {
  if (seconds < 120 || seconds % 60 !== 0) return `${seconds} s`;
  if (seconds < 7200) return `${seconds / 60} min`;
  return seconds < 2 * 86_400 ? `${seconds / 3600} h` : `${seconds / 86_400} days`;
}

// The documents that follow from the code, as path and text.
import { readFileSync } from 'node:fs';
import { asyncApiDocument } from '../../src/api/asyncapi.ts';
import type { Door } from '../../src/api/door.ts';
import { openApiDocument } from '../../src/api/openapi.ts';
import { ROUTES } from '../../src/api/routes.ts';
import { STATUS_OF } from '../../src/api/statuses.ts';
import { environmentShape } from '../../src/config.ts';
import { ASSIGNMENT_MOVES } from '../../src/domain/assignments/assignment.ts';
import { COLLABORATOR_MOVES } from '../../src/domain/conversations/collaborator.ts';
import { PARTICIPANT_MOVES } from '../../src/domain/conversations/participant.ts';
import { DELIVERY_MOVES } from '../../src/domain/deliveries/lifecycle.ts';
import { EVENTS, type EventType } from '../../src/domain/events/catalogue.ts';
import { IMAGE_MOVES } from '../../src/domain/images/lifecycle.ts';
import { RULES } from '../../src/domain/sessions/arbitration.ts';
import { MOVES } from '../../src/domain/sessions/lifecycle.ts';
import { TRANSFER_MOVES } from '../../src/domain/transfers/transfer.ts';
import { freeFloorTable, takenFloorTable } from './arbitration-table.ts';
import { circuitTable, enduranceTable, retryTable } from './delivery-tables.ts';
import {
  addressTable,
  failureTable,
  imageDeadlineTable,
  imageSettingsTable,
  phraseTable,
  priceTable,
  qualityTable,
  replyTable,
  wishTable,
} from './image-tables.ts';
import { stateDiagram, table } from './table.ts';
import { timeoutTable } from './timeout-table.ts';
import { readingTable, ruleTable } from './understanding-tables.ts';

export function generatedDocuments(): Record<string, string> {
  return {
    'docs/openapi.json': json(openApiDocument()),
    'docs/asyncapi.json': json(asyncApiDocument()),
    'docs/api.md': filled('docs/api.md', { routes: routesTable(), errors: errorsTable() }),
    'docs/events.md': filled('docs/events.md', { events: eventsTable() }),
    'docs/sessions.md': filled('docs/sessions.md', { diagram: stateDiagram(MOVES, ['pending', 'active']) }),
    'docs/arbitration.md': filled('docs/arbitration.md', {
      rules: rulesTable(),
      taken: takenFloorTable(),
      free: freeFloorTable(),
    }),
    'docs/timeouts.md': filled('docs/timeouts.md', { timeouts: timeoutTable() }),
    'docs/transfers.md': filled('docs/transfers.md', {
      transfer: stateDiagram(TRANSFER_MOVES, ['requested']),
      assignment: stateDiagram(ASSIGNMENT_MOVES, ['offered', 'serving', 'declined']),
    }),
    'docs/members.md': filled('docs/members.md', {
      'collaborator diagram': stateDiagram(COLLABORATOR_MOVES, ['invited']),
      'participant diagram': stateDiagram(PARTICIPANT_MOVES, ['invited']),
    }),
    'docs/images.md': filled('docs/images.md', {
      diagram: stateDiagram(IMAGE_MOVES, ['pending']),
      deadlines: imageDeadlineTable(),
      failures: failureTable(),
      wishes: wishTable(),
      quality: qualityTable(),
      prices: priceTable(),
      settings: imageSettingsTable(),
      replies: replyTable(),
      addresses: addressTable(),
      phrases: phraseTable(),
    }),
    'docs/deliveries.md': filled('docs/deliveries.md', {
      diagram: stateDiagram(DELIVERY_MOVES, ['pending']),
      endurance: enduranceTable(),
      circuit: circuitTable(),
    }),
    'docs/webhooks.md': filled('docs/webhooks.md', { retries: retryTable() }),
    'docs/understanding.md': filled('docs/understanding.md', { readings: readingTable(), rules: ruleTable() }),
    'README.md': filled('README.md', { configuration: configurationTable() }),
    'README.zh-CN.md': filled('README.zh-CN.md', { configuration: configurationTable() }),
  };
}

function json(document: unknown): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** The prose stays; what lies between `<!-- name -->` and `<!-- /name -->` is written anew. */
function filled(path: string, parts: Readonly<Record<string, string>>): string {
  const text = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  return Object.entries(parts).reduce((whole, [name, part]) => fill(path, whole, name, part), text);
}

function fill(path: string, text: string, name: string, part: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [start, end] = [text.indexOf(open), text.indexOf(close)];
  if (start === -1 || end === -1) throw new Error(`${path} has no place for ${name}: it needs ${open} and ${close}`);
  return `${text.slice(0, start + open.length)}\n${part}\n${text.slice(end)}`;
}

function routesTable(): string {
  const rows = ROUTES.map(({ method, path, summary, door }) => [
    `\`${method.toUpperCase()} ${path}\``,
    whoMay(door),
    summary,
  ]);
  return table(['route', 'for', 'what'], rows);
}

function whoMay({ key, also, agent, contact, participant, invitation }: Door): string {
  const scopes = also ? `\`${key}\` with \`${also.scope}\`` : `\`${key}\``;
  const callers = [key && scopes, agent && 'agents', contact && 'contacts', participant && 'participants'];
  return [...callers, invitation && 'whoever has an invitation'].filter((word) => word).join(', ');
}

function errorsTable(): string {
  return table(
    ['code', 'status'],
    Object.entries(STATUS_OF).map(([code, status]) => [`\`${code}\``, String(status)]),
  ); // the domain's; the door's own are in the prose
}

function eventsTable(): string {
  const types = Object.keys(EVENTS) as EventType[]; // the keys are the event types
  const rows = types.map((type) => {
    const streams = Object.entries<'all' | readonly string[]>(EVENTS[type].streams).map(([kind, fields]) =>
      fields === 'all' ? kind : `${kind} (${fields.join(', ')})`,
    );
    return [`\`${type}\``, EVENTS[type].says, Object.keys(EVENTS[type].data.shape).join(', '), streams.join('; ')];
  });
  return table(['event', 'what happened', 'data', 'streams, and the fields shown there where not all'], rows);
}

function rulesTable(): string {
  return table(
    ['rule', 'says'],
    Object.entries(RULES).map(([rule, says]) => [rule, says]),
  );
}

/** Name, default and remark, read from the words beside each variable in src/config.ts. */
function configurationTable(): string {
  const source = readFileSync(new URL('../../src/config.ts', import.meta.url), 'utf8');
  const rows = Object.entries(environmentShape).map(([name, schema]) => {
    const remark = new RegExp(`/\\*\\* ([^*]+) \\*/\\s+${name}:`).exec(source)?.[1] ?? '';
    const fallback = schema.safeParse(undefined);
    return [`\`${name}\``, fallback.success ? `\`${[fallback.data].flat().join(',') || ' '}\`` : 'required', remark];
  });
  return table(['variable', 'default', 'what'], rows);
}

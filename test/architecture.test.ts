// The rules of the house that a machine can check, over the source as it lies there. Each broken one is named with the pair or
// the file that breaks it. Long, so that all rules are read in one place.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { basename, dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { JOB_KINDS } from '../src/domain/jobs/catalogue.ts';

type File = { readonly path: string; readonly text: string; readonly imports: readonly string[] };

const FILES: readonly File[] = ['src', 'test', 'scripts', 'bench']
  .flatMap((folder) => globSync(`${folder}/**/*.{ts,mts,mjs}`))
  .map(readSource);
const SOURCE = FILES.filter(({ path }) => path.startsWith('src/'));

function readSource(path: string): File {
  const text = readFileSync(path, 'utf8');
  const found = text.matchAll(/^(?:import|export)\b[^;'"`]*?from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm);
  return {
    path,
    text,
    imports: [...found].map(([, from, effect, type]) => resolve(path, from ?? effect ?? type ?? '')),
  };
}

/** A file of ours by its path, a package by its name. */
function resolve(from: string, name: string): string {
  if (name.startsWith('.')) return normalize(join(dirname(from), name));
  if (name.startsWith('node:') || builtinModules.includes(name)) return `node:${name.replace('node:', '')}`;
  const parts = name.split('/');
  return name.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? name);
}

/** `from → to` for each import that the rule does not allow. */
function offending(files: readonly File[], allowed: (to: string, from: string) => boolean): string[] {
  return files.flatMap(({ path, imports }) =>
    imports.filter((to) => !allowed(to, path)).map((to) => `${path} → ${to}`),
  );
}

function isOurs(path: string): boolean {
  return /^(src|test|scripts|bench)\//.test(path);
}

/** A law is a pure rule, named by an abstract noun; what this list leaves out is a thing or a deed. */
const LAWS = [
  'accounts/image-settings',
  'accounts/scopes',
  'accounts/settings',
  'accounts/understanding-settings',
  'agents/capacity',
  'agents/presence',
  'channels/chatwoot/answer',
  'channels/chatwoot/label-change',
  'channels/chatwoot/last-words',
  'channels/chatwoot/said',
  'channels/told-message',
  'channels/chatwoot/content',
  'channels/chatwoot/hook',
  'channels/chatwoot/literal',
  'channels/chatwoot/message',
  'channels/chatwoot/note',
  'channels/chatwoot/order',
  'channels/chatwoot/payload',
  'channels/plain-text',
  'channels/chatwoot/snapshot',
  'channels/chatwoot/status',
  'channels/chatwoot/structure',
  'channels/wecom/card',
  'channels/wecom/hook',
  'channels/wecom/kf',
  'channels/wecom/kf-states',
  'channels/wecom/text',
  'channels/wecom/times',
  'channels/wecom/words',
  'contacts/kinds',
  'contacts/profile',
  'conversations/desk-order',
  'conversations/desk-status',
  'deliveries/endurance',
  'deliveries/lifecycle',
  'alarms/alarm-text',
  'endpoints/endpoint-settings',
  'endpoints/event-filter',
  'endpoints/kinds',
  'events/catalogue',
  'events/image-events',
  'events/streams',
  'events/telling',
  'images/complexity',
  'images/email-address',
  'images/file-link',
  'images/lifecycle',
  'images/address-talk',
  'images/operation',
  'images/mail-text',
  'images/mail-hosts',
  'images/short-answers',
  'images/operation-rules',
  'images/quality',
  'images/quote',
  'images/reply',
  'images/reply-rules',
  'images/requirements',
  'images/steps',
  'images/tags',
  'jobs/catalogue',
  'messages/attachment',
  'messages/grouping',
  'messages/incoming',
  'messages/intent-rule',
  'messages/message-status',
  'messages/misspelt-chinese',
  'messages/misspelt-english',
  'messages/normal-form',
  'messages/understanding',
  'messages/understanding-rules',
  'messages/understanding-rules-en',
  'messages/understanding-rules-zh',
  'messages/wording',
  'reachability',
  'routing/needs',
  'routing/candidate',
  'routing/route',
  'routing/simulation',
  'routing/simulation-figures',
  'sessions/arbitration',
  'sessions/arbitration-matrix',
  'sessions/deadlines',
  'sessions/due',
  'sessions/kinds',
  'sessions/lifecycle',
  'sessions/succession',
  'stored-document',
  'transfers/bundle',
].map((name) => `src/domain/${name}.ts`);

const CHAPTERS = [
  'events',
  'jobs',
  'alarms',
  'accounts',
  'endpoints',
  'deliveries',
  'connections',
  'contacts',
  'agents',
  'conversations',
  'sessions',
  'messages',
  'transfers',
  'assignments',
  'members',
  'routing',
  'images',
  'channels',
  'timeouts',
];

function chapterOf(path: string): string | null {
  return /^src\/domain\/([^/]+)\//.exec(path)?.[1] ?? null;
}

describe('directions', () => {
  test('the domain stands on the database’s library, zod, ids, hashes and the look at an address, and on itself', () => {
    const domain = SOURCE.filter(({ path }) => path.startsWith('src/domain/'));
    const stands = ['zod', 'ulid', 'node:crypto', 'validator'];
    expect(
      offending(domain, (to) => to.startsWith('src/domain/') || to.startsWith('@mikro-orm/') || stands.includes(to)),
    ).toEqual([]);
  });

  test('nothing of src imports api or workers, which stand on everything', () => {
    const others = SOURCE.filter(({ path }) => !/^src\/(api|workers)\//.test(path));
    expect(offending(others, (to) => !/^src\/(api|workers)\//.test(to))).toEqual([]);
  });

  test('api and workers do not know each other', () => {
    const doors = SOURCE.filter(({ path }) => /^src\/(api|workers)\//.test(path));
    expect(offending(doors, (to, from) => !/^src\/(api|workers)\//.test(to) || dirname(to) === dirname(from))).toEqual(
      [],
    );
  });

  test('what carries (act, queues, realtime, database) never imports what opens it all, nor a process entry', () => {
    const entries = /\/main\.ts$|^src\/(kernel|readiness|ledger-metrics)\.ts$/;
    const carriers = SOURCE.filter(({ path }) =>
      /^src\/(act|queues|realtime|redis|metrics|log|clock|config|db\/)/.test(path),
    );
    expect(carriers.length).toBeGreaterThan(8);
    expect(offending(carriers, (to) => !entries.test(to))).toEqual([]);
  });

  test('the client knows nothing of the server', () => {
    const client = SOURCE.filter(({ path }) => path.startsWith('src/client/'));
    expect(client.length).toBeGreaterThan(0);
    expect(offending(client, (to) => to.startsWith('src/client/') || to === 'socket.io-client')).toEqual([]);
  });

  test('the source never imports tests, scripts or measurements', () => {
    expect(offending(SOURCE, (to) => !isOurs(to) || to.startsWith('src/'))).toEqual([]);
  });
});

describe('chapters', () => {
  test('every folder of the domain is a chapter', () => {
    const folders = new Set(SOURCE.flatMap(({ path }) => chapterOf(path) ?? []));
    expect([...folders].sort()).toEqual([...CHAPTERS].sort());
  });

  test('a chapter imports earlier chapters only', () => {
    const place = (path: string) => CHAPTERS.indexOf(chapterOf(path) ?? '');
    const chapters = SOURCE.filter(({ path }) => chapterOf(path) !== null);
    expect(offending(chapters, (to, from) => chapterOf(to) === null || place(to) <= place(from))).toEqual([]);
  });

  test('no file imports itself, not even by a way round', () => {
    expect(findCircle(SOURCE)).toBeNull();
  });
});

/** One circle, as the path round it; types count too, since a reader must follow those as well. */
function findCircle(files: readonly File[]): string | null {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const visit = (path: string, way: readonly string[]): string | null => {
    if (way.includes(path)) return [...way.slice(way.indexOf(path)), path].join(' → ');
    if (done.has(path)) return null;
    for (const next of byPath.get(path)?.imports ?? []) {
      const circle = byPath.has(next) ? visit(next, [...way, path]) : null;
      if (circle) return circle;
    }
    done.add(path);
    return null;
  };
  return files.reduce<string | null>((found, { path }) => found ?? visit(path, []), null);
}

/** Shapes, ids, hashes and the look at an address: the same answer every time. */
const PURE = ['zod', 'validator', 'node:crypto', 'src/domain/ids.ts'];

describe('laws', () => {
  const laws = SOURCE.filter(({ path }) => LAWS.includes(path));

  test('all that are listed are there', () => {
    expect(laws.map(({ path }) => path).sort()).toEqual([...LAWS].sort());
  });

  test('know neither clock, chance, process nor wait', () => {
    const impure =
      /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bprocess\.|\bawait\b|\basync\b|\bset(Timeout|Interval)\b/;
    expect(laws.filter(({ text }) => impure.test(withoutComments(text))).map(({ path }) => path)).toEqual([]);
  });

  test('import laws, and what is as pure as they are; of things only their types', () => {
    const offenders = laws.flatMap(({ path, text }) =>
      [...text.matchAll(/^import (type )?[^;]*?from '([^']+)'/gm)]
        .filter(([, isType]) => isType === undefined)
        .map(([, , name = '']) => resolve(path, name))
        .filter((to) => !PURE.includes(to) && !LAWS.includes(to))
        .map((to) => `${path} → ${to}`),
    );
    expect(offenders).toEqual([]);
  });
});

describe('files', () => {
  test('a state is assigned only in moveTo', () => {
    const offenders = SOURCE.flatMap(({ path, text }) =>
      [...text.matchAll(/^\s*\w+(\.\w+)*\.state = .*;$/gm)].map(([line]) => `${path}: ${line.trim()}`),
    );
    expect(offenders.sort()).toEqual([
      'src/domain/assignments/assignment.ts: this.state = to;',
      'src/domain/conversations/collaborator.ts: this.state = to;',
      'src/domain/conversations/participant.ts: this.state = to;',
      'src/domain/deliveries/delivery.ts: this.state = to;',
      'src/domain/endpoints/endpoint.ts: this.state = to;',
      'src/domain/images/image-attempt.ts: this.state = to;',
      'src/domain/images/image-task.ts: this.state = to;',
      'src/domain/sessions/session.ts: this.state = to;',
      'src/domain/transfers/transfer.ts: this.state = to;',
    ]);
  });

  test('over 200 lines only with a reason in the head', () => {
    const long = SOURCE.filter(({ text }) => text.split('\n').length > 201 && !/^\/\/.*\blong\b/im.test(headOf(text)));
    expect(long.map(({ path, text }) => `${path}: ${text.split('\n').length - 1} lines`)).toEqual([]);
  });

  test('every file of the source begins by saying what it is', () => {
    expect(SOURCE.filter(({ text }) => !text.startsWith('//')).map(({ path }) => path)).toEqual([]);
  });

  test('no file or folder is a drawer for everything', () => {
    const drawers = /(^|\/)(utils?|helpers?|common|types|misc|shared|.*manager|index)(\.[cm]?[jt]s|\/)/i;
    expect(FILES.filter(({ path }) => drawers.test(path)).map(({ path }) => path)).toEqual([]);
  });

  test('each kind of job has a handler and a deed of its name', () => {
    const paths = SOURCE.filter(({ path }) => path.startsWith('src/domain/')).map(({ path }) => basename(path));
    const without = JOB_KINDS.filter((kind) => !existsSync(`src/workers/${kind}.ts`) || !paths.includes(`${kind}.ts`));
    expect(without).toEqual([]);
  });

  test('nothing waits to be done, and nothing is switched off', () => {
    const waits = FILES.filter(
      ({ path, text }) => path !== 'test/architecture.test.ts' && /\b(TODO|FIXME)\b|\btest\.(skip|only)\(/.test(text),
    );
    expect(waits.map(({ path }) => path)).toEqual([]);
  });
});

function headOf(text: string): string {
  return /^(\/\/.*\n)+/.exec(text)?.[0] ?? '';
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
}

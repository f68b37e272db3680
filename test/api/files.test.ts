// Stored pictures by their links: what was signed opens until its time, and whatever was changed, ended or is gone is told as such.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newId } from '../../src/domain/ids.ts';
import { openFileStore } from '../../src/integrations/file-store.ts';
import { linkToFile } from '../../src/public-link.ts';
import { storeOptions } from '../../src/store-options.ts';
import { photograph, Studio } from '../support/studio.ts';
import type { Reply, World } from '../support/world.ts';
import { checkProblem } from './examples.ts';

const { world } = await Studio.open({ workers: 0 });
const account = await world.account();
const { contact } = await world.conversation(account, 'wang');

type Stored = { readonly id: string; readonly data: Buffer; readonly path: string };

/** A file of its own, with its row. */
async function stored(fields: Record<string, unknown> = {}): Promise<Stored> {
  const data = Buffer.concat([await photograph(16, 16), Buffer.from(newId())]);
  const { hash, bytes } = await openFileStore(storeOptions(world.config)).put(data, 'image/jpeg');
  const whose = { id: newId(), account_id: account, contact_id: contact.id, hash, bytes };
  const row = {
    ...whose,
    media_type: 'image/jpeg',
    name: 'enhance-1.jpg',
    created_at: world.kernel.clock(),
    ...fields,
  };
  const names = Object.keys(row);
  const sql = `insert into stored_file (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`;
  await world.sql(sql, Object.values(row));
  return { id: row.id, data, path: join(world.config.FILES_DIRECTORY, hash.slice(0, 2), hash.slice(2, 4), hash) };
}

/** @param seconds that it lives. */
function linkTo(id: string, seconds = 60, disposition: 'inline' | 'attachment' = 'inline', of: World = world): string {
  const until = new Date(of.kernel.clock().getTime() + seconds * 1000);
  const { pathname, search } = new URL(linkToFile(of.config, id, until, disposition));
  return `${pathname}${search}`;
}

function get(path: string, method = 'GET', of: World = world): Promise<Response> {
  return fetch(`${of.url}${path}`, { method });
}

async function expectRefused(path: string, status: number, code: string, of: World = world): Promise<void> {
  const reply: Reply = await of.call('GET', path, undefined, { key: null });
  checkProblem(reply);
  expect({ status: reply.status, code: reply.body.code }, path).toEqual({ status, code });
  expect(reply.headers.get('cache-control')).toBeNull();
}

test('a link opens its picture without a key, as what it is, for pages everywhere', async () => {
  const { id, data } = await stored();
  const answer = await get(linkTo(id));
  expect(answer.status).toBe(200);
  expect(Buffer.from(await answer.arrayBuffer())).toEqual(data);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'image/jpeg',
    'content-length': String(data.length),
    'content-disposition': 'inline; filename="enhance-1.jpg"',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none';frame-ancestors 'none'",
    'cross-origin-resource-policy': 'cross-origin',
    'cache-control': 'private, max-age=3600, immutable',
    'x-request-id': expect.stringMatching(/./),
  });
});

test('a link to save it says so, and no name breaks out of its quotes', async () => {
  const { id } = await stored({ name: 'a"; x=\r\n图 1.psd', media_type: 'image/vnd.adobe.photoshop' });
  const { headers } = await get(linkTo(id, 60, 'attachment'));
  expect(headers.get('content-disposition')).toBe('attachment; filename="a___x_____1.psd"');
  expect(headers.get('content-type')).toBe('image/vnd.adobe.photoshop');
});

test('HEAD tells the same, without the picture', async () => {
  const { id, data } = await stored();
  const answer = await get(linkTo(id), 'HEAD');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-length')).toBe(String(data.length));
  expect(await answer.text()).toBe('');
  expect((await get(linkTo(id), 'POST')).status).toBe(404);
});

test('a link that has ended is gone, and says what to do', async () => {
  const { id } = await stored();
  const link = linkTo(id, 100);
  expect((await get(link)).status).toBe(200);
  world.advance(101);
  await expectRefused(link, 410, 'link_expired');
});

test('whatever is changed of a link, nothing opens', async () => {
  const [{ id }, { id: other }] = [await stored(), await stored()];
  const link = linkTo(id);
  const [, exp = ''] = /exp=(\d+)/.exec(link) ?? [];
  const [, sig = ''] = /sig=([\w-]+)/.exec(link) ?? [];
  for (const changed of [
    link.replace(id, other),
    link.replace(exp, String(Number(exp) + 1)),
    link.replace('dl=0', 'dl=1'),
    link.replace('dl=0', 'dl='),
    link.replace(sig, `${sig.startsWith('A') ? 'B' : 'A'}${sig.slice(1)}`),
    link.replace(sig, sig.slice(1)),
    link.replace(sig, ''),
    `/v1/files/${id}`,
    `${link.replace(`exp=${exp}`, `exp=${Number(exp) + 1}`)}&exp=${exp}`,
  ])
    await expectRefused(changed, 403, 'link_invalid');
  expect((await get(link)).status).toBe(200);
});

test('a link of another installation, or a key instead of one, opens nothing', async () => {
  const { id } = await stored();
  const elsewhere = { ...world.config, BATON_SECRET: 'x'.repeat(32) };
  const { pathname, search } = new URL(linkToFile(elsewhere, id, new Date(Date.now() + 60_000)));
  await expectRefused(`${pathname}${search}`, 403, 'link_invalid');
  const reply = await world.call('GET', `/v1/files/${id}`);
  expect(reply).toMatchObject({ status: 403, body: { code: 'link_invalid' } });
});

test('a file that nobody knows, or that is gone from the store, is not found; one that can not be read may be later', async () => {
  await expectRefused(linkTo(newId()), 404, 'file_not_found');
  const { id, path } = await stored();
  await rm(path);
  await expectRefused(linkTo(id), 404, 'file_not_found');
  await mkdir(path);
  const reply = await world.call('GET', linkTo(id), undefined, { key: null });
  expect(reply).toMatchObject({ status: 503, body: { code: 'storage_unavailable' } });
  expect(reply.headers.get('retry-after')).toMatch(/^\d+$/);
});

test('bytes that are not those of the file are never given out', async () => {
  const { id, path } = await stored();
  await writeFile(path, 'something else');
  const answer = await get(linkTo(id));
  expect(answer.status).toBe(500);
  expect(await answer.text()).not.toContain('something else');
});

test('wrong links count as wrong keys do; ended ones do not, and right ones still open', async () => {
  const { world: strict } = await Studio.open({ workers: 0, env: { RATE_LIMIT_FAILURES: '3' } });
  const ended = linkTo(newId(), -1, 'inline', strict);
  for (let tries = 0; tries < 5; tries += 1) await expectRefused(ended, 410, 'link_expired', strict);
  for (let tries = 0; tries < 2; tries += 1) await expectRefused(`/v1/files/${newId()}`, 403, 'link_invalid', strict);
  expect((await strict.call('GET', '/v1/accounts', undefined, { key: 'wrong' })).status).toBe(401);
  const held = await strict.call('GET', `/v1/files/${newId()}`, undefined, { key: null });
  checkProblem(held);
  expect(held).toMatchObject({ status: 429, body: { code: 'too_many_requests' } });
  await expectRefused(linkTo(newId(), 60, 'inline', strict), 404, 'file_not_found', strict);
});

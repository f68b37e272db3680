// npm run demo as a process of its own, on the servers of the tests; and what demos leave behind, which is to be nothing.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createConnection } from 'mysql2/promise';
import { type Json, until } from '../support/world.ts';

/** @property line what it said on stdout, read as JSON. */
export type Ran = {
  readonly code: number | null;
  readonly line: Json;
  readonly stdout: string;
  readonly stderr: string;
};

export function demo(...words: string[]): Promise<Ran> {
  return demoUntil(null, ...words);
}

/** @param words is sent SIGINT as soon as it has said that on stderr; null: it runs to its end. */
export function demoUntil(said: string | null, ...words: string[]): Promise<Ran> {
  const { TEST_DATABASE_URL, TEST_REDIS_URL, ...rest } = process.env;
  const env = { ...rest, DEMO_DATABASE_URL: TEST_DATABASE_URL, DEMO_REDIS_URL: TEST_REDIS_URL };
  const child = spawn(process.execPath, ['scripts/demo.ts', ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr, isStopped] = ['', '', false];
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
    if (isStopped || said === null || !stderr.includes(said)) return;
    isStopped = child.kill('SIGINT');
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, line: parsed(stdout), stdout, stderr })));
}

function parsed(stdout: string): Json {
  return stdout.startsWith('{') ? JSON.parse(stdout) : null;
}

/** Databases and folders of demos, by name. */
export async function traces(): Promise<string[]> {
  const connection = await createConnection({ uri: process.env.TEST_DATABASE_URL ?? '' });
  const [rows] = await connection.query<import('mysql2').RowDataPacket[]>("show databases like 'baton\\_demo\\_%'");
  await connection.end();
  const folders = readdirSync(tmpdir()).filter((name) => name.startsWith('baton-demo-files-'));
  return [...rows.flatMap((row) => Object.values(row)), ...folders];
}

/** Until all traces are gone but those that were there before. Demos of others on the same server may come and go. */
export async function untilGone(before: readonly string[]): Promise<void> {
  const left = async () => (await traces()).filter((name) => !before.includes(name));
  await until(async () => (await left()).length === 0, 20, 'the database or the files of the demo are left behind');
}

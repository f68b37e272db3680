// npm run mutate: takes each guard out of a copy of the tree, one at a time, and runs the tests that must notice. Writes
// docs/mutations.md. Exit 1 where a guard can go without a test that fails. Words after it choose guards by a part of their name.
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MUTATIONS, type Mutation } from './mutations.ts';
import { startServices } from './services.mjs';

type Noticed = { readonly mutation: Mutation; readonly by: string | null };

const chosen = process.argv.slice(2);
const mutations = MUTATIONS.filter(({ guard }) => chosen.length === 0 || chosen.some((part) => guard.includes(part)));
const services = await startServices('test');
const copy = mkdtempSync(join(tmpdir(), 'baton-mutations-'));
const noticed: Noticed[] = [];
try {
  copyTree(copy);
  for (const mutation of mutations) checkTexts(mutation);
  await checkUntouched();
  for (const mutation of mutations) {
    const started = performance.now();
    const by = await tryMutation(mutation);
    noticed.push({ mutation, by });
    const seconds = Math.round((performance.now() - started) / 1000);
    console.log(
      `${by === null ? 'NOT NOTICED' : 'noticed'}  ${mutation.guard}, ${seconds} s${by === null ? '' : `: ${by}`}`,
    );
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
  await services.stop();
}
const missed = noticed.filter(({ by }) => by === null);
if (chosen.length === 0) writeFileSync('docs/mutations.md', table(noticed));
console.log(`${noticed.length - missed.length} of ${noticed.length} were noticed`);
process.exit(missed.length > 0 ? 1 : 0);

/** The tree as it lies there, with its packages by a link. */
function copyTree(to: string): void {
  for (const name of ['src', 'test', 'scripts', 'docs', 'package.json', 'tsconfig.json', 'vitest.config.ts'])
    cpSync(name, join(to, name), { recursive: true });
  symlinkSync(join(process.cwd(), 'node_modules'), join(to, 'node_modules'));
}

/** @throws where the text that it takes out is not there any more. */
function checkTexts({ guard, changes }: Mutation): void {
  for (const { file, find } of changes) {
    if (readFileSync(join(copy, file), 'utf8').split(find).length !== 2)
      throw new Error(`${guard}: ${file} must hold this once, to take it out: ${find}`);
  }
}

/** A test that fails by itself would notice everything. @throws where one does. */
async function checkUntouched(): Promise<void> {
  for (const file of new Set(mutations.flatMap(({ tests }) => tests))) {
    const failed = await runTest(file);
    if (failed !== null) throw new Error(`with every guard in its place this fails: ${failed}`);
  }
}

/** @returns the test that failed; null when all passed. */
async function tryMutation({ changes, tests }: Mutation): Promise<string | null> {
  const before = new Map(changes.map(({ file }) => [file, readFileSync(join(copy, file), 'utf8')]));
  try {
    for (const { file, find, put } of changes) {
      const text = readFileSync(join(copy, file), 'utf8');
      writeFileSync(
        join(copy, file),
        text.replace(find, () => put),
      );
    }
    for (const file of tests) {
      const failed = await runTest(file);
      if (failed !== null) return failed;
    }
    return null;
  } finally {
    for (const [file, text] of before) writeFileSync(join(copy, file), text);
  }
}

/** The first failure of a test file, by its name; null when it passed. */
async function runTest(file: string): Promise<string | null> {
  const report = join(copy, 'report.json');
  rmSync(report, { force: true });
  const vitest = [
    'node_modules/vitest/vitest.mjs',
    'run',
    file,
    '--bail',
    '1',
    '--reporter=json',
    `--outputFile=${report}`,
  ];
  const env = {
    ...process.env,
    TEST_DATABASE_URL: services.databaseUrl,
    TEST_REDIS_URL: services.redisUrl,
    MODEL_RUNS: '15',
  };
  const run = spawn(process.execPath, vitest, { cwd: copy, env, stdio: 'ignore' });
  const code = await new Promise<number>((resolve) => run.on('exit', (status) => resolve(status ?? 1)));
  return code === 0 ? null : `\`${file}\`: ${firstFailure(report)}`;
}

type Report = { testResults: { assertionResults: { status: string; fullName: string }[] }[] };

function firstFailure(report: string): string {
  try {
    const { testResults }: Report = JSON.parse(readFileSync(report, 'utf8'));
    const failed = testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .find(({ status }) => status === 'failed');
    return failed?.fullName.trim() ?? 'it could not begin';
  } catch {
    return 'it could not begin';
  }
}

function table(all: readonly Noticed[]): string {
  const version = execFileSync(process.execPath, ['--version'], { encoding: 'utf8' }).trim();
  const rows = all.map(({ mutation: { guard, without }, by }) => `| ${guard} | ${without} | ${by ?? '**nobody**'} |`);
  return `# Mutations

Every guard is taken out once, in a copy of the tree, and a test must fail. \`npm run mutate\` does it and writes this page; it fails where
nobody notices. Last run on Node ${version}: ${all.filter(({ by }) => by !== null).length} of ${all.length} were noticed.

| guard | taken out | noticed by |
| --- | --- | --- |
${rows.join('\n')}
`;
}

// Installs the packages when they are missing or out of date, and prints nothing when they are not. Every npm script that needs them runs
// this first, so that a fresh clone works by one command. Plain JavaScript without packages: it runs on any Node from 18.
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { withLock } from './services/lock.mjs';
import { withProgress } from './services/progress.mjs';
import { repository, workshop } from './services/repository.mjs';

const PACKAGES = join(repository, 'node_modules');
const PROGRAMS = join(PACKAGES, '.bin');
/** Inside node_modules, so that it goes when they go. */
const STAMP = join(PACKAGES, '.baton-setup');
const LOCKFILE = join(repository, 'package-lock.json');
const OLDEST_NODE = 18;

async function main() {
  const version = process.versions.node;
  if (majorOf(version) < OLDEST_NODE) {
    throw new Error(
      `Baton needs Node ${OLDEST_NODE} or later to set itself up; this is Node ${version}. See https://nodejs.org.`,
    );
  }
  if (isUpToDate()) return;
  await withLock(join(workshop, 'setup.lock'), console.error, async () => {
    // Whoever held the lock before may have done the work.
    if (!isUpToDate()) await install();
  });
}

function isUpToDate() {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === fingerprint();
}

function fingerprint() {
  const hash = createHash('sha256');
  for (const path of [join(repository, 'package.json'), LOCKFILE]) {
    hash.update(existsSync(path) ? readFileSync(path) : '').update('\0');
  }
  return hash.digest('hex');
}

async function install() {
  console.error('Installing packages …');
  rmSync(STAMP, { force: true });
  const begun = Date.now();
  await withProgress(console.error, 'installing packages', existsSync(LOCKFILE) ? installLocked : () => npm('install'));
  checkServerNode();
  writeFileSync(STAMP, fingerprint());
  console.error(`Packages are installed (${Math.round((Date.now() - begun) / 1000)} s).`);
}

/**
 * npm ci refuses a lockfile that was written where the registry did not offer the packages of every platform. npm install accepts it,
 * checks what it names just the same, and with --no-save leaves it as it is.
 */
async function installLocked() {
  try {
    await npm('ci');
  } catch (error) {
    if (!error.message.includes('code EUSAGE')) throw error;
    console.error(
      '  npm ci says that package-lock.json does not fit; going on with npm install, which leaves that file as it is.',
    );
    await npm('install', '--no-save');
  }
}

function npm(...command) {
  // NODE_ENV=production would leave out what the scripts themselves need.
  const parameters = [...command, '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  return new Promise((resolve, reject) => {
    const options = {
      cwd: repository,
      env: outsideEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    };
    const child = spawn('npm', parameters, options);
    let output = '';
    const collect = (chunk) => {
      output += chunk;
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => reject(new Error(`npm could not be started: ${error.message}. It comes with Node.`)));
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(explain(parameters, output)))));
  });
}

/** npm runs scripts with node_modules/.bin first on the PATH; the node in there is about to be deleted, and npm needs one that stays. */
function outsideEnvironment() {
  const { name, folders } = searchPath();
  return { ...process.env, [name]: folders.filter((folder) => folder !== PROGRAMS).join(delimiter) };
}

function searchPath() {
  // Windows calls it Path.
  const name = Object.keys(process.env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
  return { name, folders: (process.env[name] ?? '').split(delimiter) };
}

function explain(parameters, output) {
  return [
    output.trim(),
    '',
    `npm ${parameters.join(' ')} failed; its own words are above. What helps most often:`,
    '  no network, or a proxy or another registry in between: see `npm config get registry` and `npm ping`',
    'Then run the same command again.',
  ].join('\n');
}

/** The server runs on the Node among the packages; some settings of npm, and some systems, keep it from working. */
function checkServerNode() {
  const needed = majorOf(JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')).devDependencies.node);
  if (majorOf(versionInScripts()) >= needed) return;
  throw new Error(
    `The packages are installed, but not the Node ${needed} among them. Either npm is told not to run install scripts (see\n` +
      '`npm config get ignore-scripts`): allow them and try again. Or there is no such Node for this system by npm:\n' +
      `install Node ${needed} yourself, see https://nodejs.org.`,
  );
}

/** Of the node that npm's scripts find. */
function versionInScripts() {
  const { name, folders } = searchPath();
  const env = { ...process.env, [name]: [PROGRAMS, ...folders].join(delimiter) };
  try {
    return execFileSync('node', ['--version'], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return '';
  }
}

function majorOf(version) {
  return Number(/\d+/.exec(version)?.[0] ?? 0);
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});

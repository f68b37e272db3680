// The command line: npm run services -- start, stop or status.
import { isUp, stopAll } from './lifetime.mjs';
import { checkPurpose, knownPurposes, readState, SERVICES } from './state.mjs';

const USAGE = `npm run services -- <command> [--for start|demo|test|bench] [--json]

  start    finds or starts MySQL and Redis, by default those of npm start, and leaves them running
  stop     stops what was started here; without --for, for every purpose
  status   shows what runs`;

/**
 * @param {readonly string[]} words the command line without the program
 * @param {typeof import('../services.mjs').startServices} startServices
 * @returns {Promise<number>} the exit status
 */
export async function run(words, startServices) {
  const { command, purpose, json, unknown } = parse(words);
  const commands = {
    start: () => start(purpose ?? 'start', json, startServices),
    stop: () => stop(purpose, json),
    status: () => status(purpose, json),
  };
  if (unknown.length > 0 || !Object.hasOwn(commands, command)) {
    console.error(USAGE);
    return 2;
  }
  if (purpose !== undefined) checkPurpose(purpose);
  await commands[command]();
  return 0;
}

async function start(purpose, json, startServices) {
  const { databaseUrl, redisUrl, mysql, redis } = await startServices(purpose);
  if (json) return print({ databaseUrl, redisUrl, mysql, redis });
  console.log(`MySQL  ${withoutPassword(databaseUrl)}  (${mysql})`);
  console.log(`Redis  ${withoutPassword(redisUrl)}  (${redis})`);
}

async function stop(purpose, json) {
  const stopped = {};
  for (const each of chosen(purpose)) {
    stopped[each] = await stopAll(each, console.error);
    if (!json)
      console.log(
        `${each}: ${stopped[each].length > 0 ? `stopped ${stopped[each].join(' and ')}` : 'nothing was running'}`,
      );
  }
  if (json) print(stopped);
  else if (Object.keys(stopped).length === 0) console.log('Nothing was ever started here.');
}

async function status(purpose, json) {
  const found = {};
  for (const each of chosen(purpose)) found[each] = await statusOf(each);
  if (json) return print(found);
  const lines = Object.entries(found).flatMap(([each, services]) =>
    SERVICES.map((name) => `${each}: ${describe(name, services[name])}`),
  );
  console.log(lines.length > 0 ? lines.join('\n') : 'Nothing was ever started here.');
}

async function statusOf(purpose) {
  const state = readState(purpose);
  const services = {};
  for (const name of SERVICES) services[name] = (await isUp(state[name])) ? shown(state[name]) : { running: false };
  return services;
}

function shown({ kind, url, port, pid }) {
  return { running: true, kind, url, port, pid };
}

function describe(name, { running, kind, url, pid }) {
  if (!running) return `${name} does not run`;
  return `${name} runs (${kind === 'local' ? `process ${pid}` : 'docker'}) at ${withoutPassword(url)}`;
}

function chosen(purpose) {
  return purpose === undefined ? knownPurposes() : knownPurposes().filter((known) => known === purpose);
}

function parse(words) {
  const rest = [...words];
  const json = take(rest, '--json', 1).length > 0;
  const [flag, purpose] = take(rest, '--for', 2);
  const [command, ...unknown] = rest;
  // "--for" without a word after it is a mistake, and not the default.
  return { command, purpose: flag === undefined ? undefined : (purpose ?? ''), json, unknown };
}

function take(words, flag, length) {
  const at = words.indexOf(flag);
  return at < 0 ? [] : words.splice(at, length);
}

function withoutPassword(url) {
  const parsed = new URL(url);
  if (parsed.password !== '') parsed.password = '***';
  return parsed.href;
}

function print(value) {
  console.log(JSON.stringify(value));
}

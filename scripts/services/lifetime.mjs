// Starts what is missing for a purpose, and stops what was started. A service that runs already is shared. It ends with the process that
// started it, unless others still use it: then it passes to one of them.
import { join } from 'node:path';
import { startContainer, stopContainer } from './docker.mjs';
import { findMeans } from './means.mjs';
import { launchMysql, removeSocket, waitForMysql } from './mysql.mjs';
import { accepts, freePort } from './network.mjs';
import { endProcess, identify, isRunning, isSame } from './processes.mjs';
import { launchRedis, waitForRedis } from './redis.mjs';
import { alone, directoryOf, readState, SERVICES, writeState } from './state.mjs';

/**
 * Makes the services run, and counts this process among their users. When one does not start, those that this process started stop again.
 * @param {string} purpose @param {readonly ('mysql' | 'redis')[]} wanted @param {(line: string) => void} say
 * @returns {Promise<import('./state.mjs').State>}
 */
export async function acquire(purpose, wanted, say) {
  try {
    return await alone(purpose, say, async () => {
      const state = readState(purpose);
      const me = identify(process.pid);
      state.users = [...othersIn(state, me), me];
      for (const [service, means] of await findMeans(purpose, await whichAreDown(wanted, state), say)) {
        state[service] = await start(purpose, service, means, state[service]?.port, say);
        // At once, so that a server whose starter is killed now is found again.
        writeState(purpose, state);
      }
      writeState(purpose, state);
      for (const service of wanted) await waitFor(service, state[service], say);
      return state;
    });
  } catch (error) {
    await leave(purpose, say);
    throw error;
  }
}

/** Ends this process's use, and with it what it started and nobody else uses. @param {string} purpose */
export function leave(purpose, say) {
  return alone(purpose, say, async () => {
    const state = readState(purpose);
    const me = identify(process.pid);
    state.users = othersIn(state, me);
    const [heir] = state.users;
    for (const service of SERVICES.filter((name) => isSame(state[name]?.by, me))) {
      if (heir === undefined) state[service] = await stop(purpose, service, state[service]);
      else state[service].by = heir;
    }
    writeState(purpose, state);
  });
}

/** Stops everything that runs for the purpose, whoever uses it. @returns {Promise<string[]>} what it stopped */
export function stopAll(purpose, say) {
  return alone(purpose, say, async () => {
    const state = readState(purpose);
    const stopped = [];
    for (const service of SERVICES) {
      if (!(await isUp(state[service]))) continue;
      state[service] = await stop(purpose, service, state[service]);
      stopped.push(service);
    }
    writeState(purpose, state);
    return stopped;
  });
}

/** @param {import('./state.mjs').Service | undefined} service */
export async function isUp(service) {
  if (service?.kind === 'docker') return accepts('127.0.0.1', service.port);
  return service?.kind === 'local' && isRunning(service);
}

async function start(purpose, service, means, previousPort, say) {
  const me = identify(process.pid);
  if (means === 'docker') {
    const { port, url, wasRunning } = await startContainer(purpose, service, say);
    return { kind: 'docker', url, port, by: wasRunning ? undefined : me };
  }
  return { kind: 'local', ...(await launch(purpose, service, previousPort, say)), by: me };
}

/** On the port of the last time if it is free, so that a client that lost its server finds it again. */
function launch(purpose, service, previousPort, say) {
  const directory = join(directoryOf(purpose), service);
  if (service === 'redis') return freePort(previousPort).then((port) => launchRedis({ directory, port, say }));
  const bufferPool = purpose === 'bench' ? '1G' : '256M';
  return launchMysql({ directory, preferredPort: previousPort, durable: purpose !== 'test', bufferPool, say });
}

async function stop(purpose, service, running) {
  if (running.kind === 'docker') await stopContainer(purpose, service);
  else await endProcess(running);
  if (running.kind === 'local' && service === 'mysql') removeSocket(running.directory);
  return { kind: 'stopped', port: running.port };
}

async function waitFor(service, running, say) {
  if (running.kind === 'docker') return;
  await (service === 'mysql' ? waitForMysql(running, say) : waitForRedis(running, say));
}

function othersIn(state, me) {
  return state.users.filter((user) => isRunning(user) && !isSame(user, me));
}

async function whichAreDown(wanted, state) {
  const down = [];
  for (const service of wanted) if (!(await isUp(state[service]))) down.push(service);
  return down;
}

// MySQL and Redis in containers, by the repository's compose file.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { succeeds } from './binaries.mjs';
import { withProgress } from './progress.mjs';
import { repository } from './repository.mjs';

const PORTS = { mysql: 3306, redis: 6379 };

/** Whether an engine answers, not only whether the program is there. */
export async function dockerAnswers() {
  return (await succeeds('docker', ['info'])) && (await succeeds('docker', ['compose', 'version']));
}

/**
 * @param {string} purpose @param {'mysql' | 'redis'} service @param {(line: string) => void} say
 * @returns {Promise<{ port: number, url: string, wasRunning: boolean }>}
 */
export async function startContainer(purpose, service, say) {
  const running = await compose(purpose, ['ps', '--services', '--status', 'running']);
  say(`Starting ${service} by docker compose`);
  await withProgress(say, `starting ${service} by docker compose`, () =>
    compose(purpose, ['up', '-d', '--wait', service]),
  );
  const address = await compose(purpose, ['port', service, String(PORTS[service])]);
  const port = Number(address.slice(address.lastIndexOf(':') + 1));
  return { port, url: urlOf(service, port), wasRunning: running.split('\n').includes(service) };
}

/** @param {string} purpose @param {'mysql' | 'redis'} service */
export async function stopContainer(purpose, service) {
  await compose(purpose, ['stop', service]);
}

async function compose(purpose, parameters) {
  // Only `start` shares the containers and the data of a plain `docker compose up`.
  const project = purpose === 'start' ? [] : ['--project-name', `baton-${purpose}`];
  const file = ['--file', join(repository, 'docker-compose.yml')];
  // The file asks for a secret for the API and the worker, which are not started here.
  const env = { BATON_SECRET: 'not used by mysql and redis', ...process.env, MYSQL_ROOT_PASSWORD: rootPassword() };
  const { stdout } = await promisify(execFile)('docker', ['compose', ...project, ...file, ...parameters], { env });
  return stdout.trim();
}

function urlOf(service, port) {
  return service === 'mysql'
    ? `mysql://root:${encodeURIComponent(rootPassword())}@127.0.0.1:${port}/baton`
    : `redis://127.0.0.1:${port}`;
}

function rootPassword() {
  return process.env.MYSQL_ROOT_PASSWORD || 'baton';
}

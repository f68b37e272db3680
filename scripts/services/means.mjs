// By which means a missing service can be started on this machine, in order of preference.
import { canInstall, installServers } from './apt.mjs';
import { findServer } from './binaries.mjs';
import { dockerAnswers } from './docker.mjs';
import { variableFor } from './given.mjs';

const PROGRAMS = {
  mysql: 'MySQL 8.4 or MariaDB 10.11 (mysqld or mariadbd), or later',
  redis: 'Redis 7 or Valkey 7 (redis-server or valkey-server), or later',
};

/**
 * Its program is here; or Docker answers; or the program can be installed, which is then done at once.
 * @param {string} purpose @param {readonly ('mysql' | 'redis')[]} missing @param {(line: string) => void} say
 * @returns {Promise<Map<'mysql' | 'redis', 'local' | 'docker'>>}
 */
export async function findMeans(purpose, missing, say) {
  const absent = missing.filter((service) => findServer(service) === undefined);
  const others = absent.length > 0 ? await meansFor(purpose, absent, say) : 'local';
  return new Map(missing.map((service) => [service, absent.includes(service) ? others : 'local']));
}

async function meansFor(purpose, absent, say) {
  if (await dockerAnswers()) return 'docker';
  if (!canInstall()) throw new Error(advice(purpose, absent));
  await installServers(absent, say);
  return 'local';
}

function advice(purpose, absent) {
  const lines = absent.map(
    (service) => `  ${PROGRAMS[service]}\n    or set ${variableFor(purpose, service)} to the URL of one that runs`,
  );
  return `Baton needs what is not on this machine. Install it, or start Docker:\n${lines.join('\n')}`;
}

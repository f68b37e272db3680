// MySQL and Redis for whoever runs Baton on this machine: npm start, the demo, the tests, the measurements. Each purpose has its own. In
// this order, for each of the two: the URL given by a variable; a private server, when its program is installed; Docker; a private server,
// after apt-get has installed it. What was not started here is never stopped. Plain JavaScript without packages: it runs on any Node from 18.
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { run } from './services/command.mjs';
import { givenUrl } from './services/given.mjs';
import { acquire, leave } from './services/lifetime.mjs';
import { checkPurpose } from './services/state.mjs';

export { startPrivateMysql } from './services/mysql.mjs';
export { freePort } from './services/network.mjs';
export { startPrivateRedis } from './services/redis.mjs';

/**
 * Finds or starts both services, and returns when they answer. Throws an Error for people: what is missing, and what to do.
 * `stop()` ends what this process started, unless another process uses it; then it ends with that one.
 * @type {typeof import('./services.mjs').startServices}
 */
export async function startServices(purpose, { env = process.env, say = console.error } = {}) {
  checkPurpose(purpose);
  const given = { mysql: await givenUrl(purpose, 'mysql', env), redis: await givenUrl(purpose, 'redis', env) };
  const wanted = Object.keys(given).filter((service) => given[service] === undefined);
  const running = wanted.length > 0 ? await acquire(purpose, wanted, say) : {};
  return {
    databaseUrl: given.mysql ?? running.mysql.url,
    redisUrl: given.redis ?? running.redis.url,
    mysql: given.mysql ? 'given' : running.mysql.kind,
    redis: given.redis ? 'given' : running.redis.kind,
    stop: async () => {
      if (wanted.length > 0) await leave(purpose, say);
    },
  };
}

function isTheProgram() {
  return process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);
}

if (isTheProgram()) {
  run(process.argv.slice(2), startServices).then(
    (status) => {
      process.exitCode = status;
    },
    (error) => {
      console.error(error.message);
      process.exitCode = 1;
    },
  );
}

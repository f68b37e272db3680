// Servers that somebody else runs, named by a variable. They are used as they are: nothing here starts or stops them.
import { accepts } from './network.mjs';

const DEFAULT_PORTS = { mysql: 3306, redis: 6379 };

/** In order of preference. Tests and measurements never fall back on DATABASE_URL: they delete what they find. */
const VARIABLES = {
  start: { mysql: ['DATABASE_URL'], redis: ['REDIS_URL'] },
  demo: { mysql: ['DEMO_DATABASE_URL', 'DATABASE_URL'], redis: ['DEMO_REDIS_URL', 'REDIS_URL'] },
  test: { mysql: ['TEST_DATABASE_URL'], redis: ['TEST_REDIS_URL'] },
  bench: { mysql: ['BENCH_DATABASE_URL'], redis: ['BENCH_REDIS_URL'] },
};

/** @param {'start' | 'demo' | 'test' | 'bench'} purpose @param {'mysql' | 'redis'} service */
export function variableFor(purpose, service) {
  return VARIABLES[purpose][service][0];
}

/**
 * The URL that the environment gives, or undefined; an error when nothing answers there.
 * @param {'start' | 'demo' | 'test' | 'bench'} purpose @param {'mysql' | 'redis'} service
 * @param {Record<string, string | undefined>} env
 */
export async function givenUrl(purpose, service, env) {
  const variable = VARIABLES[purpose][service].find((name) => env[name]);
  if (variable === undefined) return undefined;
  const { host, port } = addressIn(variable, env[variable], service);
  // Only the address is told: the URL may hold a password.
  if (!(await accepts(host, port))) {
    throw new Error(
      `${variable} points to ${host}:${port}, but nothing answers there. Start that server, or unset ${variable}.`,
    );
  }
  return env[variable];
}

function addressIn(variable, text, service) {
  try {
    const url = new URL(text);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (host !== '') return { host, port: Number(url.port || DEFAULT_PORTS[service]) };
  } catch {
    // The sentence below says more than the parser does, and does not repeat the text.
  }
  throw new Error(`${variable} is not a URL with a host, like ${service}://127.0.0.1:${DEFAULT_PORTS[service]}.`);
}

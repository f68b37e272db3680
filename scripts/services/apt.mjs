// On Debian and Ubuntu, root can have the missing servers installed. The packages would also start a system service: that is prevented, and
// none is left enabled.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { findProgram, findServer } from './binaries.mjs';
import { withLock } from './lock.mjs';
import { withProgress } from './progress.mjs';

const PACKAGES = { mysql: 'mariadb-server-core', redis: 'redis-server' };
const TITLES = { mysql: 'MySQL or MariaDB', redis: 'Redis or Valkey' };
const POLICY = '/usr/sbin/policy-rc.d';
const MARK = 'written by Baton while it installs packages';

/** The program of a server; installed first when it is missing and can be. @param {'mysql' | 'redis'} service @returns {Promise<string>} */
export async function requireServer(service, say) {
  if (findServer(service) === undefined && canInstall()) await installServers([service], say);
  const binary = findServer(service);
  if (binary === undefined)
    throw new Error(`There is no ${TITLES[service]} server program on this machine. Install one.`);
  return binary;
}

export function canInstall() {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && findProgram('apt-get') !== undefined;
}

/** @param {readonly ('mysql' | 'redis')[]} services @param {(line: string) => void} say */
export async function installServers(services, say) {
  // For the whole machine: another clone, or another purpose, may want the same.
  await withLock('/run/baton-apt.lock', say, async () => {
    const packages = services
      .filter((service) => findServer(service) === undefined)
      .map((service) => PACKAGES[service]);
    if (packages.length === 0) return;
    say(`Installing ${packages.join(' and ')} by apt-get (no system service is started or enabled)`);
    await withProgress(say, 'installing by apt-get', () => withoutServices(() => aptInstall(packages)));
    if (packages.includes(PACKAGES.redis)) await disableRedisService(say);
  });
}

async function aptInstall(packages) {
  // Old package lists may be good enough, and a broken extra source should not stop us: only the installation decides.
  const update = await apt(['update']).then(
    () => '',
    (error) => `${error.message}\n`,
  );
  try {
    await apt(['install', '-y', '--no-install-recommends', ...packages]);
  } catch (error) {
    const services = 'DATABASE_URL and REDIS_URL (for tests: TEST_DATABASE_URL and TEST_REDIS_URL)';
    const advice = `Install ${packages.join(' and ')} yourself, or set ${services} to servers that run.`;
    throw new Error(`apt-get could not install ${packages.join(' and ')}:\n${update}${error.message}\n${advice}`);
  }
}

async function apt(parameters) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = ['-q', '-o', 'DPkg::Lock::Timeout=120'];
  try {
    await promisify(execFile)('apt-get', [...options, ...parameters], { env, maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    throw new Error(error.stderr?.trim() || error.message);
  }
}

/**
 * Debian asks the program policy-rc.d before a package starts a service; 101 forbids it. Ours forbids only while this process lives, so that it
 * does no harm when a crash leaves it behind. One that is there already, as in most containers, is left as it is.
 */
async function withoutServices(work) {
  const isOurs = !existsSync(POLICY) || readFileSync(POLICY, 'utf8').includes(MARK);
  if (isOurs)
    writeFileSync(POLICY, `#!/bin/sh\n# ${MARK}\nkill -0 ${process.pid} 2>/dev/null && exit 101\nexit 0\n`, {
      mode: 0o755,
    });
  try {
    return await work();
  } finally {
    if (isOurs) rmSync(POLICY, { force: true });
  }
}

/** Removes both kinds of links by which a system starts a service at boot. Both programs come with the package that redis-server depends on. */
async function disableRedisService(say) {
  // deb-systemd-helper works only on behalf of a package.
  const env = { ...process.env, DPKG_MAINTSCRIPT_PACKAGE: PACKAGES.redis };
  try {
    await promisify(execFile)('deb-systemd-helper', ['disable', 'redis-server.service'], { env });
    await promisify(execFile)('update-rc.d', ['redis-server', 'disable']);
  } catch (error) {
    say(
      `The system's own Redis service could not be disabled, and will start at the next boot: ${error.message.trim()}`,
    );
  }
}

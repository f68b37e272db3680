// npm test: servers for the tests, then every test, then the servers' end. Further words go to vitest (a file, -t "name").
import { spawn } from 'node:child_process';
import { startServices } from './services.mjs';

const services = await startServices('test');
const env = { ...process.env, TEST_DATABASE_URL: services.databaseUrl, TEST_REDIS_URL: services.redisUrl };
const vitest = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2)], {
  env,
  stdio: 'inherit',
});
process.on('SIGINT', () => vitest.kill('SIGINT'));
process.on('SIGTERM', () => vitest.kill('SIGTERM'));
const code = await new Promise<number>((resolve) => vitest.on('exit', (status) => resolve(status ?? 1)));
await services.stop();
process.exit(code);

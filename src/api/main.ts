// Process entry of the API.
import { readConfig } from '../config.ts';
import { openKernel } from '../kernel.ts';
import { makeLog } from '../log.ts';
import { stopOnSignal } from '../shutdown.ts';
import { startApi } from './server.ts';

const config = readConfig(process.env);
const log = makeLog('api', config.LOG_LEVEL);
const kernel = await openKernel(config, log, 'api');
const api = await startApi(kernel);
log.info({ url: api.url }, 'api listens');

stopOnSignal(log, config.SHUTDOWN_SECONDS, async () => {
  await api.stop();
  await kernel.close();
});

// Process entry of a worker.
import { readConfig } from '../config.ts';
import { openKernel } from '../kernel.ts';
import { makeLog } from '../log.ts';
import { stopOnSignal } from '../shutdown.ts';
import { openSidePort } from './side-port.ts';
import { startWorkers } from './start.ts';

const config = readConfig(process.env);
const log = makeLog('worker', config.LOG_LEVEL);
const kernel = await openKernel(config, log, 'worker');
const workers = startWorkers(kernel);
const side = await openSidePort(kernel, workers);
log.info({ url: side.url }, 'worker works');

stopOnSignal(log, config.SHUTDOWN_SECONDS, async () => {
  await workers.stop();
  await side.close();
  await kernel.close();
});

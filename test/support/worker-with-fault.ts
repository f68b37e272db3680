// A worker like the real one, but for one fault: it sends itself a signal at a labelled point of an act.
// FAULT_POINT names the point, FAULT_TIME the how-manieth arrival there (1: the first), FAULT_SIGNAL the signal.
import type { ActPoint } from '../../src/act.ts';
import { readConfig } from '../../src/config.ts';
import { openKernel } from '../../src/kernel.ts';
import { makeLog } from '../../src/log.ts';
import { stopOnSignal } from '../../src/shutdown.ts';
import { openSidePort } from '../../src/workers/side-port.ts';
import { startWorkers } from '../../src/workers/start.ts';

const { FAULT_POINT, FAULT_TIME = '1', FAULT_SIGNAL = 'SIGKILL' } = process.env;
let arrivals = 0;

const config = readConfig(process.env);
const log = makeLog('worker', config.LOG_LEVEL);
const onPoint = (point: ActPoint) => {
  if (point !== FAULT_POINT) return;
  arrivals += 1;
  if (arrivals === Number(FAULT_TIME)) process.kill(process.pid, FAULT_SIGNAL);
};
const kernel = await openKernel(config, log, 'worker', { onPoint });
const workers = startWorkers(kernel);
const side = await openSidePort(kernel, workers);
log.info({ url: side.url }, 'worker works');

stopOnSignal(log, config.SHUTDOWN_SECONDS, async () => {
  await workers.stop();
  await side.close();
  await kernel.close();
});

// A process that is told to stop: it stops taking work, ends what it has, and leaves by a deadline of its own, since a Redis
// that is away would hold BullMQ's close for ever.
import type { Log } from './log.ts';

/** On SIGTERM or SIGINT runs `stop` once; a second signal, or the deadline, ends the process at once with exit code 1. */
export function stopOnSignal(log: Log, seconds: number, stop: () => Promise<void>): void {
  let stopping = false;
  const leave = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => {
      log.error('did not stop in time');
      process.exit(1);
    }, seconds * 1000).unref();
    stop().then(
      () => process.exit(0),
      (err) => {
        log.error({ err }, 'stop failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', leave);
  process.on('SIGINT', leave);
  process.on('unhandledRejection', (err) => {
    log.fatal({ err }, 'unhandled rejection');
    process.exit(1);
  });
}

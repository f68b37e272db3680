// Every metric, named once. Base units (seconds, bytes); labels are few and bounded: never an account's or a conversation's id.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from '@prometheus-io/client';

const FAST = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

export type Metrics = ReturnType<typeof makeMetrics>;

/** A registry of its own for each process (and each test). @param role shown as a label on every series. */
export function makeMetrics(role: string) {
  const registry = new Registry();
  registry.setDefaultLabels({ role });
  collectDefaultMetrics({ register: registry, prefix: 'baton_' });
  const registers = [registry];
  return {
    registry,
    acts: new Histogram({
      name: 'baton_act_duration_seconds',
      help: 'Time of a committed act, retries included',
      labelNames: ['outcome'],
      buckets: FAST,
      registers,
    }),
    actRetries: new Counter({
      name: 'baton_act_retries_total',
      help: 'Acts tried again after a deadlock, a lock wait or a cut connection',
      labelNames: ['cause'],
      registers,
    }),
    published: new Counter({ name: 'baton_frames_published_total', help: 'Frames handed to Redis', registers }),
    publishFailures: new Counter({
      name: 'baton_frames_failed_total',
      help: 'Frames that Redis did not take; clients heal them by replay',
      registers,
    }),
    wakes: new Counter({
      name: 'baton_wakes_total',
      help: 'Jobs woken in BullMQ',
      labelNames: ['kind', 'outcome'],
      registers,
    }),
    swept: new Counter({
      name: 'baton_sweep_repairs_total',
      help: 'What the sweep found and put right',
      labelNames: ['what'],
      registers,
    }),
    jobs: new Histogram({
      name: 'baton_job_duration_seconds',
      help: 'Time of one run of a job',
      labelNames: ['kind', 'outcome'],
      buckets: FAST,
      registers,
    }),
    stalled: new Counter({
      name: 'baton_jobs_stalled_total',
      help: 'Jobs whose worker vanished; they are done again',
      labelNames: ['kind'],
      registers,
    }),
    ledger: new Gauge({
      name: 'baton_ledger_jobs',
      help: 'Jobs of the ledger that are not done',
      labelNames: ['kind', 'state'],
      registers,
    }),
    ledgerAge: new Gauge({
      name: 'baton_ledger_oldest_seconds',
      help: 'Age of the oldest accepted job',
      labelNames: ['kind'],
      registers,
    }),
    ingested: new Counter({
      name: 'baton_messages_ingested_total',
      help: 'Messages of batches, by what became of them',
      labelNames: ['outcome'],
      registers,
    }),
    imageSteps: new Counter({
      name: 'baton_image_steps_total',
      help: 'Attempts at steps of image tasks, by what came of them',
      labelNames: ['step', 'outcome'],
      registers,
    }),
    imageTime: new Histogram({
      name: 'baton_image_step_duration_seconds',
      help: 'Time of one attempt at a step of an image task',
      labelNames: ['step'],
      buckets: [0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120],
      registers,
    }),
    deliveries: new Counter({
      name: 'baton_deliveries_total',
      help: 'Attempts at effects outside, by what became of them',
      labelNames: ['kind', 'effect', 'outcome'],
      registers,
    }),
    deliveryTime: new Histogram({
      name: 'baton_delivery_duration_seconds',
      help: 'Time of one call outside',
      labelNames: ['kind'],
      buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15],
      registers,
    }),
    deliveriesWaiting: new Gauge({
      name: 'baton_deliveries_open',
      help: 'Effects outside that have not arrived: on their way, given up, or not known',
      labelNames: ['kind', 'state'],
      registers,
    }),
    circuits: new Gauge({
      name: 'baton_circuits_open',
      help: 'Endpoints that are sent nothing for now, since they fail',
      labelNames: ['kind'],
      registers,
    }),
    modelCalls: new Counter({
      name: 'baton_language_model_calls_total',
      help: 'Questions to the language model, by what came of them',
      labelNames: ['outcome'],
      registers,
    }),
    hooks: new Counter({
      name: 'baton_hooks_total',
      help: 'Calls of platforms to our hooks',
      labelNames: ['kind', 'outcome'],
      registers,
    }),
    requests: new Histogram({
      name: 'baton_http_request_duration_seconds',
      help: 'Time of a request',
      labelNames: ['method', 'route', 'status'],
      buckets: FAST,
      registers,
    }),
    replays: new Counter({
      name: 'baton_idempotent_replays_total',
      help: 'Requests answered with their first answer',
      registers,
    }),
    sockets: new Gauge({
      name: 'baton_sockets',
      help: 'Sockets connected to this process',
      labelNames: ['namespace'],
      registers,
    }),
    socketEnds: new Counter({
      name: 'baton_socket_ends_total',
      help: 'Sockets that ended',
      labelNames: ['namespace', 'reason'],
      registers,
    }),
    syncs: new Counter({
      name: 'baton_stream_pages_total',
      help: 'Pages of streams read by clients',
      labelNames: ['door'],
      registers,
    }),
  };
}

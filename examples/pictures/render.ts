// Renders a scene on two threads, each every other row; the result is linear light.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { PRODUCT, STILL_LIFE } from './scenes.ts';
import { traceRow } from './tracer.ts';

export type Film = { readonly width: number; readonly height: number; readonly light: Float32Array };
const SCENES = { 'still-life': STILL_LIFE, product: PRODUCT };
export type SceneName = keyof typeof SCENES;
type Task = { readonly scene: SceneName; readonly width: number; readonly height: number; readonly samples: number };
type Share = Task & { readonly memory: SharedArrayBuffer; readonly thread: number };

const THREADS = 2;

export async function render(task: Task): Promise<Film> {
  const memory = new SharedArrayBuffer(task.width * task.height * 3 * 4);
  const threads = Array.from({ length: THREADS }, (_, thread) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { ...task, memory, thread } satisfies Share });
    return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  });
  await Promise.all(threads);
  return { width: task.width, height: task.height, light: new Float32Array(memory) };
}

function renderShare({ scene, width, height, samples, memory, thread }: Share): void {
  const light = new Float32Array(memory);
  for (let row = thread; row < height; row += THREADS)
    light.set(traceRow(SCENES[scene], row, width, height, samples), row * width * 3);
  parentPort?.postMessage('done');
}

if (!isMainThread) renderShare(workerData);

// npm run bench -- [name …] [--json] [--quick] [--messages=<n>]: measures what is promised to be fast, each with its limit in the
// same run. The servers are durable (each commit is flushed), one API process and one worker process serve.
import { parseArgs } from 'node:util';
import { startServices } from '../scripts/services.mjs';
import { accept100 } from './accept.ts';
import { backlog } from './backlog.ts';
import { type Bench, FULL, type OfflineBench, QUICK, type Scale } from './bench.ts';
import { command } from './command.ts';
import { fanOut } from './fan-out.ts';
import { images } from './images.ts';
import { ingest10, ingest100, ingest1000 } from './ingest.ts';
import { list } from './list.ts';
import { post } from './post.ts';
import { push } from './push.ts';
import { printQuality, printQualityHead, printQualityJson } from './quality.ts';
import { replay } from './replay.ts';
import { route } from './route.ts';
import { sweep } from './sweep.ts';
import { printFigure, printHead, printJson } from './table.ts';
import { understanding } from './understanding.ts';

const BENCHES: readonly Bench[] = [
  ingest10,
  ingest100,
  ingest1000,
  accept100,
  command,
  post,
  push,
  fanOut,
  list,
  replay,
  route,
  sweep,
  backlog,
  images,
];
const OFFLINE_BENCHES: readonly OfflineBench[] = [understanding];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean' }, quick: { type: 'boolean' }, messages: { type: 'string' } },
});
const isChosen = ({ name }: { readonly name: string }) => positionals.length === 0 || positionals.includes(name);
const [chosen, offline] = [BENCHES.filter(isChosen), OFFLINE_BENCHES.filter(isChosen)];
if (chosen.length + offline.length < positionals.length) {
  const all = [...BENCHES, ...OFFLINE_BENCHES];
  console.error(`These are the benches:\n${all.map(({ name, says }) => `  ${name}: ${says}`).join('\n')}`);
  process.exit(1);
}
const scale: Scale = values.quick ? QUICK : FULL;
const soakedMessages = values.messages === undefined ? scale.soakedMessages : Number(values.messages);

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

for (const { run } of offline) {
  const measured = await run(scale, !values.json);
  const [qualities, figures] = [
    measured.filter((each) => 'recall' in each),
    measured.filter((each) => 'ratio' in each),
  ];
  if (!values.json) printQualityHead();
  for (const quality of qualities) values.json ? printQualityJson(quality) : printQuality(quality);
  if (!values.json) printHead();
  for (const figure of figures) values.json ? printJson(figure) : printFigure(figure);
}

if (chosen.length > 0) await measureWithServices();

async function measureWithServices(): Promise<void> {
  const services = await startServices('bench');
  try {
    if (!values.json) printHead();
    for (const { run } of chosen)
      for (const figure of await run(services, { ...scale, soakedMessages }))
        values.json ? printJson(figure) : printFigure(figure);
  } finally {
    await services.stop();
  }
}

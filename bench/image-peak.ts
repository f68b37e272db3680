// node bench/image-peak.ts embedded|sharp: enhances one picture, and prints by how many megabytes the process grew at most.
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { Requirements } from '../src/domain/images/requirements.ts';
import { makeEmbedded } from '../src/integrations/pictures/embedded.ts';

const original = readFileSync(new URL('../examples/photo-blurred.jpg', import.meta.url));
sharp.cache(false);
sharp.concurrency(1);
const before = process.memoryUsage.rss();
let peak = before;
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, 4);
await (process.argv[2] === 'embedded' ? embedded() : bare());
clearInterval(watch);
console.log(((peak - before) / 1e6).toFixed(1));

function embedded(): Promise<unknown> {
  const wish = {
    operation: 'enhance',
    original,
    mediaType: 'image/jpeg',
    requirements: Requirements.parse({}),
  } as const;
  return makeEmbedded().make(wish, new AbortController().signal);
}

function bare(): Promise<unknown> {
  return sharp(original, { failOn: 'error' })
    .rotate()
    .median(3)
    .resize({ width: 2400, kernel: 'lanczos3' })
    .sharpen({ sigma: 0.8, m1: 0.3, m2: 0.8 })
    .jpeg({ quality: 92, chromaSubsampling: '4:4:4' })
    .toBuffer();
}

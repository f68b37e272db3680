// npm run docs:openapi: writes every document that follows from the code. A test fails when one of them differs.
import { writeFileSync } from 'node:fs';
import { generatedDocuments } from './docs/generated.ts';

for (const [path, text] of Object.entries(generatedDocuments())) {
  writeFileSync(new URL(`../${path}`, import.meta.url), text);
  console.log(`wrote ${path}`);
}

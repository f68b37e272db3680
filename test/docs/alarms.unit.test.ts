// Every alarm that operators can be called by stands in docs/operations.md, with what it means and what to do.
import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** By the files that raise alarms: their codes are plain words, and one is made of the step's name. */
function codesInCode(): string[] {
  const files = globSync('src/domain/**/*.ts').map((path) => readFileSync(path, 'utf8'));
  const raising = files.filter((text) => /import \{[^}]*\b(?:raiseAlarm|callPeople|giveUp)\b/.test(text)).join('\n');
  const words = [...raising.matchAll(/'((?:image|paid|transfer|endpoint|webhook|delivery)_[a-z_]+)'/g)].map(
    ([, code = '']) => code,
  );
  const ofSteps = raising.includes('`image_${') ? ['fetch', 'analysis', 'checking'] : [];
  return [...new Set([...words, ...ofSteps.map((step) => `image_${step}_failed`)])].sort();
}

function codesInDocs(): string[] {
  const [, rest = ''] = readFileSync('docs/operations.md', 'utf8').split('### Alarms that Baton raises');
  const [section = ''] = rest.split('\n## ');
  return [...section.matchAll(/^\| `([a-z_]+)` \|/gm)].map(([, code = '']) => code).sort();
}

test('the table of alarms names every code that the domain raises, and no other', () => {
  expect(codesInCode().length).toBeGreaterThan(10);
  expect(codesInDocs()).toEqual(codesInCode());
});

// The documents that follow from the code are in step with it: routes, events, diagrams, configuration.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generatedDocuments } from '../../scripts/docs/generated.ts';
import { environmentShape } from '../../src/config.ts';

test.each(Object.entries(generatedDocuments()))('%s is what `npm run docs:openapi` writes', (path, text) => {
  expect(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')).toBe(text);
});

test('.env.example names every variable', () => {
  const example = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');
  const named = [...example.matchAll(/^#? ?([A-Z0-9_]+)=/gm)].map(([, name]) => name);
  expect(named.toSorted()).toEqual(Object.keys(environmentShape).toSorted());
});

test('both READMEs have the same commands, links and code', () => {
  const [english, chinese] = ['README.md', 'README.zh-CN.md'].map((path) =>
    readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'),
  );
  const commands = (text = '') => [...text.matchAll(/npm (run [a-z:]+|start|test)/g)].map(([command]) => command);
  expect(new Set(commands(chinese))).toEqual(new Set(commands(english)));
});

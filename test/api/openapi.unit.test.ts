// The published document is the code's own: a route or shape that changes without it fails here.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openApiDocument } from '../../src/api/openapi.ts';
import { ROUTES } from '../../src/api/routes.ts';

const written = JSON.parse(readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8'));

test('docs/openapi.json is what the code says', () => {
  expect(written).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
});

test('every operation has a name of its own, says for whom it is, and answers errors with a problem', () => {
  const operations = Object.values<Record<string, { operationId: string; description: string; responses: object }>>(
    written.paths,
  ).flatMap((methods) => Object.values(methods));
  const count = ROUTES.length + 4; // and those of files and hooks, which are no routes of the list
  expect(operations).toHaveLength(count);
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(count);
  for (const { description, responses } of operations) {
    expect(description).toMatch(/^For .+\.$/);
    expect(JSON.stringify(Reflect.get(responses, 'default'))).toContain('application/problem+json');
  }
});

test('a file is asked for by its link alone, without a key', () => {
  const { get } = written.paths['/v1/files/{id}'];
  expect(get).toMatchObject({ security: [], responses: { 200: {}, 403: {}, 404: {}, 410: {} } });
  expect(get.parameters.map(({ name }: { name: string }) => name)).toEqual(['id', 'exp', 'dl', 'sig']);
});

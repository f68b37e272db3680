// The compose file says what the README says: five services, each with a health check, and nothing secret in it.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const Service = z.looseObject({
  healthcheck: z.looseObject({ test: z.unknown() }),
  image: z.string().optional(),
  command: z.unknown().optional(),
});
const Compose = z.looseObject({ services: z.record(z.string(), Service) });

const text = readFileSync(new URL('../../docker-compose.yml', import.meta.url), 'utf8');
const { services } = Compose.parse(parse(text, { merge: true }));

test('mysql, redis, migrate, api and worker are there, each with a health check', () => {
  expect(Object.keys(services).toSorted()).toEqual(['api', 'migrate', 'mysql', 'redis', 'worker']);
});

test('Redis keeps what it is told and never drops a key', () => {
  const command = JSON.stringify(services.redis?.command);
  expect(command).toContain('appendonly');
  expect(command).toContain('noeviction');
});

test('the secret must be given from outside', () => {
  expect(text).toMatch(/\$\{BATON_SECRET:\?/);
});

// The environment: defaults, and one sentence for all that is wrong.
import { describe, expect, test } from 'vitest';
import { readConfig } from '../src/config.ts';

const GOOD = {
  DATABASE_URL: 'mysql://root@127.0.0.1:3306/baton',
  REDIS_URL: 'redis://127.0.0.1:6379',
  BATON_SECRET: 'x'.repeat(32),
};

describe('config', () => {
  test('three variables are enough', () => {
    expect(readConfig(GOOD)).toMatchObject({
      PORT: 3000,
      LOG_LEVEL: 'info',
      CORS_ORIGINS: [],
      DOCS: true,
      DATABASE_POOL: 20,
    });
  });

  test('an empty variable is as one that is not there, and foreign ones are left alone', () => {
    expect(readConfig({ ...GOOD, PORT: '', HOME: '/root', npm_config_x: 'y' })).toEqual(readConfig(GOOD));
  });

  test('lists, numbers and switches are read', () => {
    const config = readConfig({
      ...GOOD,
      CORS_ORIGINS: ' https://a.example, ,https://b.example',
      PORT: '0',
      DOCS: 'false',
    });
    expect(config).toMatchObject({ CORS_ORIGINS: ['https://a.example', 'https://b.example'], PORT: 0, DOCS: false });
  });

  test('everything that is wrong is named at once, and no value is repeated', () => {
    const bad = { DATABASE_URL: 'postgres://u:hunter2@x/y', BATON_SECRET: 'hunter2', PORT: '70000', DOCS: 'yes' };
    const told = errorOf(bad);
    for (const name of ['DATABASE_URL', 'REDIS_URL', 'BATON_SECRET', 'PORT', 'DOCS'])
      expect(told).toContain(`  ${name}: `);
    expect(told).not.toContain('hunter2');
  });
});

function errorOf(env: Record<string, string>): string {
  try {
    readConfig(env);
  } catch (error) {
    return String(error);
  }
  return '';
}

// The settings document: nothing given is a full document, nothing unknown gets in.
import { describe, expect, test } from 'vitest';
import { phraseFor, Settings } from '../../../src/domain/accounts/settings.ts';

describe('settings', () => {
  test('an empty document has every default of ours', () => {
    expect(Settings.parse({})).toMatchObject({
      language: 'en',
      firstHandler: 'people',
      groupingGap: 1800,
      deadlines: { robotActive: 1800, humanActive: 28_800, paused: 28_800 },
      connections: { agents: 'replace', contacts: 'keep' },
    });
  });

  test('a full document is its own default', () => {
    const full = Settings.parse({ language: 'zh' });
    expect(Settings.parse(full)).toEqual(full);
  });

  test.each([
    [{ unknown: 1 }, ''],
    [{ deadlines: { robotActiv: 1 } }, 'deadlines'],
    [{ groupingGap: 0 }, 'groupingGap'],
    [{ groupingGap: 86_401 }, 'groupingGap'],
    [{ groupingGap: 1.5 }, 'groupingGap'],
    [{ groupingGap: '1800' }, 'groupingGap'],
    [{ language: 'fr' }, 'language'],
    [{ firstHandler: null }, 'firstHandler'],
    [{ deadlines: { humanActive: 2_592_001 } }, 'deadlines.humanActive'],
    [{ phrases: { resolved: { zh: 'x'.repeat(501) } } }, 'phrases.resolved.zh'],
  ])('refuses %j at %j', (document, path) => {
    const parsed = Settings.safeParse(document);
    expect(parsed.error?.issues[0]?.path.join('.')).toBe(path);
  });
});

describe('phrases', () => {
  test('are told in the language of the account, with their gaps filled', () => {
    expect(phraseFor(Settings.parse({}), 'agentJoined', { agent: 'Li Ming' })).toBe(
      'Li Ming has joined and will help you.',
    );
    expect(phraseFor(Settings.parse({ language: 'zh' }), 'agentJoined', { agent: '李明' })).toBe(
      '李明 已接入，正在为您服务。',
    );
  });

  test('a gap that nothing fills stays, and what fills one is never filled again', () => {
    const settings = Settings.parse({ phrases: { resolved: { en: 'Bye {name}, {agent}' } } });
    expect(phraseFor(settings, 'resolved', { agent: '{name}' })).toBe('Bye {name}, {name}');
  });
});

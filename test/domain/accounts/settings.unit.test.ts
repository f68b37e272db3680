// The settings document: nothing given is a full document, nothing unknown gets in.
import { describe, expect, test } from 'vitest';
import { phraseFor, Settings } from '../../../src/domain/accounts/settings.ts';
import { ChatwootSettings } from '../../../src/domain/endpoints/endpoint-settings.ts';
import { readStored } from '../../../src/domain/stored-document.ts';

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

describe('a document as it was written down', () => {
  const stored = {
    language: 'zh',
    robotWebhook: 'https://robot.example.com',
    deadlines: { robotActive: 60, robotActiv: 1 },
    routing: { needs: { manual_gone: {}, manual_urgent: { skills: ['vip'], gone: [] } }, relax: { old: null } },
    understanding: { rules: { extra: [{ id: 'a', intent: 'anger', phrases: ['!'], weight: 2 }], gone: {} } },
    images: { prices: { simple: { from: 1, to: 2, by: 3 } } },
    phrases: { resolved: { zh: '再见', fr: 'Au revoir' }, gone: { zh: 'x' } },
  };

  test('is read without the names that are not known, at every depth, and with everything else', () => {
    expect(Settings.safeParse(stored).success).toBe(false);
    const before = structuredClone(stored);
    const read = readStored(Settings, stored);
    expect(read).toEqual(
      Settings.parse({
        language: 'zh',
        deadlines: { robotActive: 60 },
        routing: { needs: { manual_urgent: { skills: ['vip'] } } },
        understanding: { rules: { extra: [{ id: 'a', intent: 'anger', phrases: ['!'] }] } },
        images: { prices: { simple: { from: 1, to: 2 } } },
        phrases: { resolved: { zh: '再见' } },
      }),
    );
    expect(stored).toEqual(before);
  });

  test('of an endpoint too', () => {
    const read = readStored(ChatwootSettings, { account: 7, pace: 'slow', agents: { 'not an id': 3 } });
    expect(read).toEqual(ChatwootSettings.parse({ account: 7 }));
  });

  test('is refused where what has a name can not be', () => {
    expect(() => readStored(Settings, { language: 'fr', gone: 1 })).toThrow('language');
    expect(() => readStored(ChatwootSettings, { gone: 1 })).toThrow('account');
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

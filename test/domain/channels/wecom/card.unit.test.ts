// The cards that members get.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  fitsTextCard,
  invitationCard,
  invitationEnd,
  invitationTextCard,
  LIMITS,
  noticeCard,
  participantOf,
  type TemplateCard,
} from '../../../../src/domain/channels/wecom/card.ts';

const INVITATION = {
  participantId: '01JD7M0ZQX9V8K3T5R2W4Y6B1C',
  desk: 'IT服务台',
  inviter: '李四',
  contact: '张三',
  url: 'https://desk.example/join?invitation=abc',
};

test('an invitation says who asks whom where, and leads in by a tap and by its button', () => {
  expect(invitationCard(INVITATION, 'zh')).toEqual({
    card_type: 'button_interaction',
    task_id: 'invite-01JD7M0ZQX9V8K3T5R2W4Y6B1C',
    main_title: { title: 'IT服务台邀请您加入会话' },
    sub_title_text: '请点击「加入会话」查看详情并参与讨论。',
    horizontal_content_list: [
      { keyname: '邀请人', value: '李四' },
      { keyname: '客户', value: '张三' },
    ],
    card_action: { type: 1, url: INVITATION.url },
    button_list: [{ text: '加入会话', style: 1, key: 'join' }],
  });
  expect(invitationCard({ ...INVITATION, contact: null }, 'en')).toMatchObject({
    main_title: { title: 'IT服务台 invites you' },
    horizontal_content_list: [{ keyname: 'By', value: '李四' }],
    button_list: [{ text: 'Join' }],
  });
});

test('a click finds its participant again, and no other card’s does', () => {
  expect(participantOf(invitationCard(INVITATION, 'zh').task_id)).toBe(INVITATION.participantId);
  for (const id of [
    '',
    'invite-',
    'invite-1',
    'notice-01JD7M0ZQX9V8K3T5R2W4Y6B1C',
    'x invite-01JD7M0ZQX9V8K3T5R2W4Y6B1C',
  ]) {
    expect(participantOf(id)).toBeNull();
  }
});

test('the words on the button when it is over', () => {
  expect([invitationEnd('joined', 'zh'), invitationEnd('over', 'zh')]).toEqual(['已加入', '已失效']);
  expect([invitationEnd('joined', 'en'), invitationEnd('over', 'en')]).toEqual(['Joined', 'Over']);
});

test('the older card says the same, and names cannot format it', () => {
  const card = invitationTextCard({ ...INVITATION, inviter: '<div class="highlight">&nbsp;' }, 'zh');
  expect(card).toMatchObject({ title: 'IT服务台邀请您加入会话', url: INVITATION.url, button: '加入会话' });
  expect(card.description).toBe('邀请人: ＜div class="highlight"＞＆nbsp;. 请点击「加入会话」查看详情并参与讨论。');
});

test('a notice says who wrote what', () => {
  const notice = {
    id: '01JD:7',
    sender: '王五',
    preview: '订单\n到了吗',
    contact: '张三',
    url: 'https://desk.example/c/1',
  };
  expect(noticeCard(notice, 'zh')).toEqual({
    card_type: 'text_notice',
    task_id: 'notice-01JD-7',
    main_title: { title: '王五给您发来消息' },
    sub_title_text: '订单 到了吗',
    horizontal_content_list: [{ keyname: '客户', value: '张三' }],
    card_action: { type: 1, url: 'https://desk.example/c/1' },
  });
  expect(noticeCard({ ...notice, contact: null }, 'en')).toMatchObject({ main_title: { title: '王五 wrote you' } });
  expect(noticeCard({ ...notice, contact: null }, 'en')).not.toHaveProperty('horizontal_content_list');
});

describe('whatever the names and words are', () => {
  const words = fc.string({ unit: 'grapheme', maxLength: 400 });
  const length = (text: string) => [...new Intl.Segmenter().segment(text)].length;
  const fits = (card: TemplateCard) => {
    expect(card.task_id).toMatch(/^[\w@-]{1,128}$/);
    expect(length(card.main_title.title)).toBeLessThanOrEqual(LIMITS.title);
    expect(length(card.sub_title_text ?? '')).toBeLessThanOrEqual(LIMITS.subtitle);
    for (const { keyname, value } of card.horizontal_content_list ?? []) {
      expect(length(keyname)).toBeLessThanOrEqual(LIMITS.keyname);
      expect(length(value)).toBeLessThanOrEqual(LIMITS.value);
    }
    for (const { text } of card.button_list ?? []) expect(length(text)).toBeLessThanOrEqual(LIMITS.button);
    expect(JSON.stringify(card)).not.toMatch(/\\n/);
  };

  test('an invitation fits, in both languages and on both cards', () => {
    fc.assert(
      fc.property(words, words, words, fc.constantFrom('zh', 'en'), (desk, inviter, contact, language) => {
        const invitation = { ...INVITATION, desk, inviter, contact };
        fits(invitationCard(invitation, language));
        expect(fitsTextCard(invitationTextCard(invitation, language))).toBe(true);
      }),
    );
  });

  test('a notice fits, and keeps that somebody wrote', () => {
    fc.assert(
      fc.property(words, words, words, (id, sender, preview) => {
        const card = noticeCard({ id, sender, preview, contact: sender, url: 'https://a.example' }, 'zh');
        fits(card);
        expect(card.main_title.title.endsWith('给您发来消息')).toBe(true);
      }),
    );
  });
});

// The finished work goes to the contact's mail: once, to the right address, or they are asked. Every way in which a mail does not go
// through, by a mail server on loopback that fails on order.
import { describe, expect, test } from 'vitest';
import type { Held } from '../support/outside/smtp-server.ts';
import { attemptsOf, Studio } from '../support/studio.ts';
import { until } from '../support/world.ts';

const studio = await Studio.open();
const { world, smtp } = studio;
/** A call outside that takes longer than this is given up. */
const hasty = await Studio.open({ env: { IMAGE_SECONDS: '4' } });

type Shown = { account: string; id: string; conversationId: string; contactId: string };

async function shown(settings: object = {}, where = studio): Promise<Shown> {
  const account = await where.world.account({ firstHandler: 'robot', ...settings });
  const { id, conversationId, contactId } = await where.shown(account, 'wang');
  return { account, id, conversationId, contactId };
}

const mailsOf = (id: string, where = studio) =>
  where.smtp.mails.filter(({ messageId }) => messageId.includes(id.toLowerCase()));
const profileOf = (contactId: string) => world.must('GET', `/v1/contacts/${contactId}/image-profile`);

describe('an address that does not take it', () => {
  test('the contact is asked again, and the second address completes', async () => {
    const { account, id, conversationId, contactId } = await shown();
    smtp.next('refuse');
    await studio.says(account, 'wang', 'Good, send it to nobody@example.com');
    const refused = await studio.reaches(id, ({ mail }) => mail === 'refused');
    expect(refused).toMatchObject({ state: 'awaiting_confirm', email: null });
    expect(await profileOf(contactId)).toMatchObject({
      email: null,
      emailState: 'refused',
      tags: ['new_customer', 'mail_trouble'],
    });
    await studio.says(account, 'wang', 'wang@example.com');
    const done = await studio.becomes(id, 'completed');
    expect(attemptsOf(done, 'mail')).toEqual(['mail failed mailbox_refused', 'mail done']);
    expect(mailsOf(id).map(({ to }) => to)).toEqual([['wang@example.com']]);
    expect(await studio.toldWords(conversationId)).toEqual([
      'round 1',
      'Mail to nobody@example.com did not go through. Please send me your e-mail address again.',
      'Sent to wang@example.com.',
    ]);
    expect(await profileOf(contactId)).toMatchObject({ email: 'wang@example.com', emailState: 'sent' });
    // That an address is wrong is nothing that operators could mend.
    expect(await studio.alarms(account)).toEqual([]);
    expect(await world.broken()).toEqual([]);
  });

  test('a word of praise does not mail it to the address that was refused', async () => {
    const { account, id, conversationId } = await shown();
    smtp.next('full_mailbox');
    expect(await studio.reply(id, 'full@example.com')).toBe('address');
    await studio.reaches(id, ({ mail }) => mail === 'refused');
    await studio.says(account, 'wang', 'OK, looks good');
    await studio.reaches(id, ({ replies }) => replies.length === 2);
    await world.quiet();
    expect(await studio.task(id)).toMatchObject({ state: 'awaiting_confirm', mail: 'refused', email: null });
    expect((await studio.toldWords(conversationId)).at(-1)).toMatch(/^Glad you like it. Send me your e-mail address/);
    expect(mailsOf(id)).toEqual([]);
    expect(await world.broken()).toEqual([]);
  });
});

describe('a mail server that can not just now', () => {
  test.each([
    ['greylists the recipient', 'defer'],
    ['can not store the message', 'defer_message'],
  ] as const)('it %s: tried again by itself, and the contact hears nothing of it', async (_, trouble) => {
    const { id, conversationId } = await shown();
    smtp.next(trouble);
    expect(await studio.reply(id, 'wang@example.com')).toBe('address');
    const done = await studio.becomes(id, 'completed');
    expect(attemptsOf(done, 'mail')).toEqual(['mail failed deferred', 'mail done']);
    expect(mailsOf(id)).toHaveLength(1);
    expect(await studio.toldWords(conversationId)).toEqual(['round 1', 'Sent to wang@example.com.']);
    expect(await world.broken()).toEqual([]);
  });

  test.each([
    ['says that it ends', 'closing'],
    ['hangs up', 'drop_rcpt'],
  ] as const)('it %s before it has the message: another connection takes it at once', async (_, trouble) => {
    const { id } = await shown();
    smtp.next(trouble);
    await studio.reply(id, 'wang@example.com');
    expect(attemptsOf(await studio.becomes(id, 'completed'), 'mail')).toEqual(['mail done']);
    expect(mailsOf(id)).toHaveLength(1);
    expect(await world.broken()).toEqual([]);
  });

  test('it hangs before it has the message: given up, and tried again', async () => {
    const { id, conversationId } = await shown({}, hasty);
    hasty.smtp.next('hang_rcpt');
    await hasty.reply(id, 'wang@example.com');
    const done = await hasty.becomes(id, 'completed');
    expect(attemptsOf(done, 'mail')).toEqual(['mail failed timeout', 'mail done']);
    expect(mailsOf(id, hasty)).toHaveLength(1);
    expect(await hasty.toldWords(conversationId)).toEqual(['round 1', 'Sent to wang@example.com.']);
    expect(await hasty.world.broken()).toEqual([]);
  });
});

describe('nobody knows whether it arrived', () => {
  const asked = 'Answer “received” when it is there, or send the address again.';

  /** Messages that the server was about to take. */
  const brought = ({ smtp: server }: Studio) =>
    server.connections.flatMap(({ events }) => events).filter((event) => event === 'data').length;

  async function unknown(trouble: 'drop_data' | 'drop_answer' | 'hang_answer', settings = {}, where = studio) {
    const begun = await shown(settings, where);
    where.smtp.next(trouble);
    await where.reply(begun.id, 'wang@example.com');
    const task = await where.reaches(begun.id, ({ mail }) => mail === 'unknown');
    expect(attemptsOf(task, 'mail')).toEqual(['mail unknown outcome_unknown']);
    expect((await where.toldWords(begun.conversationId)).at(-1)).toContain(asked);
    return begun;
  }

  test.each([
    ['drop_data', 'in the midst of the message', studio],
    ['drop_answer', 'before the answer', studio],
    ['hang_answer', 'never, but no answer comes', hasty],
  ] as const)(
    '%s: the connection ends %s; “received” completes, and no second mail goes out',
    async (trouble, _, where) => {
      const { account, id, conversationId } = await unknown(trouble, {}, where);
      const before = brought(where);
      await where.says(account, 'wang', 'received, thank you');
      const done = await where.becomes(id, 'completed');
      expect(done).toMatchObject({ mail: 'sent', reason: 'the contact says that it arrived' });
      await where.world.quiet();
      expect(brought(where)).toBe(before);
      expect((await where.toldWords(conversationId)).at(-1)).toContain(asked);
      expect(await where.world.broken()).toEqual([]);
    },
  );

  test.each(['wang@example.com', 'no, nothing arrived'])(
    '“%s”: it is mailed again, under the same Message-ID',
    async (words) => {
      const { account, id } = await unknown('drop_answer');
      await studio.says(account, 'wang', words);
      await studio.becomes(id, 'completed');
      const ids = await world.sql("select message_id from image_attempt where task_id = ? and step = 'mail'", [id]);
      expect(ids).toHaveLength(2);
      expect(mailsOf(id).map(({ to, messageId }) => [to, messageId])).toEqual(
        [...new Set(ids.map(({ message_id }) => message_id))].map((name) => [['wang@example.com'], name]),
      );
      expect(await world.broken()).toEqual([]);
    },
  );

  test('another address: it goes there', async () => {
    const { account, id } = await unknown('drop_answer');
    await studio.says(account, 'wang', 'Please use other@example.com');
    expect(await studio.becomes(id, 'completed')).toMatchObject({ email: 'other@example.com' });
    expect(mailsOf(id).map(({ to }) => to)).toEqual([['other@example.com']]);
    expect(await world.broken()).toEqual([]);
  });

  test('who says nothing has it, most likely: the task completes when its time is over', async () => {
    const { account, id } = await unknown('drop_answer', { images: { deadlines: { awaitingConfirm: 300 } } });
    world.advance(301);
    await world.must('POST', '/v1/timeout-checks', {});
    const done = await studio.becomes(id, 'completed');
    expect(done).toMatchObject({ mail: 'sent', reason: 'the contact did not say that it is missing' });
    expect(mailsOf(id)).toEqual([]);
    expect(await studio.alarms(account)).toEqual([]);
    expect(await world.broken()).toEqual([]);
  });
});

describe('what the contact writes for an address', () => {
  const says = async (account: string, id: string, words: string, question: string | null) => {
    await studio.says(account, 'wang', words);
    await studio.reaches(id, ({ asked, state }) => state === 'completed' || (question !== null && asked === question));
  };

  test.each([
    ['full-width, Chinese on both sides', '发到ｗａｎｇ．ｗｅｉ＠ｑｑ．ｃｏｍ吧谢谢', 'wang.wei@qq.com'],
    ['with what the platform makes of it', '我的邮箱是wang 艾特 163点com', 'wang@163.com'],
  ])('%s', async (_, words, address) => {
    const { account, id } = await shown({ language: 'zh' });
    await says(account, id, words, null);
    await studio.becomes(id, 'completed');
    expect(mailsOf(id).map(({ to }) => to)).toEqual([[address]]);
    expect(await world.broken()).toEqual([]);
  });

  test('a slip is asked back, and mailed on a “yes”', async () => {
    const { account, id, conversationId } = await shown({ language: 'zh' });
    await says(account, id, 'wang@gmial.com', 'typo');
    expect(mailsOf(id)).toEqual([]);
    await says(account, id, '是', null);
    expect(mailsOf(id).map(({ to }) => to)).toEqual([['wang@gmail.com']]);
    expect(await studio.toldWords(conversationId)).toEqual([
      'round 1',
      '请确认一下，您的邮箱是 wang@gmail.com 吗？是的话请回复“是”，不是请再发一次。',
      '已发送到 wang@gmail.com，请查收。',
    ]);
    expect(await world.broken()).toEqual([]);
  });

  test('who types it again as it was means it', async () => {
    const { account, id } = await shown({ language: 'zh' });
    await says(account, id, 'wang@gmial.com', 'typo');
    await says(account, id, 'wang@gmial.com', null);
    expect(mailsOf(id).map(({ to }) => to)).toEqual([['wang@gmial.com']]);
    expect(await world.broken()).toEqual([]);
  });

  test('of two addresses one is chosen', async () => {
    const { account, id, conversationId } = await shown({ language: 'zh' });
    await says(account, id, 'wang@qq.com 或者 wei@163.com 都行', 'which_address');
    await says(account, id, '第二个', null);
    expect(mailsOf(id).map(({ to }) => to)).toEqual([['wei@163.com']]);
    expect((await studio.toldWords(conversationId))[1]).toBe(
      '您发了几个邮箱：wang@qq.com, wei@163.com。请问发到哪一个？',
    );
    expect(await world.broken()).toEqual([]);
  });

  test('half an address is asked for whole', async () => {
    const { account, id, conversationId } = await shown();
    await studio.says(account, 'wang', 'my email is wang@');
    await studio.reaches(id, ({ replies }) => replies.length === 1);
    expect((await studio.toldWords(conversationId)).at(-1)).toMatch(/^Please send me the whole e-mail address/);
    await says(account, id, 'wang@example.com', null);
    expect(mailsOf(id)).toHaveLength(1);
    expect(await world.broken()).toEqual([]);
  });

  test('the second picture goes where the first one went, on a single word', async () => {
    const { account, id } = await shown();
    await studio.reply(id, 'wang@example.com');
    await studio.becomes(id, 'completed');
    const image = await studio.picture(`${account}-second`);
    const { id: next, conversationId } = await studio.request(account, 'wang', { image });
    await studio.reaches(next, ({ quote }) => quote !== null);
    await studio.pay(next, 'order-2');
    await studio.becomes(next, 'awaiting_confirm');
    const [sent] = (await studio.told(conversationId)).slice(-1);
    expect(sent.content.text).toContain('answer “OK” and I will mail it to wang@example.com');
    await studio.says(account, 'wang', 'OK');
    await studio.becomes(next, 'completed');
    expect(mailsOf(next).map(({ to }) => to)).toEqual([['wang@example.com']]);
    expect(await world.broken()).toEqual([]);
  });
});

describe('said while the mail is on its way', () => {
  /** The mail server thinks, until the returned word is given: about the recipient, or about the whole message. */
  async function underWay(what: Held = 'message'): Promise<Shown & { release: () => void }> {
    const begun = await shown();
    const release = smtp.hold(what);
    const isThere = smtp.when(what === 'recipient' ? 'rcpt' : 'end');
    await studio.reply(begun.id, 'first@example.com');
    await isThere;
    return { ...begun, release };
  }

  const FIRST = ['first@example.com'];
  const SECOND = ['second@example.com'];

  test.each([
    ['goes through: it goes to the second one too', 'message', null, [FIRST, SECOND]],
    ['is lost from sight: it goes to the second one too', 'message', 'drop_answer', [FIRST, SECOND]],
    ['is refused: it goes to the second one', 'recipient', 'refuse', [SECOND]],
    ['has not begun to go out: it goes to the second one alone', 'recipient', null, [SECOND]],
  ] as const)('a corrected address, and the first mail %s', async (_, what, trouble, arrived) => {
    const { account, id, conversationId, release } = await underWay(what);
    await studio.says(account, 'wang', 'no, wrong address: second@example.com');
    await studio.reaches(id, ({ email }) => email === 'second@example.com');
    if (trouble) smtp.next(trouble);
    release();
    expect(await studio.becomes(id, 'completed')).toMatchObject({ email: 'second@example.com' });
    await world.quiet();
    expect(mailsOf(id).map(({ to }) => to)).toEqual(arrived);
    expect(await studio.toldWords(conversationId)).toEqual(['round 1', 'Sent to second@example.com.']);
    expect(await world.broken()).toEqual([]);
  });

  test('the same address once more is no second mail', async () => {
    const { account, id, release } = await underWay();
    await studio.says(account, 'wang', 'first@example.com');
    await studio.reaches(id, ({ replies }) => replies.length === 2);
    release();
    await studio.becomes(id, 'completed');
    await world.quiet();
    expect(mailsOf(id)).toHaveLength(1);
    expect(await world.broken()).toEqual([]);
  });

  test('corrected, and corrected back to where it is by now: it is complete, and no mail more goes there', async () => {
    const { account, id, release } = await underWay();
    await studio.says(account, 'wang', 'no, wrong address: second@example.com');
    await studio.reaches(id, ({ email }) => email === 'second@example.com');
    const releaseSecond = smtp.hold('recipient');
    const isThere = smtp.when('rcpt');
    release();
    await isThere;
    await studio.reaches(id, (task) => attemptsOf(task, 'mail').join() === 'mail done,mail begun');
    await studio.says(account, 'wang', 'no, first@example.com was right');
    expect(await studio.becomes(id, 'completed')).toMatchObject({ email: 'first@example.com' });
    releaseSecond();
    await world.quiet();
    expect(mailsOf(id).map(({ to }) => to)).toEqual([FIRST]);
    expect(await world.broken()).toEqual([]);
  });

  test.each([
    ['goes through: no second mail goes out', 'message', null],
    ['is refused: it is tried once more', 'recipient', 'refuse'],
    ['had not begun to go out: it does now', 'recipient', null],
  ] as const)('a change that is taken back later, and the mail %s', async (_, what, trouble) => {
    const { account, id, conversationId, release } = await underWay(what);
    await studio.says(account, 'wang', 'the colour is wrong');
    await studio.becomes(id, 'revision');
    if (trouble) smtp.next(trouble);
    release();
    await studio.reaches(id, ({ attempts }) => attempts.at(-1).endedAt !== null);
    expect(await studio.task(id)).toMatchObject({ state: 'revision', mail: 'none' });
    expect((await studio.toldWords(conversationId)).at(-1)).toMatch(/^Of course. Tell me what to change/);
    await studio.says(account, 'wang', 'never mind, it is fine');
    await studio.becomes(id, 'completed');
    await world.quiet();
    expect(mailsOf(id)).toHaveLength(1);
    expect((await studio.toldWords(conversationId)).at(-1)).toBe('Sent to first@example.com.');
    expect(await world.broken()).toEqual([]);
  });

  test('a change, and how: the work begins anew as soon as the mail is out', async () => {
    const { account, id, release } = await underWay();
    await studio.says(account, 'wang', 'the colour is wrong');
    await studio.says(account, 'wang', 'make the sky bluer');
    await studio.reaches(id, ({ state, round }) => state === 'processing' && round === 2);
    // The step that was planned finds somebody at work.
    await until(
      async () => (await world.sql("select id from job where kind = 'image-task' and state = 'accepted'")).length === 0,
      10,
      'a job',
    );
    release();
    await studio.reaches(id, ({ state, round }) => state === 'awaiting_confirm' && round === 2);
    expect(mailsOf(id)).toHaveLength(1);
    expect(await world.broken()).toEqual([]);
  });

  test('called off by an operator before it goes out: it does not, and the contact is asked nothing more', async () => {
    const { id, conversationId, release } = await underWay('recipient');
    await world.must('POST', `/v1/image-tasks/${id}/cancel`, { reason: 'wrong picture' });
    release();
    const over = await studio.reaches(id, ({ attempts }) => attempts.at(-1).endedAt !== null);
    await world.quiet();
    expect(over).toMatchObject({ state: 'cancelled', reason: 'wrong picture', mail: 'none' });
    expect(mailsOf(id)).toEqual([]);
    expect(await studio.toldWords(conversationId)).toEqual(['round 1']);
    expect(await world.sql("select id from job where state = 'failed'")).toEqual([]);
    expect(await world.broken()).toEqual([]);
  });

  test('called off by an operator when it goes out already: nobody can call it back', async () => {
    const { id, release } = await underWay('message');
    const refused = await world.call('POST', `/v1/image-tasks/${id}/cancel`, {});
    expect(refused).toMatchObject({ status: 409, body: { code: 'illegal_move' } });
    release();
    await studio.becomes(id, 'completed');
    expect(mailsOf(id)).toHaveLength(1);
    expect(await world.broken()).toEqual([]);
  });
});

describe('what is ours to mend', () => {
  test.each([
    ['refuse_sender', 'sender_refused'],
    ['refuse_message', 'message_refused'],
  ] as const)('%s: people are told, the address stays, and an operator tries again', async (trouble, code) => {
    const { account, id, conversationId } = await shown();
    smtp.next(trouble);
    await studio.reply(id, 'wang@example.com');
    const task = await studio.reaches(id, ({ mail }) => mail === 'refused');
    expect(task.email).toBe('wang@example.com');
    expect(attemptsOf(task, 'mail')).toEqual([`mail failed ${code}`]);
    expect(await studio.alarms(account)).toEqual(['image_mail_failed']);
    expect((await studio.toldWords(conversationId)).at(-1)).toMatch(/a colleague looks after it/);
    await world.must('POST', `/v1/image-tasks/${id}/retry`, {});
    await studio.becomes(id, 'completed');
    expect(mailsOf(id)).toHaveLength(1);
    expect(await world.broken()).toEqual([]);
  });

  test('a picture that is too large for their server goes out again, as a link', async () => {
    const { account, id } = await shown();
    smtp.next('too_large');
    await studio.reply(id, 'wang@example.com');
    const task = await studio.becomes(id, 'completed');
    expect(attemptsOf(task, 'mail')).toEqual(['mail failed too_large', 'mail done']);
    const [mail] = mailsOf(id);
    expect([mail?.attachments, mail?.text]).toEqual([[], expect.stringContaining('/v1/files/')]);
    expect(await studio.alarms(account)).toEqual([]);
    expect(await world.broken()).toEqual([]);
  });

  test('no mail server is named: people are told, until there is one', async () => {
    const mute = await Studio.open({ env: { SMTP_URL: '' } });
    const { account, id } = await shown({}, mute);
    await mute.reply(id, 'wang@example.com');
    const task = await mute.reaches(id, ({ mail }) => mail === 'refused');
    expect(task).toMatchObject({ state: 'awaiting_confirm', email: 'wang@example.com' });
    expect(attemptsOf(task, 'mail')).toEqual(['mail failed mail_off']);
    expect(await mute.alarms(account)).toEqual(['image_mail_failed']);
    const [alarm] = await mute.world.sql('select detail from alarm where account_id = ?', [account]);
    expect(alarm.detail).toContain('SMTP_URL');
    expect(await mute.world.broken()).toEqual([]);
  });
});

describe('the mail itself', () => {
  test('has the picture in it, a Chinese subject in plain ASCII, and the shop’s name', async () => {
    const { id } = await shown({ language: 'zh' });
    await studio.reply(id, 'wang@example.com');
    const { result } = await studio.becomes(id, 'completed');
    const [mail] = mailsOf(id);
    expect(mail).toMatchObject({
      from: 'shop@example.com',
      subject: '您的图片已完成（高清处理）',
      text: expect.stringContaining('Shop'),
      attachments: [{ name: 'enhance-1.jpg', mediaType: 'image/jpeg', bytes: result.bytes }],
    });
    expect(mail?.raw.every((byte) => byte < 128)).toBe(true);
    expect(await world.broken()).toEqual([]);
  });

  test('brings a large result as a link, which works until its time is over', async () => {
    const { id } = await shown({ images: { mailLimit: 1000, linksFor: 3600 } });
    await studio.reply(id, 'wang@example.com');
    const { result } = await studio.becomes(id, 'completed');
    const [mail] = mailsOf(id);
    expect(mail?.attachments).toEqual([]);
    const link = /https?:\/\/\S+/.exec(mail?.text ?? '')?.[0].replace(/^http:\/\/[^/]+/, world.url) ?? '';
    const picture = await fetch(link);
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, result.mediaType]);
    expect((await picture.arrayBuffer()).byteLength).toBe(result.bytes);
    const other = await fetch(link.replace(/files\/\w{26}/, `files/${id}`));
    expect(other.status).toBe(403);
    world.advance(3601);
    expect((await fetch(link)).status).toBe(410);
    expect(await world.broken()).toEqual([]);
  });
});

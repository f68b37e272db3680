// Mail by a real SMTP conversation on loopback: what goes out, the moment of no return, and what each way to fail means.

import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Mail, type MailSender, openMail } from '../../src/integrations/mail.ts';
import { OutsideFailure } from '../../src/integrations/outside-failure.ts';
import { type SmtpTestServer, startSmtpServer, type Trouble } from '../support/outside/smtp-server.ts';

const MAIL: Mail = {
  to: 'li.lei@example.com',
  subject: '您的图片已经修好：旧照片修复（第 2 稿）——请查收并确认，如果需要修改请直接回复',
  text: '您好，\n\n.附件里是修好的图片。\n',
  attachments: [
    { name: '旧照片 修复版.png', mediaType: 'image/png', data: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1]) },
  ],
  messageId: '<01JTASK.2@baton.example>',
};
const FROM = '修图助手 <robot@example.com>';
const never = new AbortController().signal;
const nothing = async () => undefined;

let smtp: SmtpTestServer;
let mail: MailSender;

beforeAll(async () => {
  smtp = await startSmtpServer({ size: 20_000 });
  mail = openMail({ url: smtp.url, from: FROM, timeoutMs: 5000 });
});
afterAll(async () => {
  await mail.close();
  await smtp.close();
});

function failing(sending: Promise<unknown>): Promise<OutsideFailure> {
  return sending.then(
    () => Promise.reject(new Error('It went out.')),
    (error: unknown) => (error instanceof OutsideFailure ? error : Promise.reject(error)),
  );
}

async function failed(sending: Promise<unknown>) {
  const { kind, code } = await failing(sending);
  return { kind, code };
}

describe('what goes out', () => {
  test('arrives as it was meant: names and words in Chinese, the file to the byte, our own Message-ID', async () => {
    const sent = await mail.send({ ...MAIL, html: '<p>图片</p>' }, never, nothing);
    expect(sent).toEqual({ messageId: MAIL.messageId, response: expect.stringMatching(/^250 /) });
    const [arrived] = smtp.mails.slice(-1);
    expect(arrived).toMatchObject({
      from: 'robot@example.com',
      to: ['li.lei@example.com'],
      subject: MAIL.subject,
      html: expect.stringContaining('<p>图片</p>'),
      messageId: MAIL.messageId,
      attachments: [{ name: '旧照片 修复版.png', mediaType: 'image/png', bytes: 6 }],
    });
    expect(arrived?.text.trim()).toBe('您好，\n\n.附件里是修好的图片。');
    expect(arrived?.raw.every((byte) => byte < 128)).toBe(true);
  });

  test('to one mailbox only, even where the address holds a comma or a line', async () => {
    const before = smtp.mails.length;
    for (const to of ['a@example.com, b@example.com', 'a@example.com\r\nBcc: b@example.com', '', 'Li <a@example.com>'])
      expect(await failed(mail.send({ ...MAIL, to }, never, nothing))).toEqual({
        kind: 'refused',
        code: 'mailbox_refused',
      });
    expect(smtp.mails.length).toBe(before);
  });

  test('several mails over the same connection', async () => {
    await mail.send(MAIL, never, nothing);
    const before = smtp.connections.length;
    for (let times = 0; times < 3; times += 1) await mail.send(MAIL, never, nothing);
    expect(smtp.connections.length).toBe(before);
  });

  test('a refused mailbox leaves the connection good for the next mail', async () => {
    await mail.send(MAIL, never, nothing);
    const before = smtp.connections.length;
    smtp.next('refuse');
    await failing(mail.send(MAIL, never, nothing));
    await mail.send(MAIL, never, nothing);
    expect(smtp.connections.length).toBe(before);
  });
});

describe('the moment of no return', () => {
  test('comes once, when the recipient is taken and not a byte of the message has left', async () => {
    const seen: unknown[] = [];
    await mail.send(MAIL, never, async () => {
      await greetingOf(smtp.url);
      const connection = smtp.connections.find(({ events }) => events.at(-1) === 'data');
      seen.push(connection?.events.slice(-3), connection?.bytesAfterData());
    });
    expect(seen).toEqual([['mail', 'rcpt li.lei@example.com', 'data'], 0]);
  });

  test('what it throws is thrown as it is, and nothing was sent', async () => {
    const before = smtp.mails.length;
    const mine = Object.assign(new Error('the database is away'), { code: 'ER_AWAY' });
    const closed = smtp.when('close');
    await expect(mail.send(MAIL, never, () => Promise.reject(mine))).rejects.toBe(mine);
    expect(mine.code).toBe('ER_AWAY');
    await closed;
    expect(smtp.mails.length).toBe(before);
  });

  test('never comes for a mailbox that is refused', async () => {
    let asked = 0;
    smtp.next('refuse');
    await failing(
      mail.send(MAIL, never, async () => {
        asked += 1;
      }),
    );
    expect(asked).toBe(0);
  });

  test('is over when the failure is told, and then the mail stays here', async () => {
    const before = smtp.mails.length;
    const stop = new AbortController();
    let over = false;
    const sending = mail.send(MAIL, stop.signal, async () => {
      const closed = smtp.when('close');
      stop.abort();
      await closed;
      over = true;
    });
    expect(await failed(sending)).toEqual({ kind: 'retryable', code: 'aborted' });
    expect({ over, mails: smtp.mails.length - before }).toEqual({ over: true, mails: 0 });
  });
});

/** A whole round with the server: whatever was on the way to it has arrived. */
async function greetingOf(url: string): Promise<void> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await once(socket, 'data');
  socket.destroy();
}

describe('what a failure means', () => {
  const cases: readonly (readonly [Trouble, string, string])[] = [
    ['refuse', 'refused', 'mailbox_refused'],
    ['full_mailbox', 'refused', 'mailbox_refused'],
    ['defer', 'retryable', 'deferred'],
    ['refuse_sender', 'permanent', 'sender_refused'],
    ['want_login', 'auth', 'login_refused'],
    ['too_large', 'permanent', 'too_large'],
    ['refuse_message', 'permanent', 'message_refused'],
    ['defer_message', 'retryable', 'deferred'],
    ['drop_data', 'unknown', 'outcome_unknown'],
    ['drop_answer', 'unknown', 'outcome_unknown'],
  ];
  test.each(cases)('%s: %s, %s', async (trouble, kind, code) => {
    smtp.next(trouble);
    expect(await failed(mail.send(MAIL, never, nothing))).toEqual({ kind, code });
  });

  test('a mail that the server says it does not take is not begun', async () => {
    const large = {
      ...MAIL,
      attachments: [{ name: 'a.bin', mediaType: 'application/octet-stream', data: Buffer.alloc(16_000) }],
    };
    let asked = 0;
    const sending = mail.send(large, never, async () => {
      asked += 1;
    });
    expect(await failed(sending)).toEqual({ kind: 'permanent', code: 'too_large' });
    expect(asked).toBe(0);
  });

  test('given up before: it was not sent; given up while the server thinks: nobody knows', async () => {
    expect(await failed(mail.send(MAIL, AbortSignal.abort(), nothing))).toEqual({ kind: 'retryable', code: 'aborted' });
    const stop = new AbortController();
    smtp.next('hang_answer');
    const arrived = smtp.when('end');
    const sending = failed(mail.send(MAIL, stop.signal, nothing));
    await arrived;
    stop.abort();
    expect(await sending).toEqual({ kind: 'unknown', code: 'outcome_unknown' });
  });
});

/** Each on a server of its own, all at once: most of their time is spent waiting. */
describe.concurrent('by a connection of its own', () => {
  const PASSWORD = 'pass%&@:word-canary';
  const silences: readonly (readonly [Trouble, string, string])[] = [
    ['hang_greeting', 'retryable', 'timeout'],
    ['hang_mail', 'retryable', 'timeout'],
    ['hang_rcpt', 'retryable', 'timeout'],
    ['hang_data', 'unknown', 'outcome_unknown'],
    ['hang_answer', 'unknown', 'outcome_unknown'],
  ];

  test.for(silences)(
    'a server that is silent at %s: %s, %s',
    async ([trouble, kind, code], { onTestFinished, expect }) => {
      const own = await openOwn(onTestFinished, 300);
      own.smtp.next(trouble);
      expect(await failed(own.mail.send(MAIL, never, nothing))).toEqual({ kind, code });
    },
  );

  test.for<Trouble>(['drop_rcpt', 'closing'])(
    'that ends before the message: %s',
    async (trouble, { onTestFinished, expect }) => {
      const own = await openOwn(onTestFinished);
      own.smtp.next(trouble);
      expect(await failed(own.mail.send(MAIL, never, nothing))).toEqual({ kind: 'retryable', code: 'unreachable' });
    },
  );

  test('that was kept and is dropped: it is replaced, and the mail goes out once', async ({
    onTestFinished,
    expect,
  }) => {
    const own = await openOwn(onTestFinished);
    await own.mail.send(MAIL, never, nothing);
    let asked = 0;
    own.smtp.next('drop_rcpt');
    await own.mail.send(MAIL, never, async () => {
      asked += 1;
    });
    expect({ asked, mails: own.smtp.mails.length }).toEqual({ asked: 1, mails: 2 });
  });

  test('nobody listens', async ({ onTestFinished, expect }) => {
    const own = await openOwn(onTestFinished);
    await own.smtp.close();
    expect(await failed(own.mail.send(MAIL, never, nothing))).toEqual({ kind: 'retryable', code: 'unreachable' });
  });

  test('a closed sender sends nothing any more', async ({ onTestFinished, expect }) => {
    const own = await openOwn(onTestFinished);
    await own.mail.close();
    expect(await failed(own.mail.send(MAIL, never, nothing))).toEqual({ kind: 'retryable', code: 'unreachable' });
  });

  test('to close waits for the mail that is under way', async ({ onTestFinished, expect }) => {
    const own = await openOwn(onTestFinished);
    const order: string[] = [];
    let closing: Promise<unknown> = Promise.resolve();
    const closeBeforeData = async () => {
      closing = own.mail.close().then(() => order.push('closed'));
    };
    await own.mail.send(MAIL, never, closeBeforeData).then(() => order.push('sent'));
    await closing;
    expect(order).toEqual(['sent', 'closed']);
  });

  test('a login is made with what the address says', async ({ onTestFinished, expect }) => {
    const own = await openOwn(onTestFinished, 5000, { user: 'robot@example.com', password: PASSWORD });
    await own.mail.send(MAIL, never, nothing);
    expect(own.smtp.mails.length).toBe(1);
  });

  test('a refused login is told without a word of it', async ({ onTestFinished, expect }) => {
    const own = await openOwn(onTestFinished, 5000, { user: 'robot@example.com', password: PASSWORD });
    own.smtp.next('refuse_login');
    const failure = await failing(own.mail.send(MAIL, never, nothing));
    expect({ kind: failure.kind, code: failure.code }).toEqual({ kind: 'auth', code: 'login_refused' });
    const told = JSON.stringify([failure.message, failure.stack, failure.cause]);
    for (const secret of ['canary', 'robot', 'Authentication failed']) expect(told).not.toContain(secret);
  });
});

async function openOwn(
  whenFinished: (close: () => Promise<void>) => void,
  timeoutMs = 5000,
  login?: { user: string; password: string },
): Promise<{ smtp: SmtpTestServer; mail: MailSender }> {
  const smtp = await startSmtpServer(login ? { login } : {});
  const mail = openMail({ url: smtp.url, from: FROM, timeoutMs });
  whenFinished(async () => {
    await mail.close();
    await smtp.close();
  });
  return { smtp, mail };
}

test('an address of a server that is none is refused without being repeated', () => {
  const addresses = [
    'http://robot:canary@example.com',
    'robot:canary@example.com',
    'smtp://robot:canary%zz@example.com',
  ];
  for (const url of addresses) expect(() => openMail({ url, from: FROM, timeoutMs: 1000 })).toThrow(/^(?!.*canary)/);
});

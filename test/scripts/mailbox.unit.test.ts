// The mail server that shows the mail of a demo.
import { expect, test } from 'vitest';
import { type Arrived, openMailbox } from '../../scripts/mailbox.ts';
import { openMail } from '../../src/integrations/mail.ts';

test('shows each mail as it comes, and listens where it was told to', async () => {
  const shown: Arrived[] = [];
  const mailbox = await openMailbox({ onMail: (mail) => shown.push(mail) });
  const sender = openMail({ url: mailbox.url, from: '助手 <robot@example.com>', timeoutMs: 5000 });
  const mail = {
    to: 'li@example.com',
    subject: '修好了',
    text: '见附件。',
    attachments: [{ name: '照片.png', mediaType: 'image/png', data: Buffer.alloc(1234) }],
    messageId: '<01A@baton.example>',
  };
  await sender.send(mail, new AbortController().signal, async () => undefined);
  expect(shown).toEqual([
    {
      from: 'robot@example.com',
      to: ['li@example.com'],
      subject: '修好了',
      text: '见附件。',
      html: null,
      messageId: '<01A@baton.example>',
      attachments: [{ name: '照片.png', mediaType: 'image/png', bytes: 1234 }],
    },
  ]);
  expect(mailbox.mails).toEqual(shown);
  const { port } = new URL(mailbox.url);
  await expect(openMailbox({ port: Number(port), onMail: () => undefined })).rejects.toThrow('EADDRINUSE');
  await sender.close();
  await mailbox.close();
});

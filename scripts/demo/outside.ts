// What lies outside Baton in a demo: a mailbox that takes every mail, a host that customers' pictures lie on, and a folder for files. All
// of it on this machine, and gone when the demo ends.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openExamplePictures, type PictureHost } from '../example-pictures.ts';
import { type Mailbox, openMailbox } from '../mailbox.ts';
import type { Ending } from '../start/ending.ts';

export type Outside = {
  readonly mailbox: Mailbox;
  readonly pictures: PictureHost;
  /** By which Baton finds them. */
  readonly settings: Readonly<Record<string, string>>;
};

export async function openOutside(ending: Ending): Promise<Outside> {
  const files = await mkdtemp(join(tmpdir(), 'baton-demo-files-'));
  ending.add(() => rm(files, { recursive: true, force: true }));
  const pictures = await openExamplePictures();
  ending.add(pictures.close);
  const mailbox = await openMailbox({ onMail: () => undefined });
  ending.add(mailbox.close);
  const settings = {
    FILES_DIRECTORY: files,
    FETCH_PRIVATE_HOSTS: new URL(pictures.url).host,
    SMTP_URL: mailbox.url,
    MAIL_FROM: 'Shop desk <shop@example.com>',
  };
  return { mailbox, pictures, settings };
}

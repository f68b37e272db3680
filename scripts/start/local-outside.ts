// What Baton needs outside, on this machine: a mailbox where no mail server is named, the example pictures to try image tasks with,
// and addresses that fit.
import type { Config } from '../../src/config.ts';
import { EXAMPLE_PICTURES, openExamplePictures } from '../example-pictures.ts';
import { openMailbox } from '../mailbox.ts';
import type { Ending } from './ending.ts';
import { mailLine } from './mail-line.ts';
import { nextFreePort } from './ports.ts';

const PICTURE_PORT = 3002;
const LOCAL = '127.0.0.1';

export type LocalOutside = {
  readonly config: Config;
  /** What to tell whoever starts it: a word, and where it is. */
  readonly rows: readonly (readonly [what: string, where: string])[];
};

/** @param show a line for each mail that arrives. */
export async function openLocalOutside(
  config: Config,
  ending: Ending,
  show: (line: string) => void,
): Promise<LocalOutside> {
  const port = await nextFreePort(PICTURE_PORT, LOCAL, [config.PORT, config.WORKER_PORT]);
  const pictures = await openExamplePictures(port);
  ending.add(pictures.close);
  const settled = { ...config, FETCH_PRIVATE_HOSTS: [...config.FETCH_PRIVATE_HOSTS, new URL(pictures.url).host] };
  const rows = [
    ['Pictures', `${pictures.url}${EXAMPLE_PICTURES[1]}  (an example to try image tasks with)`],
    ['Files', config.S3_ENDPOINT === '' ? config.FILES_DIRECTORY : `${config.S3_ENDPOINT}, bucket ${config.S3_BUCKET}`],
  ] as const;
  if (config.SMTP_URL !== '') return { config: settled, rows };
  const mailbox = await openMailbox({ onMail: (mail) => show(mailLine(mail)) });
  ending.add(mailbox.close);
  const where = `${mailbox.url}  (no mail server is named: mails stay here, and are shown)`;
  return { config: { ...settled, SMTP_URL: mailbox.url }, rows: [...rows, ['Mail', where]] };
}

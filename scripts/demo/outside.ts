// What lies outside Baton in a demo: a mailbox that takes every mail, a host that customers' pictures lie on, a folder for files, and,
// where they are asked for, local protocol servers in the place of Chatwoot and WeCom, each with a robot beside it. All of it on this
// machine, and gone when the demo ends.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChatwootServer, startChatwoot } from '../../test/support/outside/chatwoot-server.ts';
import { startWecom, type WecomServer } from '../../test/support/outside/wecom-server.ts';
import { openExamplePictures, type PictureHost } from '../example-pictures.ts';
import { type Mailbox, openMailbox } from '../mailbox.ts';
import type { Ending } from '../start/ending.ts';
import { type HookRobot, openHookRobot } from './hook-robot.ts';
import type { System } from './options.ts';

export type Outside = {
  readonly mailbox: Mailbox;
  readonly pictures: PictureHost;
  /** null: it is not asked for. */
  readonly chatwoot: Place<ChatwootServer> | null;
  readonly wecom: Place<WecomServer> | null;
  /** By which Baton finds them. */
  readonly settings: Readonly<Record<string, string>>;
};

/** A system outside, and the robot of the account that is connected to it. */
export type Place<Server> = { readonly server: Server; readonly robot: HookRobot };

export async function openOutside(ending: Ending, systems: readonly System[]): Promise<Outside> {
  const files = await mkdtemp(join(tmpdir(), 'baton-demo-files-'));
  ending.add(() => rm(files, { recursive: true, force: true }));
  const pictures = await openExamplePictures();
  ending.add(pictures.close);
  const mailbox = await openMailbox({ onMail: () => undefined });
  ending.add(mailbox.close);
  const chatwoot = systems.includes('chatwoot') ? await openPlace(ending, startChatwoot) : null;
  const wecom = systems.includes('wecom') ? await openPlace(ending, startWecom) : null;
  const hosts = [chatwoot, wecom].flatMap((place) => (place ? [place.server.host, place.robot.host] : []));
  const settings = {
    FILES_DIRECTORY: files,
    FETCH_PRIVATE_HOSTS: [new URL(pictures.url).host, ...hosts].join(','),
    SMTP_URL: mailbox.url,
    MAIL_FROM: 'Shop desk <shop@example.com>',
  };
  return { mailbox, pictures, chatwoot, wecom, settings };
}

type Closable = { readonly host: string; readonly close: () => Promise<void> };

async function openPlace<Server extends Closable>(
  ending: Ending,
  start: () => Promise<Server>,
): Promise<Place<Server>> {
  const server = await start();
  ending.add(server.close);
  return { server, robot: await openHookRobot(ending) };
}

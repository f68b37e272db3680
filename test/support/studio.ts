// A world in which pictures are worked on: a host that customers' pictures lie on, a mail server, and short words for what tests of
// image tasks do most.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll } from 'vitest';
import { type PictureHost, startPictureHost } from './outside/picture-host.ts';
import { type SmtpTestServer, startSmtpServer } from './outside/smtp-server.ts';
import { type Json, until, World, type WorldOptions } from './world.ts';

export class Studio {
  readonly world: World;
  readonly host: PictureHost;
  readonly smtp: SmtpTestServer;

  private constructor(world: World, host: PictureHost, smtp: SmtpTestServer) {
    this.world = world;
    this.host = host;
    this.smtp = smtp;
  }

  /** Opens world and servers, and closes them after the last test of the file. */
  static async open(options: WorldOptions = {}): Promise<Studio> {
    const [host, smtp] = [await startPictureHost(), await startSmtpServer()];
    const files = await mkdtemp(join(tmpdir(), 'baton-files-'));
    const world = await World.open({
      ...options,
      env: {
        FILES_DIRECTORY: files,
        SMTP_URL: smtp.url,
        MAIL_FROM: 'Shop <shop@example.com>',
        ...options.env,
        FETCH_PRIVATE_HOSTS: [new URL(host.url).host, options.env?.FETCH_PRIVATE_HOSTS ?? ''].join(','),
      },
    });
    afterAll(async () => {
      await host.close();
      await smtp.close();
      await rm(files, { recursive: true, force: true });
    });
    return new Studio(world, host, smtp);
  }

  /** @returns the address of a photograph-like picture, blurred a little, that nobody else has. */
  async picture(name: string, { width = 320, height = 240 } = {}): Promise<string> {
    const data = await photograph(width, height);
    return this.host.at(`/${name}.jpg`, { kind: 'file', data, mediaType: 'image/jpeg' });
  }

  /** The same, but it comes only once the returned word is given. */
  async latePicture(name: string): Promise<{ image: string; release: () => void }> {
    const data = await photograph(320, 240);
    const { promise, resolve } = Promise.withResolvers<void>();
    const answer = { kind: 'file', data, mediaType: 'image/jpeg' } as const;
    return { image: this.host.at(`/${name}.jpg`, { kind: 'late', until: promise, answer }), release: resolve };
  }

  async request(account: string, contact: string, fields: object = {}): Promise<Json> {
    const image = await this.picture(`${account}-${contact}`);
    return this.world.must('POST', '/v1/image-tasks', { account, contact, image, operation: 'enhance', ...fields });
  }

  task(id: string): Promise<Json> {
    return this.world.must('GET', `/v1/image-tasks/${id}`);
  }

  pay(id: string, orderId: string): Promise<Json> {
    return this.world.must('POST', `/v1/image-tasks/${id}/payment`, { orderId, amount: 12.5, currency: 'CNY' });
  }

  /** Requested, paid, made and sent: the contact has seen it and is asked to confirm. */
  async shown(account: string, contact: string, fields: object = {}): Promise<Json> {
    const { id } = await this.request(account, contact, fields);
    await this.reaches(id, ({ quote }) => quote !== null);
    await this.pay(id, `order-${contact}`);
    return this.becomes(id, 'awaiting_confirm');
  }

  /** Upstream tells what the contact said, without posting it as a message. @returns what it was understood as. */
  async reply(id: string, text: string, messageId?: string): Promise<string> {
    const body = { text, ...(messageId === undefined ? {} : { id: messageId }) };
    return (await this.world.must('POST', `/v1/image-tasks/${id}/reply`, body)).understood;
  }

  /** The contact speaks in the conversation, as on every day. */
  async says(account: string, contact: string, content: unknown, type = 'text'): Promise<void> {
    const fields = { type, content, sentAt: new Date(this.world.kernel.clock().getTime() + 1).toISOString() };
    await this.world.ingest([this.world.message(account, contact, fields)]);
  }

  /** Until the task is in that state. @returns it, in full. */
  becomes(id: string, state: string, seconds = 20): Promise<Json> {
    return this.reaches(id, (task) => task.state === state, seconds);
  }

  async reaches(id: string, isThere: (task: Json) => boolean, seconds = 20): Promise<Json> {
    let task: Json = {};
    const look = async () => {
      task = await this.task(id);
      return isThere(task);
    };
    await until(look, seconds, 'the task did not come that far').catch((error) => {
      throw new Error(`${error.message}: ${standingOf(task)}`);
    });
    return task;
  }

  /** What the contact was told and sent by us, oldest first. */
  async told(conversationId: string): Promise<Json[]> {
    const { data } = await this.world.must('GET', `/v1/conversations/${conversationId}/messages`);
    return data.filter(({ sender }: Json) => sender === 'system').reverse();
  }

  /** The same, in words: of a picture, which round it is. */
  async toldWords(conversationId: string): Promise<string[]> {
    const told = await this.told(conversationId);
    return told.map(({ type, content }) => (type === 'image' ? `round ${content.round}` : content));
  }

  /** The codes of what operators were called for, on the stream `ops`, oldest first. */
  async alarms(account: string): Promise<string[]> {
    const events: Json[] = [];
    for (let more = true; more; ) {
      const page = await this.world.must('GET', `/v1/streams/ops/events?after=${events.at(-1)?.seq ?? 0}`);
      events.push(...page.events);
      more = page.more;
    }
    const raised = events.filter(({ type, data }: Json) => type === 'ops.alert_raised' && data.accountId === account);
    return raised.map(({ data }: Json) => data.code);
  }
}

/** The attempts of a task in words: step, state, and the code of what was wrong. */
export function attemptsOf({ attempts }: Json, step?: string): string[] {
  const wanted = attempts.filter((attempt: Json) => step === undefined || attempt.step === step);
  return wanted.map(({ step, state, code }: Json) => [step, state, ...(code === null ? [] : [code])].join(' '));
}

/** Where a task stands and how it came there, in a line. */
function standingOf({ state, round, mail, reason, attempts = [] }: Json): string {
  const tried = attempts.map(
    ({ step, round: of, number, state: came, code, score }: Json) =>
      `${step} ${of}.${number} ${came} ${code ?? score ?? ''}`,
  );
  return `${state}, round ${round}, mail ${mail}, because ${reason}; ${tried.join('; ')}`;
}

/** Soft shapes with a little grain, as a telephone takes them. */
export async function photograph(width: number, height: number): Promise<Buffer> {
  const shapes = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 240" width="${width}" height="${height}">
    <defs><linearGradient id="sky" x2="0" y2="1"><stop stop-color="#7fb4dd"/><stop offset="1" stop-color="#e8d9b8"/></linearGradient></defs>
    <rect width="320" height="240" fill="url(#sky)"/><path d="M0 190 L90 90 L150 160 L230 70 L320 180 V240 H0Z" fill="#4d6b4a"/>
    <circle cx="250" cy="50" r="24" fill="#f6e7a1"/><rect x="60" y="150" width="50" height="60" fill="#a4553b"/>
    <path d="M55 152 L85 125 L115 152Z" fill="#5c2f24"/><rect x="75" y="175" width="14" height="35" fill="#2e2622"/></svg>`;
  const grain = {
    create: { width, height, channels: 3, background: '#808080', noise: { type: 'gaussian', mean: 128, sigma: 14 } },
  } as const;
  const noise = await sharp(grain).png().toBuffer();
  return sharp(Buffer.from(shapes))
    .blur(1.2)
    .composite([{ input: noise, blend: 'soft-light' }])
    .jpeg({ quality: 90 })
    .toBuffer();
}

// A mail server for one machine, for start and demo: it takes every mail that comes, hands none on, and shows what is in it.
import type { AddressInfo } from 'node:net';
import PostalMime from 'postal-mime';
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server';

export type Arrived = {
  readonly from: string;
  /** Who it was brought to, whatever its own head says. */
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
  readonly messageId: string;
  readonly attachments: readonly { readonly name: string; readonly mediaType: string; readonly bytes: number }[];
};

export type Mailbox = {
  readonly url: string;
  /** In the order of coming. */
  readonly mails: readonly Arrived[];
  readonly close: () => Promise<void>;
};

const MOST_BYTES = 40 * 1024 * 1024;
/** Mails that are kept, the oldest fall out. */
const MOST_MAILS = 1000;

/** Listens on 127.0.0.1, without TLS and without login. @param port 0 or none for a free one. @throws when the port is taken. */
export async function openMailbox({
  port = 0,
  onMail,
}: {
  port?: number;
  onMail: (mail: Arrived) => void;
}): Promise<Mailbox> {
  const mails: Arrived[] = [];
  const take = async (stream: SMTPServerDataStream, from: string, to: readonly string[]) => {
    const raw = await readAll(stream);
    if (stream.sizeExceeded) return;
    const mail = await readMail(raw, from, to);
    mails.push(mail);
    if (mails.length > MOST_MAILS) mails.shift();
    onMail(mail);
  };
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    size: MOST_BYTES,
    rejectOversized: true,
    closeTimeout: 1,
    onData: (stream, { envelope }, answer) => {
      const from = envelope.mailFrom ? envelope.mailFrom.address : '';
      const to = envelope.rcptTo.map(({ address }) => address);
      take(stream, from, to).then(() => answer(null), answer);
    },
  });
  // A client that hangs up in the middle is its own affair.
  server.on('error', () => undefined);
  const address = await listening(server, port);
  return {
    url: `smtp://127.0.0.1:${address.port}`,
    mails,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

export function listening(server: SMTPServer, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.server.address();
      if (address && typeof address === 'object') resolve(address);
    });
  });
}

export async function readAll(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** @param raw the whole message. @param from, to as the envelope has them. */
export async function readMail(raw: Buffer, from: string, to: readonly string[]): Promise<Arrived> {
  const { subject, text, html, messageId, attachments } = await PostalMime.parse(raw);
  return {
    from,
    to,
    subject: subject ?? '',
    text: text ?? '',
    html: html ?? null,
    messageId: messageId ?? '',
    attachments: attachments.map(({ filename, mimeType, content }) => ({
      name: filename ?? '',
      mediaType: mimeType,
      bytes: typeof content === 'string' ? Buffer.byteLength(content) : content.byteLength,
    })),
  };
}

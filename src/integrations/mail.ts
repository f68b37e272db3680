// Mail goes out over SMTP, by a few connections that are kept. A mail has the Message-ID that its sender gives it, one recipient, and
// one moment of no return: before it nothing was sent, after it only the server's answer tells whether the mail was taken.
import { createTransport } from 'nodemailer';
import { mailFailure } from './mail-failure.ts';
import { type Gate, makeGate } from './mail-gate.ts';
import { readSmtpUrl } from './smtp-url.ts';

export type Attachment = { readonly name: string; readonly mediaType: string; readonly data: Buffer };
export type Mail = {
  /** One bare address. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  readonly attachments: readonly Attachment[];
  /** `<id@domain>`; the same at every try, so that who gets it twice can tell. */
  readonly messageId: string;
};
/** Taken by the server, which is not yet delivered. `response`: its words, often with the name it gave the mail. */
export type Sent = { readonly messageId: string; readonly response: string };

export type MailSender = {
  /**
   * @param beforeData awaited once, after the server took sender and recipient and before the first byte of the message leaves. What it
   * throws is thrown here, and nothing was sent. It is never under way any more when this ends.
   * @throws OutsideFailure refused `mailbox_refused`; auth `login_refused`; permanent `too_large`, `message_refused`,
   * `sender_refused`; unknown `outcome_unknown`: it may have been taken; retryable: it was surely not.
   */
  readonly send: (mail: Mail, signal: AbortSignal, beforeData: () => Promise<void>) => Promise<Sent>;
  /** Takes no more mail, and waits for those under way. */
  readonly close: () => Promise<void>;
};

export type MailOptions = {
  /** smtp:// or smtps://, with user:password where the server wants a login. */
  readonly url: string;
  /** `name <address>` or an address. */
  readonly from: string;
  /** How long the server may be silent, at each step. The whole is bounded by the signal. */
  readonly timeoutMs: number;
};

const CONNECTIONS = 3;
/** A kept connection that the server has dropped meanwhile is noticed with the next mail, which then takes another. */
const MORE_TRIES = 1;

/** @throws Error when the address of the server is none. Connects with the first mail. */
export function openMail({ url, from, timeoutMs }: MailOptions): MailSender {
  const transport = createTransport({
    pool: true,
    ...readSmtpUrl(url),
    maxConnections: CONNECTIONS,
    maxRequeues: MORE_TRIES,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  // The library composes and begins to read a message before the server was asked: only what is read at the very end can be held back.
  const gates = new WeakMap<AbortSignal, Gate>();
  transport.use('stream', ({ data, message }, go) => {
    const gate = data.signal && gates.get(data.signal);
    if (!gate || !message) return go(new Error('A mail has a gate.'));
    message.processFunc((bytes) => gate.guard(bytes));
    go();
  });
  const underWay = new Set<Promise<unknown>>();

  const send: MailSender['send'] = async (mail, callerSignal, beforeData) => {
    const gate = makeGate(beforeData);
    const signal = AbortSignal.any([callerSignal]);
    gates.set(signal, gate);
    try {
      const { accepted, rejectedErrors, response } = await transport.sendMail({ ...composed(mail, from), signal });
      if (accepted.length === 0) throw rejectedErrors?.[0];
      return { messageId: mail.messageId, response };
    } catch (error) {
      const flowed = gate.hasFlowed();
      await gate.shut();
      throw mailFailure(error, flowed);
    }
  };

  return {
    send: (...mail) => {
      const sending = send(...mail);
      const forget = () => void underWay.delete(sending);
      underWay.add(sending);
      sending.then(forget, forget);
      return sending;
    },
    close: async () => {
      transport.close();
      await Promise.allSettled(underWay);
    },
  };
}

/** The recipient's address is given as such, so that a comma in it makes no second recipient. */
function composed({ to, subject, text, html, attachments, messageId }: Mail, from: string) {
  return {
    from,
    to: { name: '', address: to },
    subject,
    text,
    ...(html === undefined ? {} : { html }),
    messageId,
    attachments: attachments.map(({ name, mediaType, data }) => ({
      filename: name,
      contentType: mediaType,
      content: data,
    })),
    envelope: { from, to: { name: '', address: to }, size: leastSize(attachments) },
  };
}

/** What the attachments come to in base64: a server that takes less says so before anything is sent (RFC 1870). */
function leastSize(attachments: readonly Attachment[]): number {
  return attachments.reduce((sum, { data }) => sum + Math.ceil(data.length / 3) * 4, 0);
}

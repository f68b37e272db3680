// What a mail that did not go out means to whoever sent it, from the stage at which it failed and the reply, where there was one.
// An answer counts as such at every stage. Without one, all depends on whether bytes of the message had begun to flow.
import { z } from 'zod';
import { OutsideFailure } from './outside-failure.ts';

/** What nodemailer says of an error. */
const Failed = z.object({
  code: z.string().catch(''),
  responseCode: z.number().nullable().catch(null),
  command: z.string().catch(''),
  response: z.string().catch(''),
});
type Failed = z.output<typeof Failed>;
type Reply = Failed & { readonly responseCode: number };

/** What a server answers while nobody is logged in, or logged in badly (RFC 4954, 6). */
const LOGIN_REPLIES = [530, 534, 535, 538];
const LONGEST_REPLY = 200;

/** @param flowed whether bytes of the message may have reached the server. */
export function mailFailure(error: unknown, flowed: boolean): OutsideFailure {
  const { data: failed } = Failed.safeParse(error);
  if (failed && isAnswer(failed)) return failureOf(failed);
  if (failed?.code === 'EENVELOPE') return mailboxRefused('This is no address that mail can be sent to.');
  if (failed?.code === 'EMESSAGE') return tooLarge('The mail is larger than the server says it takes.');
  if (flowed)
    return new OutsideFailure(
      'unknown',
      'outcome_unknown',
      'The connection ended before the server answered the mail.',
      {
        cause: error,
      },
    );
  return notSent(failed?.code ?? '', error);
}

/** A reply to a command of ours. Others that carry a number are cut off or unasked for. */
function isAnswer(failed: Failed): failed is Reply {
  return failed.responseCode !== null && ['EENVELOPE', 'EMESSAGE', 'EAUTH'].includes(failed.code);
}

function failureOf(reply: Reply): OutsideFailure {
  const { responseCode: status, command } = reply;
  // 503 says that the line is out of step, not that the mail is wrong.
  if (status < 500 || status === 503) return new OutsideFailure('retryable', 'deferred', `Not now: ${said(reply)}`);
  // A reply to a login may repeat what was sent: it is not shown.
  if (reply.code === 'EAUTH') return loginRefused(`The mail server refused the login (${status}).`);
  if (LOGIN_REPLIES.includes(status)) return loginRefused(`The mail server wants another login: ${said(reply)}`);
  if (isTooLarge(reply)) return tooLarge(`The mail is too large: ${said(reply)}`);
  if (command === 'RCPT TO') return mailboxRefused(`The mailbox was refused: ${said(reply)}`);
  if (command === 'MAIL FROM')
    return new OutsideFailure('permanent', 'sender_refused', `Our own address was refused: ${said(reply)}`);
  return new OutsideFailure('permanent', 'message_refused', `The mail was refused: ${said(reply)}`);
}

/** 552 to a recipient is a mailbox that is full (RFC 5321, 4.2.3); the enhanced code says which it is (RFC 3463, 3.3 and 3.4). */
function isTooLarge({ responseCode, command, response }: Reply): boolean {
  if (/^\d{3}[ -]5\.(2\.3|3\.4)\b/.test(response)) return true;
  return (responseCode === 552 || responseCode === 523) && command !== 'RCPT TO';
}

/** Not a byte of the message has gone: it can be sent again without a second thought. */
function notSent(code: string, cause: unknown): OutsideFailure {
  if (code === 'EAUTH' || code === 'ENOAUTH') return loginRefused('The mail server offers no login that we can use.');
  const reason = NOT_SENT[code] ?? ['mail_failed', 'The mail could not be sent.'];
  return new OutsideFailure('retryable', ...reason, { cause });
}

const NOT_SENT: Readonly<Record<string, readonly [code: string, detail: string]>> = {
  EABORT: ['aborted', 'The mail was given up before it was sent.'],
  ETIMEDOUT: ['timeout', 'The mail server did not answer in time.'],
  EDNS: ['unreachable', 'The mail server’s name was not found.'],
  ESOCKET: ['unreachable', 'The mail server was not reached.'],
  ECONNECTION: ['unreachable', 'The mail server closed the connection.'],
  EPROTOCOL: ['unreachable', 'The mail server does not want to talk to us.'],
  ETLS: ['tls_failed', 'There is no encrypted line to the mail server.'],
};

function loginRefused(detail: string): OutsideFailure {
  return new OutsideFailure('auth', 'login_refused', detail);
}

function mailboxRefused(detail: string): OutsideFailure {
  return new OutsideFailure('refused', 'mailbox_refused', detail);
}

function tooLarge(detail: string): OutsideFailure {
  return new OutsideFailure('permanent', 'too_large', detail);
}

function said({ response }: Reply): string {
  return response.replaceAll(/[\p{C}\s]+/gu, ' ').slice(0, LONGEST_REPLY);
}

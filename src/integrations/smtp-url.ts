// A mail server's address as an operator writes it, smtp://user:password@host:port or smtps://…, read without showing the password.

export type SmtpServer = {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  /** Refuse to go on without STARTTLS. */
  readonly requireTLS: boolean;
  readonly auth?: { readonly user: string; readonly pass: string };
};

const PORTS: Readonly<Record<string, number>> = { 'smtp:': 587, 'smtps:': 465 };
const THIS_MACHINE = ['localhost', '127.0.0.1', '[::1]'];

/**
 * A password goes over an encrypted line only, except to this machine. User and password are percent-encoded in the address.
 * @throws Error when it is no such address; its words do not repeat what was given.
 */
export function readSmtpUrl(text: string): SmtpServer {
  const url = URL.parse(text);
  const port = PORTS[url?.protocol ?? ''];
  if (!url?.hostname || port === undefined)
    throw new Error('A mail server’s address looks like smtp://user:password@host:587 or smtps://….');
  const secure = url.protocol === 'smtps:';
  const server = {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || port,
    secure,
    requireTLS: !secure && url.username !== '' && !THIS_MACHINE.includes(url.hostname),
  };
  if (url.username === '') return server;
  return { ...server, auth: { user: decoded(url.username), pass: decoded(url.password) } };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Error('User and password in a mail server’s address are percent-encoded: % is written %25.');
  }
}

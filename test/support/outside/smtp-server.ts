// A mail server on loopback that speaks SMTP as others do, fails on order at each of its stages, and remembers every connection,
// command and mail. Built as scripts/mailbox.ts is, and without its patience.
import type { Socket } from 'node:net';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { type Arrived, listening, readAll, readMail } from '../../../scripts/mailbox.ts';

/** What goes wrong with the next mail, once. */
export type Trouble =
  | 'refuse'
  | 'defer'
  | 'partial'
  | 'full_mailbox'
  | 'refuse_login'
  | 'refuse_sender'
  | 'want_login'
  | 'too_large'
  | 'refuse_message'
  | 'defer_message'
  | 'closing'
  | 'hang_greeting'
  | 'hang_mail'
  | 'hang_rcpt'
  | 'hang_data'
  | 'hang_answer'
  | 'drop_rcpt'
  | 'drop_data'
  | 'drop_answer';

export type Stage = 'connect' | 'login' | 'mail' | 'rcpt' | 'data' | 'end' | 'close';

export type Connection = {
  /** What came to pass on it, in order; a recipient with its address. */
  readonly events: readonly string[];
  /** Bytes that came after the command DATA: of the message, and of what follows it. */
  readonly bytesAfterData: () => number;
};

export type SmtpTestServer = {
  readonly url: string;
  readonly connections: readonly Connection[];
  readonly mails: readonly (Arrived & { readonly raw: Buffer })[];
  readonly next: (trouble: Trouble) => void;
  /** The next recipient, or the next whole message, is answered only once the returned word is given. */
  readonly hold: (what?: Held) => () => void;
  /** Resolves when a connection comes to that stage the next time. */
  readonly when: (stage: Stage) => Promise<void>;
  readonly close: () => Promise<void>;
};

export type Held = 'recipient' | 'message';

type Open = { readonly socket: Socket; readonly events: string[]; readAtData: number | null };

const REPLIES: Partial<Record<Trouble, readonly [code: number, words: string]>> = {
  refuse: [550, '5.1.1 No such user here'],
  defer: [451, '4.7.1 Greylisted, come again'],
  full_mailbox: [552, '5.2.2 Mailbox full'],
  refuse_login: [535, '5.7.8 Authentication failed'],
  refuse_sender: [553, '5.7.1 Sender address rejected: not owned by user'],
  want_login: [530, '5.7.0 Authentication required'],
  too_large: [552, '5.3.4 Message size exceeds fixed limit'],
  refuse_message: [554, '5.7.1 Message content rejected'],
  defer_message: [451, '4.3.0 Queue file write error'],
  closing: [421, '4.3.2 Service shutting down'],
};
const AT: Readonly<Record<'login' | 'mail' | 'rcpt' | 'data', readonly Trouble[]>> = {
  login: ['refuse_login'],
  mail: ['refuse_sender', 'want_login', 'hang_mail'],
  rcpt: ['refuse', 'defer', 'full_mailbox', 'closing', 'hang_rcpt', 'drop_rcpt'],
  data: ['too_large', 'refuse_message', 'defer_message', 'hang_data', 'hang_answer', 'drop_data', 'drop_answer'],
};

/** @param login who may send; without it anybody. @param size the largest mail that it says it takes. */
export async function startSmtpServer(
  options: { login?: { user: string; password: string }; size?: number } = {},
): Promise<SmtpTestServer> {
  const mails: (Arrived & { readonly raw: Buffer })[] = [];
  const open: Open[] = [];
  const waiting: { stage: Stage; resolve: () => void }[] = [];
  let trouble: Trouble | null = null;
  const held: Partial<Record<Held, Promise<void>>> = {};
  const released = (what: Held) => {
    const release = held[what];
    delete held[what];
    return release;
  };

  const note = (of: Open, stage: Stage, word: string = stage) => {
    of.events.push(word);
    for (const one of waiting.filter((one) => one.stage === stage)) {
      waiting.splice(waiting.indexOf(one), 1);
      one.resolve();
    }
  };
  const openOf = ({ remotePort }: SMTPServerSession): Open => {
    const found = open.findLast(({ socket }) => socket.remotePort === remotePort);
    if (!found) throw new Error('This connection was never opened.');
    return found;
  };
  const takeTrouble = (stage: keyof typeof AT): Trouble | null => {
    if (trouble === null || !AT[stage].includes(trouble)) return null;
    const taken = trouble;
    trouble = null;
    return taken;
  };
  /** Goes through a command, or into the trouble that was ordered for it. */
  const meet = (stage: keyof typeof AT, { socket }: Open, answer: (error?: Error | null) => void) => {
    const met = takeTrouble(stage);
    if (met === null) return answer();
    if (met.startsWith('hang')) return;
    if (met.startsWith('drop')) return void socket.destroy();
    answer(replyOf(met));
  };
  const take = async (stream: SMTPServerDataStream, session: SMTPServerSession) => {
    const raw = await readAll(stream);
    note(openOf(session), 'end');
    const from = session.envelope.mailFrom ? session.envelope.mailFrom.address : '';
    const to = session.envelope.rcptTo.map(({ address }) => address);
    mails.push({ ...(await readMail(raw, from, to)), raw });
  };

  const server = new SMTPServer({
    ...(options.login ? {} : { authOptional: true }),
    ...(options.size === undefined ? {} : { size: options.size }),
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    hideENHANCEDSTATUSCODES: true,
    logger: false,
    closeTimeout: 1,
    onConnect: (session, answer) => {
      note(openOf(session), 'connect');
      if (trouble !== 'hang_greeting') return answer();
      trouble = null;
    },
    onAuth: ({ username, password }, session, answer) => {
      note(openOf(session), 'login');
      meet('login', openOf(session), (error) => {
        const { login } = options;
        if (!error && username === login?.user && password === login?.password) return answer(null, { user: username });
        answer(error ?? replyOf('refuse_login'));
      });
    },
    onMailFrom: (_address, session, answer) => {
      note(openOf(session), 'mail');
      meet('mail', openOf(session), answer);
    },
    onRcptTo: async ({ address }, session, answer) => {
      note(openOf(session), 'rcpt', `rcpt ${address}`);
      await released('recipient');
      if (trouble === 'partial' && session.envelope.rcptTo.length > 0) return answer(replyOf('refuse'));
      meet('rcpt', openOf(session), answer);
    },
    onData: (stream, session, answer) => {
      const of = openOf(session);
      of.readAtData = of.socket.bytesRead;
      note(of, 'data');
      if (trouble === 'hang_data') return void takeTrouble('data');
      if (trouble === 'drop_data') {
        takeTrouble('data');
        return void of.socket.once('data', () => of.socket.destroy());
      }
      const answered = trouble !== null && AT.data.includes(trouble);
      const taken = answered ? readAll(stream).then(() => note(of, 'end')) : take(stream, session);
      taken.then(() => released('message')).then(() => meet('data', of, answer), answer);
    },
  });
  server.server.on('connection', (socket: Socket) => {
    const one: Open = { socket, events: [], readAtData: null };
    open.push(one);
    socket.once('close', () => note(one, 'close'));
  });
  server.on('error', () => undefined);
  const { port } = await listening(server, 0);
  const login =
    options.login && `${encodeURIComponent(options.login.user)}:${encodeURIComponent(options.login.password)}@`;
  return {
    url: `smtp://${login ?? ''}127.0.0.1:${port}`,
    get connections() {
      return open.map((one) => ({
        events: [...one.events],
        bytesAfterData: () => (one.readAtData === null ? 0 : one.socket.bytesRead - one.readAtData),
      }));
    },
    mails,
    next: (ordered) => {
      trouble = ordered;
    },
    hold: (what = 'recipient') => {
      const { promise, resolve } = Promise.withResolvers<void>();
      held[what] = promise;
      return resolve;
    },
    when: (stage) => new Promise((resolve) => waiting.push({ stage, resolve })),
    close: () => {
      for (const { socket } of open) socket.destroy();
      if (!server.server.listening) return Promise.resolve();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

function replyOf(trouble: Trouble): Error {
  const [responseCode, words] = REPLIES[trouble] ?? [550, 'No'];
  return Object.assign(new Error(words), { responseCode });
}

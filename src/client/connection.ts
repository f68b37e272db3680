// The socket itself: it comes back after every cut, renews its token before it ends, and stays away only when a newer
// connection of the same person has taken over, or when this person has no part in the conversation any more.
import { io, type Socket } from 'socket.io-client';

export type ConnectionOptions = {
  readonly url: string;
  readonly namespace: '/agent' | '/contact';
  /** Gives a fresh token; called at each connect and before a token ends. */
  readonly token: () => Promise<string>;
  readonly onState?: (state: 'connected' | 'disconnected' | 'superseded' | 'dismissed') => void;
};

/** What the server says to a question; `ok: false` is a refusal with its code. */
export type Answer<T> = T & { readonly ok: boolean; readonly code?: string };

const ANSWER_MS = 5_000;
const RETRY_MS = 500;

export class Connection {
  readonly #options: ConnectionOptions;
  readonly #socket: Socket;
  #closed = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#socket = io(`${options.url}${options.namespace}`, {
      transports: ['websocket'],
      forceNew: true,
      reconnectionDelay: 200,
      reconnectionDelayMax: 5_000,
      auth: (give) => {
        options.token().then(
          (token) => give({ token }),
          () => give({}),
        );
      },
    });
    this.#stayConnected();
  }

  get isConnected(): boolean {
    return this.#socket.connected;
  }

  on<T>(event: string, listener: (told: T) => void): void {
    this.#socket.on(event, listener);
  }

  /** @returns null when no answer comes in time. */
  async ask<T extends object>(event: string, question: object): Promise<Answer<T> | null> {
    try {
      return await this.#socket.timeout(ANSWER_MS).emitWithAck(event, question);
    } catch {
      return null;
    }
  }

  /** Cuts the transport, as a bad network would. */
  cut(): void {
    this.#socket.io.engine?.close();
  }

  close(): void {
    this.#closed = true;
    this.#socket.disconnect();
  }

  #stayConnected(): void {
    const socket = this.#socket;
    socket.on('connect', () => this.#options.onState?.('connected'));
    socket.on('disconnect', (reason) => {
      this.#options.onState?.('disconnected');
      // Socket.IO stays away when the server ended it; but a token that is over is no reason to.
      if (reason === 'io server disconnect') this.#comeBackSoon();
    });
    socket.on('connect_error', () => {
      if (!socket.active) this.#comeBackSoon();
    });
    socket.on('connection.superseded', () => {
      this.#closed = true;
      this.#options.onState?.('superseded');
      // Whatever ends the connection now, a cut among it, must not bring this one back.
      this.#socket.disconnect();
    });
    socket.on('connection.dismissed', () => {
      this.#closed = true;
      this.#options.onState?.('dismissed');
      this.#socket.disconnect();
    });
    socket.on('connection.expiring', async () => {
      const token = await this.#options.token().catch(() => null);
      if (token !== null) await this.ask('token.refresh', { token });
    });
  }

  #comeBackSoon(): void {
    setTimeout(() => {
      if (!this.#closed && !this.#socket.connected) this.#socket.connect();
    }, RETRY_MS);
  }
}

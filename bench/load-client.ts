// A client that costs little: node:http over kept connections, so that the load does not take the processor from what is measured.
import { Agent, request } from 'node:http';

export type Reply = { readonly status: number; readonly text: string };

export class LoadClient {
  readonly #url: URL;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64, scheduling: 'lifo' });
  readonly #key: string;

  constructor(url: string, key: string) {
    this.#url = new URL(url);
    this.#key = key;
  }

  /** @param body JSON. @param key instead of the client's own. */
  send(method: string, path: string, body: string | null, key = this.#key): Promise<Reply> {
    const headers = {
      authorization: `Bearer ${key}`,
      ...(body === null ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    };
    const { hostname: host, port } = this.#url;
    return new Promise((resolve, reject) => {
      const call = request({ host, port, method, path, headers, agent: this.#agent }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => {
          text += part;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
        response.on('error', reject);
      });
      call.on('error', reject);
      call.end(body);
    });
  }

  /** The same, and it must have gone well. @returns what was answered. */
  async must(method: string, path: string, body: object | null = null): Promise<Answer> {
    const text = body === null ? null : JSON.stringify(body);
    return mustBeWell(await this.send(method, path, text), `${method} ${path}`);
  }

  /** The text of another server's page, shown to the same key. */
  async elsewhere(url: string): Promise<string> {
    const response = await fetch(url, { headers: { authorization: `Bearer ${this.#key}` } });
    return response.text();
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** The fields of an answer that benches go on with. */
export type Answer = Readonly<Record<string, string>>;

export function mustBeWell<T = Answer>({ status, text }: Reply, what: string): T {
  if (status >= 300) throw new Error(`${what} was answered ${status}: ${text.slice(0, 300)}`);
  return JSON.parse(text);
}

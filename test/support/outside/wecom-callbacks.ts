// The side of WeCom that posts to us: signed and encrypted XML at the address that the company named, again up to three times where no
// 200 comes within 5 s. It measures how long each answer took.
import { encrypt, type SealKeys, seal, signed } from './wecom-seal.ts';

export type Answered = {
  /** null: there was none in time. */
  readonly status: number | null;
  readonly body: string;
  readonly milliseconds: number;
};

/** What is wrong with a post, on order. */
export type Flaws = {
  readonly signature?: 'wrong';
  readonly receiveId?: string;
  /** Posted so often, as after lost answers. */
  readonly copies?: number;
};

export type Callbacks = {
  readonly hookTo: (url: string) => void;
  /** The answers to each copy. */
  readonly post: (elements: Readonly<Record<string, string | number>>, flaws?: Flaws) => Promise<readonly Answered[]>;
  /** The GET by which WeCom tries the address. @returns the plain text that was to be answered, and the answer. */
  readonly tryUrl: (flaws?: Flaws) => Promise<Answered & { readonly expected: string }>;
  /** Every answer so far, in order. */
  readonly answered: readonly Answered[];
  /** Ends posts that are under way. */
  readonly stop: () => void;
};

const MOST_TRIES = 3;

/** @param patience ends when an answer has taken too long. */
export function makeCallbacks(keys: SealKeys, now: () => number, patience: () => AbortSignal): Callbacks {
  const answered: Answered[] = [];
  const end = new AbortController();
  let hook = '';
  let nonces = 0;
  const ask = async (method: string, query: object, body: string | null): Promise<Answered> => {
    const url = new URL(hook);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const begun = performance.now();
    const signal = AbortSignal.any([end.signal, patience()]);
    const headers = { 'content-type': 'text/xml' };
    const answer = await fetch(url, { method, body, headers, signal }).then(
      async (response) => ({ status: response.status, body: await response.text() }),
      () => ({ status: null, body: '' }),
    );
    const told = { ...answer, milliseconds: performance.now() - begun };
    answered.push(told);
    return told;
  };
  const prepare = ({ receiveId = keys.receiveId }: Flaws) => {
    nonces += 1;
    const timestamp = `${Math.floor(now() / 1000)}`;
    return { used: { ...keys, receiveId }, nonce: `${1_372_623_149 + nonces}`, timestamp };
  };
  return {
    hookTo: (url) => {
      hook = url;
    },
    post: async (elements, flaws = {}) => {
      const { used, nonce, timestamp } = prepare(flaws);
      const { query, body } = seal(xmlOf(elements), used, nonce, timestamp);
      const sent = flaws.signature === 'wrong' ? spoiled(query) : query;
      const answers: Answered[] = [];
      for (let tries = 1; tries <= (flaws.copies ?? MOST_TRIES); tries += 1) {
        const answer = await ask('POST', sent, body);
        answers.push(answer);
        if (flaws.copies === undefined && answer.status === 200) break;
      }
      return answers;
    },
    tryUrl: async (flaws = {}) => {
      const { used, nonce, timestamp } = prepare(flaws);
      const expected = `${8_000_000_000 + nonces}`;
      const echostr = encrypt(expected, used);
      const query = signed(echostr, keys.token, nonce, timestamp);
      const sent = flaws.signature === 'wrong' ? spoiled(query) : query;
      return { ...(await ask('GET', { ...sent, echostr }, null)), expected };
    },
    answered,
    stop: () => end.abort(),
  };
}

function spoiled<Q extends { readonly msg_signature: string }>(query: Q): Q {
  const [first = '', ...rest] = query.msg_signature;
  return { ...query, msg_signature: `${first === '0' ? '1' : '0'}${rest.join('')}` };
}

/** Words in CDATA, numbers bare, as WeCom writes them. */
function xmlOf(elements: Readonly<Record<string, string | number>>): string {
  const inner = Object.entries(elements).map(([name, value]) =>
    typeof value === 'number' ? `<${name}>${value}</${name}>` : `<${name}><![CDATA[${escaped(value)}]]></${name}>`,
  );
  return `<xml>${inner.join('\n')}</xml>`;
}

function escaped(text: string): string {
  return text.replaceAll(']]>', ']]]]><![CDATA[>');
}

// Everything outside that a worker asks: the store, the makers of pictures, the mail server. Opened once in each process.
import type { Redis } from 'ioredis';
import type { Config } from '../config.ts';
import type { Endpoint } from '../domain/endpoints/endpoint.ts';
import { secretsOf, settingsOf } from '../domain/endpoints/set-channel.ts';
import type { LinkTo } from '../domain/images/deliver-result.ts';
import type { Step } from '../domain/images/steps.ts';
import type { Work } from '../domain/images/work.ts';
import { type Chatwoot, makeChatwoot } from '../integrations/chatwoot/client.ts';
import { openFileStore } from '../integrations/file-store.ts';
import type { FileStore } from '../integrations/files/store.ts';
import { makeGuardedDispatcher } from '../integrations/guarded-dispatcher.ts';
import { fetchPicture } from '../integrations/guarded-fetch.ts';
import { makeReader, type Reader } from '../integrations/language-model/reader.ts';
import { type MailSender, openMail } from '../integrations/mail.ts';
import { OutsideFailure } from '../integrations/outside-failure.ts';
import { withCutOut } from '../integrations/pictures/cut-out.ts';
import { makeEmbedded } from '../integrations/pictures/embedded.ts';
import { withExactSize } from '../integrations/pictures/exact-size.ts';
import { makeGemini } from '../integrations/pictures/gemini.ts';
import { makeOpenai } from '../integrations/pictures/openai.ts';
import type { PictureProvider, ProviderName } from '../integrations/pictures/provider.ts';
import { makeWebhookSender, type SendWebhook } from '../integrations/webhook.ts';
import { makeTokenCache } from '../integrations/wecom/token-cache.ts';
import { makeWecom, type Wecom } from '../integrations/wecom/wecom.ts';
import { linkToFile } from '../public-link.ts';
import { storeOptions } from '../store-options.ts';
import { Stopping } from './lease.ts';

export type Outside = {
  readonly files: FileStore;
  readonly fetchPicture: (url: string, signal: AbortSignal) => Promise<{ data: Buffer; mediaType: string }>;
  /** @throws OutsideFailure where the installation has no key for it */
  readonly providerOf: (wanted: Work['provider']) => PictureProvider;
  /** @throws OutsideFailure where the installation names no mail server */
  readonly mail: () => MailSender;
  readonly sendWebhook: SendWebhook;
  readonly chatwootOf: (endpoint: Sealed) => Chatwoot;
  readonly wecomOf: (endpoint: Sealed) => Wecom;
  /** Null: this installation asks no language model. */
  readonly reader: Reader | null;
  readonly linkTo: LinkTo;
  /** Who is asked for a step, for the attempt that is written before. */
  readonly makerOf: (step: Step, wanted: Work['provider']) => string;
  /** Aborted, with Stopping, when the process is to end: what is under way is given back. */
  readonly stopping: AbortSignal;
  readonly stop: () => void;
  readonly close: () => void;
};

type Sealed = Pick<Endpoint, 'url' | 'settings' | 'secrets'>;

const FETCH_MS = 30_000;
/** Of one call; a worker that is told to stop waits for what is under way. */
const CALL_MS = 15_000;
/** WeCom is called up to four times for one message, when its token was taken back. */
const WECOM_MS = 5_000;
const MAIL_MS = 30_000;
const PICTURE_BYTES = 25 * 1024 * 1024;

export function openOutside(config: Config, redis: Redis): Outside {
  const dispatcher = makeGuardedDispatcher({ allow: config.FETCH_PRIVATE_HOSTS });
  const tokens = makeTokenCache(redis, config.REDIS_PREFIX);
  const stopping = new AbortController();
  const mail =
    config.SMTP_URL === '' ? null : openMail({ url: config.SMTP_URL, from: config.MAIL_FROM, timeoutMs: MAIL_MS });
  const providers = providersOf(config);
  const nameOf = (wanted: Work['provider']) => (wanted === 'default' ? config.IMAGE_PROVIDER : wanted);
  return {
    files: openFileStore(storeOptions(config)),
    fetchPicture: (url, signal) =>
      fetchPicture(url, { allow: config.FETCH_PRIVATE_HOSTS, maxBytes: PICTURE_BYTES, timeoutMs: FETCH_MS, signal }),
    providerOf: (wanted) => {
      const name = nameOf(wanted);
      const found = providers[name];
      if (found) return found;
      throw new OutsideFailure('auth', 'provider_off', `This installation has no key for ${name}.`);
    },
    mail: () => {
      if (mail) return mail;
      throw new OutsideFailure('auth', 'mail_off', 'This installation names no mail server (SMTP_URL).');
    },
    sendWebhook: makeWebhookSender({ dispatcher, timeoutMs: CALL_MS }),
    chatwootOf: (endpoint) => {
      const { account: accountId } = settingsOf(endpoint, 'chatwoot');
      const { botToken, userToken } = secretsOf(endpoint, 'chatwoot', config.BATON_SECRET);
      return makeChatwoot({ baseUrl: endpoint.url, accountId, botToken, userToken, timeoutMs: CALL_MS, dispatcher });
    },
    wecomOf: (endpoint) => {
      const { corpId, agentId } = settingsOf(endpoint, 'wecom');
      const { secret, customerServiceSecret: kfSecret } = secretsOf(endpoint, 'wecom', config.BATON_SECRET);
      return makeWecom({
        baseUrl: endpoint.url,
        corpId,
        agentId,
        secret,
        kfSecret,
        tokens,
        timeoutMs: WECOM_MS,
        dispatcher,
      });
    },
    reader: readerOf(config),
    linkTo: (fileId, expiresAt) => linkToFile(config, fileId, expiresAt),
    makerOf: (step, wanted) => (step === 'processing' ? nameOf(wanted) : MAKERS[step]),
    stopping: stopping.signal,
    stop: () => stopping.abort(new Stopping()),
    close: () => {
      mail?.close();
      void dispatcher.destroy();
    },
  };
}

function readerOf({ UNDERSTANDING_URL, UNDERSTANDING_API_KEY, UNDERSTANDING_MODEL, ...config }: Config): Reader | null {
  if (UNDERSTANDING_URL === '') return null;
  const timeoutMs = config.UNDERSTANDING_SECONDS * 1000;
  return makeReader({
    baseUrl: UNDERSTANDING_URL,
    apiKey: UNDERSTANDING_API_KEY,
    model: UNDERSTANDING_MODEL,
    timeoutMs,
  });
}

const MAKERS = { fetch: 'source', analysis: 'embedded', checking: 'upstream', mail: 'smtp' } as const;

function providersOf(config: Config): Readonly<Record<ProviderName, PictureProvider | null>> {
  const timeoutMs = config.IMAGE_SECONDS * 1000;
  const { GEMINI_API_KEY, GEMINI_MODEL, GEMINI_URL, OPENAI_API_KEY, OPENAI_IMAGE_MODEL, OPENAI_URL } = config;
  const at = (baseUrl: string) => (baseUrl === '' ? {} : { baseUrl });
  const embedded = makeEmbedded();
  const finished = (maker: PictureProvider) => withExactSize(withCutOut(maker, embedded), embedded);
  return {
    embedded,
    gemini:
      GEMINI_API_KEY === ''
        ? null
        : finished(makeGemini({ apiKey: GEMINI_API_KEY, model: GEMINI_MODEL, timeoutMs, ...at(GEMINI_URL) })),
    openai:
      OPENAI_API_KEY === ''
        ? null
        : finished(makeOpenai({ apiKey: OPENAI_API_KEY, model: OPENAI_IMAGE_MODEL, timeoutMs, ...at(OPENAI_URL) })),
  };
}

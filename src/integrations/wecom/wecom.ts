// WeCom (企业微信) for one app of one company: messages to its members, its directory, and customer service. One call outside for each
// function, tried once more only where a token was taken back; what may be tried again is said by the kind of the failure.
import type { Dispatcher } from 'undici';
import { makeCall } from './call.ts';
import { type CustomerService, makeCustomerService } from './customer-service.ts';
import { type Directory, makeDirectory } from './directory.ts';
import { type Messages, makeMessages } from './messages.ts';
import type { TokenCache } from './token-cache.ts';

export const WECOM_URL = 'https://qyapi.weixin.qq.com';

export type WecomOptions = {
  readonly baseUrl?: string | undefined;
  readonly corpId: string;
  readonly agentId: number;
  /** Of the app. */
  readonly secret: string;
  /** Of customer service; null: it is not used. */
  readonly kfSecret: string | null;
  readonly tokens: TokenCache;
  /** For one request. */
  readonly timeoutMs: number;
  readonly dispatcher?: Dispatcher | undefined;
};

export type Wecom = Messages & Directory & CustomerService;

/** @throws OutsideFailure from every function; its words hold neither token nor secret. */
export function makeWecom(options: WecomOptions): Wecom {
  const { baseUrl = WECOM_URL, corpId, agentId, secret, kfSecret, tokens, timeoutMs, dispatcher } = options;
  const way = { baseUrl, corpId, tokens, timeoutMs, dispatcher };
  const call = makeCall({ ...way, secret });
  const kfCall = kfSecret === null ? null : makeCall({ ...way, secret: kfSecret });
  return { ...makeMessages(call, agentId), ...makeDirectory(call), ...makeCustomerService(kfCall) };
}

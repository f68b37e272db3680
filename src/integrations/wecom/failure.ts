// What WeCom means by an error code, in our few kinds. It answers status 200 to nearly everything and says in `errcode` what it did
// (developer.work.weixin.qq.com/document/path/90313). No token and no secret stands in a failure's words.
import { type FailureKind, OutsideFailure } from '../outside-failure.ts';

/** The token is to be asked for anew, once. */
export const TOKEN_CODES: readonly number[] = [40_001, 40_014, 41_001, 42_001];

const PAUSE_MS = 60_000;
const LONGEST_WORDS = 200;

/** @param secrets whatever must not be told. */
export function wecomFailure(errcode: number, errmsg: string, secrets: readonly string[]): OutsideFailure {
  const kind = KINDS[errcode] ?? 'permanent';
  const detail = `WeCom said ${errcode}: ${withoutSecrets(errmsg, secrets)}`;
  const pause = kind === 'rate_limited' ? { retryAfterMs: PAUSE_MS } : {};
  return new OutsideFailure(kind, NAMES[errcode] ?? `wecom_${errcode}`, detail, pause);
}

/** A code that is not here is permanent: WeCom has hundreds, and nearly all say that the request is wrong. */
const KINDS: Readonly<Record<number, FailureKind>> = {
  [-1]: 'retryable',
  // The token, after it was asked for anew: taken back again at once, or never right.
  40001: 'auth',
  40014: 'retryable',
  41001: 'retryable',
  42001: 'retryable',
  40013: 'auth',
  40056: 'auth',
  48002: 'auth',
  60020: 'auth',
  45009: 'rate_limited',
  45033: 'retryable',
  // Customer service: five messages since the customer wrote, a conversation that is over, a state in which we may not speak.
  95001: 'refused',
  95013: 'refused',
  95018: 'refused',
};

const NAMES: Readonly<Record<number, string>> = {
  45002: 'too_long',
  81013: 'no_receiver',
  95001: 'kf_limit',
  95013: 'kf_ended',
  95018: 'kf_state',
};

export function withoutSecrets(words: string, secrets: readonly string[]): string {
  const hidden = secrets
    .filter((secret) => secret !== '')
    .reduce((shown, secret) => shown.replaceAll(secret, '…').replaceAll(encodeURIComponent(secret), '…'), words);
  return hidden.slice(0, LONGEST_WORDS).toWellFormed();
}

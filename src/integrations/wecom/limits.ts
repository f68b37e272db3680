// How much WeCom takes, for `spendFor`. Over the first it drops messages without a word, so we count ourselves.
import type { Limit } from '../rate-limits.ts';

/**
 * From one app to one member WeCom takes 30 in a minute and 1,000 in an hour (document/path/90236). We count in windows that begin with
 * the first message, so half of it in each is never more than the whole in any. Key: app and member in small letters.
 */
export const TO_MEMBER: readonly Limit[] = [
  { points: 15, seconds: 60 },
  { points: 500, seconds: 3600 },
];

/** To a customer since they last wrote. Key: account of customer service, customer, and when they did. */
export const TO_CUSTOMER: readonly Limit[] = [{ points: 5, seconds: 48 * 3600 }];

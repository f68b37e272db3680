// Connections to addresses that customers name. An address is judged in the very look-up that the connection is made from, so
// that no name can be public when it is judged and private when it is reached.
import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { forbidden, isPublic, judgeAddress, placeOf } from './address-policy.ts';

const CONNECT_MS = 5_000;

export type GuardOptions = {
  /** `host:port` pairs that may be reached although they are private. */
  readonly allow: readonly string[];
  /** How names become addresses; the system's way, unless another is given. */
  readonly lookup?: LookupFunction;
};

/** For undici's `request` and `fetch`; it does not follow redirects. Whoever makes it ends it by `destroy()`. */
export function makeGuardedDispatcher({ allow, lookup: ask = systemLookup }: GuardOptions): Agent {
  const settings = { timeout: CONNECT_MS, allowH2: false };
  const open = buildConnector({ ...settings, lookup: ask });
  const guarded = buildConnector({ ...settings, lookup: judged(ask) });
  return new Agent({
    connect: (target, done) => {
      const port = target.port || (target.protocol === 'https:' ? '443' : '80');
      if (allow.includes(placeOf(target.hostname, port))) return open(target, done);
      // A plain address is connected to without any look-up.
      const failure = isIP(target.hostname) === 0 ? null : failureOf(target.hostname);
      if (failure) return done(failure, null);
      guarded(target, done);
    },
  });
}

const systemLookup: LookupFunction = (hostname, options, done) => lookup(hostname, options, done);

/** Every address of a name must be public: one that leads inside is enough to refuse it. */
function judged(ask: LookupFunction): LookupFunction {
  return (hostname, options, done) => {
    ask(hostname, { ...options, all: true }, (error, found) => {
      if (error) return done(error, '', 0);
      const addresses = typeof found === 'string' ? [{ address: found, family: isIP(found) }] : found;
      const [first] = addresses;
      if (!first || !addresses.every(({ address }) => isPublic(address))) {
        return done(forbidden(`${hostname} leads to an address that is not public`), '', 0);
      }
      if (options.all) return done(null, addresses);
      done(null, first.address, first.family);
    });
  };
}

function failureOf(address: string): Error | null {
  try {
    judgeAddress(address);
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error('This address cannot be judged.');
  }
}

// Where a URL that came from a customer may lead: to public addresses, by http or https, on the ports of those. What is
// forbidden is forbidden by what an address is, never by how it is written.
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { OutsideFailure } from './outside-failure.ts';

const LONGEST_URL = 2048;
const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/**
 * The URL, read as WHATWG reads it: octal, hexadecimal and one-number hosts are plain addresses after that.
 * @param allow `host:port` pairs that may be reached although they are private or on another port; compared exactly.
 * @throws OutsideFailure `bad_url` (permanent), `address_forbidden` (refused). A name still has to be judged by what it resolves to.
 */
export function judgeUrl(text: string, allow: readonly string[], base?: URL): URL {
  if (text.length > LONGEST_URL) throw badUrl(`is longer than ${LONGEST_URL} characters`);
  const url = URL.parse(text, base);
  if (url === null) throw badUrl('cannot be read');
  const defaultPort = DEFAULT_PORTS[url.protocol];
  if (defaultPort === undefined) throw badUrl('is neither http nor https');
  if (url.username !== '' || url.password !== '') throw badUrl('holds a user name or a password');
  if (allow.includes(placeOf(url.hostname, url.port || defaultPort))) return url;
  if (url.port !== '') throw forbidden(`${url.host} is not on a port of the web`);
  judgeAddress(url.hostname);
  return url;
}

/** `host:port`, as it stands in a list of what is allowed; an IPv6 address in brackets. */
export function placeOf(hostname: string, port: string): string {
  return `${isIP(hostname) === 6 ? `[${hostname}]` : hostname}:${port}`;
}

/** A name passes: only its addresses can be judged. @throws OutsideFailure `address_forbidden` */
export function judgeAddress(hostname: string): void {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(bare) !== 0 && !isPublic(bare)) throw forbidden(`${hostname} is no public address`);
}

/** Unicast and public, with nothing inside it that leads elsewhere (IPv4-mapped, NAT64, 6to4, Teredo). */
export function isPublic(address: string): boolean {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  // Of IPv6, only 2000::/3 is given out (RFC 4291, IANA); what lies beyond is nobody's, whatever a router makes of it.
  return parsed.kind() === 'ipv4' || parsed.match(ipaddr.parse('2000::'), 3);
}

export function forbidden(detail: string): OutsideFailure {
  return new OutsideFailure('refused', 'address_forbidden', `This address may not be fetched: ${detail}.`);
}

function badUrl(why: string): OutsideFailure {
  return new OutsideFailure('permanent', 'bad_url', `This URL ${why}.`);
}

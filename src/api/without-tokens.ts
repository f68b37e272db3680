// What a platform has told us, without what opens doors there: nothing of ours needs it, and the ledger keeps what it is given for days.

/** @param body parsed JSON. Every field whose name ends in token, secret or password is left out, however deep it lies. */
export function withoutTokens(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(withoutTokens);
  if (typeof body !== 'object' || body === null) return body;
  const kept = Object.entries(body).filter(([name]) => !/(token|secret|password)$/i.test(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, withoutTokens(value)]));
}

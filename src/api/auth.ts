// Who calls: an upstream's or operator's API key, or the short-lived token of an agent, a contact or a participant. Identity never
// comes from a body; an invitation, which is signed, is the one key that is sent there.
import { createHash } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { verifyApiKey } from '../domain/accounts/create-api-key.ts';
import type { Scope } from '../domain/accounts/scopes.ts';
import type { Actor } from '../domain/actor.ts';
import { accountsOfAgent } from '../domain/agents/create-agent.ts';
import { Contact } from '../domain/contacts/contact.ts';
import { Conversation } from '../domain/conversations/conversation.ts';
import { Participant } from '../domain/conversations/participant.ts';
import { DomainError } from '../domain/errors.ts';
import { readInvitation } from '../domain/members/invitation.ts';
import type { Kernel } from '../kernel.ts';

export type Principal =
  | {
      readonly type: 'key';
      readonly id: string;
      readonly scopes: readonly Scope[];
      readonly accounts: readonly string[] | null;
      readonly expiresAt: Date | null;
    }
  | { readonly type: 'agent'; readonly id: string; readonly accounts: readonly string[] }
  | {
      readonly type: 'contact';
      readonly id: string;
      readonly accounts: readonly string[];
      readonly conversationId: string;
    }
  | Guest;

/** A participant: nothing of the account, and one conversation from a place on. */
export type Guest = {
  readonly type: 'participant';
  readonly id: string;
  readonly accounts: readonly string[];
  readonly conversationId: string;
  readonly reads: Pick<Participant, 'historyFrom' | 'historySince' | 'historySinceId' | 'eventsAfter'>;
};

export function actorOf({ type, id }: Principal): Actor {
  return { type, id };
}

/** Whether this account exists for the caller; what does not is a 404 everywhere. */
export function mayTouch(principal: Principal, accountId: string | null): boolean {
  if (principal.accounts === null) return true;
  return accountId !== null && principal.accounts.includes(accountId);
}

/** Whether all of these exist for the caller; null stands for every account there is. */
export function mayTouchAll(principal: Principal, accounts: readonly string[] | null): boolean {
  if (principal.accounts === null) return true;
  return accounts?.every((account) => mayTouch(principal, account)) ?? false;
}

/** @throws DomainError scope_missing */
export function onlyForEveryAccount({ accounts }: Principal): void {
  if (accounts !== null) throw new DomainError('scope_missing', 'This is for keys that are not limited to accounts.');
}

const OWNER_TYPES = ['agent', 'contact', 'participant'] as const;
export type TokenOwner = { readonly type: (typeof OWNER_TYPES)[number]; readonly id: string };

const ISSUER = 'baton';
const KEY_CACHE_MS = 5_000;
const KEY_CACHE_SIZE = 10_000;

export type Auth = {
  /** @returns null when it is no valid key or token. A revoked key is refused at once here, within 5 s by other processes. */
  readonly authenticate: (bearer: string) => Promise<Principal | null>;
  /** @returns whom the invitation names, whether or not it can still be used; null when it is not one of ours. */
  readonly authenticateInvitation: (invitation: string) => Promise<Guest | null>;
  readonly verifyToken: (token: string) => Promise<{ owner: TokenOwner; expiresAt: Date } | null>;
  readonly mintToken: (owner: TokenOwner) => Promise<{ token: string; expiresAt: Date }>;
  readonly forgetKeys: () => void;
};

export function makeAuth(kernel: Kernel): Auth {
  const secret = createHash('sha256').update(`token:${kernel.config.BATON_SECRET}`).digest();
  const known = new Map<string, { principal: Principal; until: number }>();

  const verifyToken: Auth['verifyToken'] = async (token) => {
    const options = {
      algorithms: ['HS256'],
      issuer: ISSUER,
      audience: ISSUER,
      requiredClaims: ['exp', 'sub', 'jti'],
      currentDate: kernel.clock(),
    };
    const verified = await jwtVerify(token, secret, options).catch(() => null);
    const [word, id] = verified?.payload.sub?.split(':') ?? [];
    const type = OWNER_TYPES.find((known) => known === word);
    if (!type || !id || !verified?.payload.exp) return null;
    return { owner: { type, id }, expiresAt: new Date(verified.payload.exp * 1000) };
  };

  const authenticateKey = async (key: string): Promise<Principal | null> => {
    const digest = createHash('sha256').update(key).digest('base64');
    const cached = known.get(digest);
    if (cached && cached.until > Date.now()) return cached.principal;
    const apiKey = await verifyApiKey(kernel.orm.em.fork(), key, kernel.clock());
    if (!apiKey) return null;
    if (known.size >= KEY_CACHE_SIZE) known.clear();
    const { id, scopes, accounts, expiresAt } = apiKey;
    const principal: Principal = { type: 'key', id, scopes, accounts, expiresAt };
    known.set(digest, { principal, until: Date.now() + KEY_CACHE_MS });
    return principal;
  };

  return {
    verifyToken,
    authenticate: async (bearer) => {
      if (bearer.startsWith('baton_')) return authenticateKey(bearer);
      const verified = await verifyToken(bearer);
      return verified ? principalOf(kernel, verified.owner) : null;
    },
    authenticateInvitation: async (invitation) => {
      const id = readInvitation(invitation, kernel.config.BATON_SECRET);
      const participant = id === null ? null : await kernel.orm.em.fork().findOne(Participant, { id });
      return participant && guestOf(participant);
    },
    mintToken: async ({ type, id }) => {
      const expiresAt = new Date(kernel.clock().getTime() + kernel.config.TOKEN_SECONDS * 1000);
      const claims = new SignJWT({})
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer(ISSUER)
        .setAudience(ISSUER)
        .setSubject(`${type}:${id}`);
      const token = await claims.setJti(crypto.randomUUID()).setExpirationTime(expiresAt).sign(secret);
      return { token, expiresAt };
    },
    forgetKeys: () => known.clear(),
  };
}

/** What the owner of a token may touch now: read at each use, so a change is felt at once. */
export async function principalOf(kernel: Kernel, { type, id }: TokenOwner): Promise<Principal | null> {
  const em = kernel.orm.em.fork();
  if (type === 'agent') return { type, id, accounts: await accountsOfAgent(em, id) };
  if (type === 'participant') {
    const participant = await em.findOne(Participant, { id, state: 'joined' });
    return participant && guestOf(participant);
  }
  const contact = await em.findOne(Contact, { id });
  const conversation = contact ? await em.findOne(Conversation, { contactId: id }) : null;
  return conversation ? { type, id, accounts: [conversation.accountId], conversationId: conversation.id } : null;
}

function guestOf({ id, conversationId, historyFrom, historySince, historySinceId, eventsAfter }: Participant): Guest {
  const reads = { historyFrom, historySince, historySinceId, eventsAfter };
  return { type: 'participant', id, accounts: [], conversationId, reads };
}

/** Asked again after something was read: what somebody reads while they are taken out may lie beyond their end. */
export async function isStillKnown(kernel: Kernel, principal: Principal): Promise<boolean> {
  return principal.type !== 'participant' || (await principalOf(kernel, principal)) !== null;
}

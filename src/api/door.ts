// The door of a route: who may come in, and by what. A key or a token in the header; for the one route that makes somebody a
// participant, the invitation in the body.
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Scope } from '../domain/accounts/scopes.ts';
import { DomainError } from '../domain/errors.ts';
import { notInvited } from '../domain/members/join-participant.ts';
import type { Auth, Principal } from './auth.ts';
import type { Limits } from './limits.ts';
import { HttpProblem } from './problems.ts';
import { bodyOf, parse } from './request-parts.ts';

export type Door = {
  readonly key?: Scope;
  /** What a key needs beside it, and why. */
  readonly also?: { readonly scope: Scope; readonly because: string };
  readonly agent?: true;
  readonly contact?: true;
  readonly participant?: true;
  /** An invitation in the body, and nothing else, opens it. */
  readonly invitation?: true;
};

type Keeper = { readonly auth: Auth; readonly limits: Limits };

/** @throws HttpProblem 401, 429; DomainError scope_missing, not_invited */
export async function enter(keeper: Keeper, door: Door, request: Request, response: Response): Promise<Principal> {
  const { auth, limits } = keeper;
  if (door.invitation) return enterByInvitation(keeper, request, response);
  const bearer = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
  const principal = bearer ? await auth.authenticate(bearer) : null;
  if (!principal) {
    await limits.failed(addressOf(request));
    throw notAuthenticated();
  }
  await limits.spend(response, `${principal.type}:${principal.id}`, 1);
  if (!mayEnter(door, principal)) throw new DomainError('scope_missing', whatIsMissing(door, principal));
  return principal;
}

export function addressOf({ ip }: Request): string {
  return ip ?? 'unknown';
}

export function notAuthenticated(): HttpProblem {
  return new HttpProblem(
    401,
    'not_authenticated',
    'Send a valid key or token: `Authorization: Bearer <key>`. Tokens expire; mint a new one.',
  );
}

export const Invitation = z.strictObject({ invitation: z.string().min(1).max(200) });

/** Whose it is follows from its signature; whether it can still be used is for the deed to say. */
async function enterByInvitation({ auth, limits }: Keeper, request: Request, response: Response): Promise<Principal> {
  const { invitation } = parse(Invitation, bodyOf(request).value, 'body');
  const guest = await auth.authenticateInvitation(invitation);
  if (!guest) {
    await limits.failed(addressOf(request));
    throw notInvited();
  }
  await limits.spend(response, `${guest.type}:${guest.id}`, 1);
  return guest;
}

function mayEnter(door: Door, principal: Principal): boolean {
  if (principal.type === 'agent') return door.agent === true;
  if (principal.type === 'contact') return door.contact === true;
  if (principal.type === 'participant') return door.participant === true;
  if (!door.key) return false;
  return holds(principal.scopes, door.key) && (!door.also || holds(principal.scopes, door.also.scope));
}

function holds(scopes: readonly Scope[], scope: Scope): boolean {
  return scopes.includes(scope) || (scopes.includes('ops') && (scope.endsWith(':read') || scope === 'jobs:write'));
}

function whatIsMissing(door: Door, principal: Principal): string {
  const { key, also, agent, contact, participant } = door;
  if (principal.type === 'key' && key && also && holds(principal.scopes, key))
    return `This key lacks the scope ${also.scope}: ${also.because}.`;
  if (principal.type === 'key' && key) return `This key lacks the scope ${key}.`;
  const who = [key && 'API keys', agent && 'agents', contact && 'contacts', participant && 'participants'].filter(
    Boolean,
  );
  return `This is for ${who.join(' and ')} only.`;
}

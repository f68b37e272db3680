// What a contact's words mean to their image task: an address, a change, a remark, an answer to what we asked, or nothing of it.
// What is not surely meant for the task is `other`, and stays an ordinary message: it is never swallowed.

import { firstSaid, isSaid, LONGEST_LOOK } from '../messages/wording.ts';
import {
  besidesAddress,
  hostAlone,
  isAddressAlone,
  isCorrection,
  withoutRefused,
  withoutWrongAddress,
} from './address-talk.ts';
import { addressesIn, checkAddress, type Found, isAddress, spelled } from './email-address.ts';
import type { OpenImageState } from './lifecycle.ts';
import { sizeOf } from './operation.ts';
import {
  ARRIVED_RULES,
  CHANGE_RULES,
  DONE_RULES,
  ELSEWHERE_RULES,
  NEW_IMAGE_RULES,
  NOT_ARRIVED_RULES,
  OLD_IMAGE_RULES,
  SATISFIED_RULES,
} from './reply-rules.ts';
import { chosenOf, isAgreed, isAll, isFiller, isNo, isNone, isYes } from './short-answers.ts';

/** What we asked last, and is not answered. */
export type Question =
  | { readonly question: 'typo'; readonly address: string; readonly meant: string }
  | { readonly question: 'which_address'; readonly addresses: readonly string[] }
  | { readonly question: 'which_image'; readonly image: string }
  | { readonly question: 'mail_arrived'; readonly address: string };

export type ReplyContext = {
  readonly state: OpenImageState;
  readonly asked: Question | null;
  /** Where their work went before, or is to go. */
  readonly knownAddress: string | null;
};

export type Understood =
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'several'; readonly addresses: readonly string[] }
  | { readonly kind: 'typo'; readonly address: string; readonly meant: string }
  | { readonly kind: 'incomplete' }
  /** `address`: where to send it when it is done, told by the way. */
  | { readonly kind: 'change'; readonly rule: string; readonly words: string; readonly address?: string }
  | { readonly kind: 'remark'; readonly text: string; readonly address?: string }
  | { readonly kind: 'received' }
  | { readonly kind: 'satisfied' }
  | { readonly kind: 'new_image' }
  | { readonly kind: 'old_image' }
  | { readonly kind: 'other' };

/** Looks at the first 4,000 characters; a remark is as long at most. Never throws. */
export function understandReply(text: string, context: ReplyContext): Understood {
  const words = spelled(text).toLowerCase();
  const found = OF_PAPERS.test(words) ? NO_ADDRESS : settled(addressesIn(withoutRefused(spelled(text))), context.asked);
  const reply = { text: text.slice(0, LONGEST_LOOK).toWellFormed().trim(), words, found, context };
  return firmAnswer(reply) ?? BY_STATE[context.state](reply);
}

/** An invoice goes elsewhere than the picture. */
const OF_PAPERS = /发票|收据|合同|账单|\b(?:invoice|receipt|contract|bill)\b/;
const NO_ADDRESS = { kind: 'none' } as const;

type Reply = {
  readonly text: string;
  /** Folded, with its addresses spelled out. */
  readonly words: string;
  readonly found: Found;
  readonly context: ReplyContext;
};

/** Who types the address again as it was means it. */
function settled(found: Found, asked: Question | null): Found {
  if (found.kind !== 'typo' || asked?.question !== 'typo' || !isAddress(found.address)) return found;
  const isAgain = found.address.toLowerCase() === asked.address.toLowerCase();
  return isAgain ? { kind: 'one', address: found.address } : found;
}

/** Answers that nothing else can be, before any rule of the state. */
function firmAnswer({ words, found, context: { asked } }: Reply): Understood | null {
  if (asked?.question === 'which_image') return chosenImage(words);
  if (asked?.question !== 'typo' || found.kind !== 'none') return null;
  if (isYes(words)) return { kind: 'address', address: asked.meant };
  if (isNo(words)) return { kind: 'incomplete' };
  const host = hostAlone(words);
  const meant = [asked.meant, asked.address].find((address) => address.endsWith(`@${host}`));
  return meant !== undefined && isAddress(meant) ? { kind: 'address', address: meant } : null;
}

function chosenImage(words: string): Understood | null {
  const [isNew, isOld] = [isSaid(words, NEW_IMAGE_RULES), isSaid(words, OLD_IMAGE_RULES)];
  if (isNew === isOld) return null;
  return { kind: isNew ? 'new_image' : 'old_image' };
}

const BY_STATE: Readonly<Record<OpenImageState, (reply: Reply) => Understood>> = {
  pending: beforeResult,
  processing: beforeResult,
  awaiting_confirm: ofResult,
  revision: ofChange,
};

/** Nothing is there yet to be judged; an address is kept for later. */
function beforeResult(reply: Reply): Understood {
  const { found, context } = reply;
  if (found.kind === 'incomplete' && context.asked === null) return OTHER;
  return addressOf(found) ?? looseAnswer(reply) ?? OTHER;
}

/** A change goes before everything: work that is mailed is finished. */
function ofResult(reply: Reply): Understood {
  const { words, found, context } = reply;
  const isKnown = context.asked !== null || context.knownAddress !== null;
  if (isKnown && isCorrection(words, found)) return addressOf(found) ?? INCOMPLETE;
  const judged = withoutWrongAddress(besidesAddress(words, found));
  const change = firstSaid(judged, CHANGE_RULES) ?? namedShape(judged);
  if (change) return { kind: 'change', ...change, ...byTheWay(found) };
  const answer = addressOf(found) ?? looseAnswer(reply);
  if (answer) return answer;
  if (withoutWrongAddress(words) !== words) return INCOMPLETE;
  if (!isAgreed(words) && !isSaid(words, SATISFIED_RULES)) return OTHER;
  return context.asked?.question === 'mail_arrived' ? { kind: 'received' } : { kind: 'satisfied' };
}

/** "Nice, but 1:1, please": who names a size or a ratio wants it so, whatever else they say. */
function namedShape(words: string): { rule: string; words: string } | null {
  return sizeOf(words) === null ? null : { rule: 'named_shape', words };
}

/** We asked what to change, so whatever they say is about that, unless it says nothing, takes it all back, or is an address alone. */
function ofChange(reply: Reply): Understood {
  const { text, words, found } = reply;
  if (found.kind !== 'none' && isAddressAlone(words, found)) return addressOf(found) ?? OTHER;
  if (isFiller(words)) return looseAnswer(reply) ?? OTHER;
  if (isTakenBack(words)) return addressOf(found) ?? { kind: 'satisfied' };
  if (isForOthers(words)) return OTHER;
  return { kind: 'remark', text, ...byTheWay(found) };
}

/** Who asks for a person, their money or the time means somebody else than whoever draws; unless they say what to draw too. */
function isForOthers(words: string): boolean {
  return isSaid(words, ELSEWHERE_RULES) && !isSaid(words, CHANGE_RULES);
}

const OTHER = { kind: 'other' } as const;
const INCOMPLETE = { kind: 'incomplete' } as const;

function addressOf(found: Found): Understood | null {
  if (found.kind === 'none') return null;
  if (found.kind === 'one') return { kind: 'address', address: found.address };
  return found.kind === 'incomplete' ? INCOMPLETE : found;
}

function byTheWay(found: Found): { readonly address?: string } {
  return found.kind === 'one' ? { address: found.address } : {};
}

/** Answers in words that could be about something else, so the picture is looked at first. */
function looseAnswer({ words, context: { asked } }: Reply): Understood | null {
  if (asked?.question === 'which_address') return chosenAddress(words, asked.addresses);
  if (asked?.question !== 'mail_arrived') return null;
  if (isSaid(words, NOT_ARRIVED_RULES)) return { kind: 'address', address: asked.address };
  return isSaid(words, ARRIVED_RULES) ? { kind: 'received' } : null;
}

function chosenAddress(words: string, addresses: readonly string[]): Understood | null {
  if (isNone(words)) return INCOMPLETE;
  const chosen = chosenOf(words, addresses);
  if (chosen !== null) return addressOf(checkAddress(chosen));
  return isAll(words) || isYes(words) ? { kind: 'several', addresses } : null;
}

const INSTRUCTION = /把|改|换|加|删|去掉|调|变|弄|\b(?:make|change|add|remove|replace|move|turn|more|less)\b/;

/** They want it left as it is, and name nothing that is to be otherwise. */
function isTakenBack(words: string): boolean {
  if (!isSaid(words, DONE_RULES) && !isPraise(words)) return false;
  const rest = DONE_RULES.reduce((left, { says }) => left.replaceAll(says, ' '), words);
  return !isSaid(rest, CHANGE_RULES) && !INSTRUCTION.test(rest);
}

/** Nothing but praise: short, and it could be no order. */
function isPraise(words: string): boolean {
  return isAgreed(words) || (words.length <= 20 && isSaid(words, SATISFIED_RULES) && !isSaid(words, CHANGE_RULES));
}

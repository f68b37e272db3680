// What contacts say around an address: that it is the one, that it is not, that the one before was wrong. Words are folded and spelled.
import type { Found } from './email-address.ts';
import { isNothingBut } from './short-answers.ts';

const ADDRESS = "[a-z0-9_][a-z0-9._%+'-]{0,63}@[a-z0-9.-]*[a-z0-9]";
const REFUSED = [
  new RegExp(
    `(?:(?:不是|不要|别|不用)(?:再)?(?:发|寄|用)?(?:到|给|往)?|\\b(?:not|do not|don't) (?:(?:send|use|mail)(?: it)?(?: to)? )?(?:to )?) ?${ADDRESS}`,
    'gi',
  ),
  new RegExp(
    `(?<![a-z0-9._%+'-])${ADDRESS} ?(?:这个)?(?:不对|不用了|错了|写错|不要了|不用(?![改修再调谢换])|(?:is|was) wrong)`,
    'gi',
  ),
];

/** "Not to a@b.com": an address that they do not want is not theirs. */
export function withoutRefused(words: string): string {
  return REFUSED.reduce((rest, says) => rest.replaceAll(says, ' '), words);
}

/** What is wrong is the address, not the picture. */
const WRONG_ADDRESS =
  /(?:邮箱|邮件|e-?mail|\bmail(?:box)?|\baddress)(?:地址|账号|号| address)?[^,.!?;。]{0,6}?(?:不对|不行|错|有误|换(?:一下|个|成)?|改(?:一下|成|为)?|更正|更新|\bwrong|\bincorrect|\bchanged?|\bnot right)了?|(?:换|改|更正|写错|打错|发错|\b(?:change|fix|correct|update|wrong))(?:一下|一个|个|了| |my|the|an?|another|email)*(?:邮箱|邮件地址|e-?mail|mail\b|address)/g;

export function withoutWrongAddress(words: string): string {
  return words.replaceAll(WRONG_ADDRESS, ' ');
}

const ABOUT_ADDRESS =
  /邮箱|邮件|地址|账号|发到?|寄到?|到|给我?|至|我|就?是|为|号|这个|用|就|请|那|和|或者?|还有|也|都|可以|对|\b(?:e-?mail|mail|address|send|to|is|my|the|here|use|or|and|yes|ok|okay|at|this|one)\b/g;

/** They say an address and nothing else. */
export function isAddressAlone(words: string, found: Found): boolean {
  return found.kind !== 'none' && isNothingBut(besidesAddress(words, found), ABOUT_ADDRESS);
}

const AS_CORRECTION = new RegExp(
  `不对|不是|写错|打错|发错|输错|弄错|错|应该|改成|改为|换成|\\b(?:wrong|no|not|should be|oops|typo|i mean|mistake)\\b|${ABOUT_ADDRESS.source}`,
  'g',
);

/** "No, it is a@b.com": where an address was told before, that is what is wrong. */
export function isCorrection(words: string, found: Found): boolean {
  return found.kind !== 'none' && isNothingBut(besidesAddress(words, found), AS_CORRECTION);
}

/** "It is qq.com": the end of an address, named by itself. @returns null: it is not. */
export function hostAlone(words: string): string | null {
  const [host, ...others] = words.match(/[a-z0-9-]+(?:\.[a-z0-9-]+)+/g) ?? [];
  if (host === undefined || others.length > 0) return null;
  return isNothingBut(words.replace(host, ' '), ABOUT_ADDRESS) ? host : null;
}

/** What they say beside their address: that itself may be full of words. */
export function besidesAddress(words: string, found: Found): string {
  if (found.kind === 'none') return words;
  const told = found.kind === 'several' ? found.addresses : [found.kind === 'incomplete' ? found.words : found.address];
  return told.reduce((rest, address) => rest.replaceAll(address.toLowerCase(), ' '), words);
}

// Short words in answer to a question of ours: yes, no, which of several; and words that say nothing at all.

/** Polite and empty words, which change no answer. Longer ones first: they are taken out one by one. */
const POLITE =
  /谢谢您?你?|多谢|谢了|辛苦了?|麻烦了?|亲爱的|亲|老板|[的了吧啊呀哦噢哈嘛呢哟]|\b(?:thanks|thank you|thx|please|pls|sorry|dear|so much|very much|it|it's|it is|that's|that is)\b/g;
const YES =
  /是的?|对的?|嗯|没错|正确|无误|确认|好的?|可以|行|就这个|[👍👌✅]|\b(?:yes|yep|yeah|yup|correct|right|sure|exactly|ok|okay|y)\b/gu;
const NO = /不是|不对|错|没有|不|否|\b(?:no|nope|wrong|incorrect|not(?: right| correct)?|n)\b/g;
const AGREED =
  /好的?|可以|行|妥|棒|赞|确认|是的?|对的?|[👍👌✅💯🎉]|\b(?:ok|okay|k|yes|good|great|nice|fine|lovely|cool|lgtm|beautiful|sure|alright|all right)\b/gu;
const FILLER =
  /知道|明白|了解|收到|在不在|在吗|您好|你好|哈喽|早上好|下午好|晚上好|没有|不是|稍等|等一下|等下|等等|等会儿?|我?先?(?:想想|想一下|看看|看一下|再看看)|人呢|请问|客服|在|[好对是嗯哦行额呃喂吗不]|可以|\b(?:hi|hello|hey|ok|okay|k|yes|no|yeah|sure|alright|all right|got it|i see|wait|(?:one|a) (?:moment|second|sec|minute)|just|let me (?:see|think|check|look)|hold on|good (?:morning|afternoon|evening|day)|are you there|anybody there|anyone there|there|test)\b/g;

export function isYes(words: string): boolean {
  return words.search(YES) !== -1 && isNothingBut(words, YES);
}

export function isNo(words: string): boolean {
  return words.search(NO) !== -1 && isNothingBut(words, NO);
}

/** Takes it in a word, where "yes" was not asked for. */
export function isAgreed(words: string): boolean {
  const said = words.replaceAll(/嗯|(?:就|那|请)?发(?:我|给我|过来|邮箱)?(?!看)|\bsend it\b/g, ' ');
  return said.search(AGREED) !== -1 && !said.includes('?') && isNothingBut(said, AGREED);
}

/** A greeting, a "hm", a question mark. */
export function isFiller(words: string): boolean {
  return isNothingBut(words, FILLER);
}

/** Besides polite words and signs. */
export function isNothingBut(words: string, vocabulary: RegExp): boolean {
  const rest = words.replaceAll(vocabulary, ' ').replaceAll(POLITE, ' ');
  return !/[\p{L}\p{N}]/u.test(rest);
}

const LONGEST_CHOICE = 40;
const NOT_THIS = /(?:不要|不是|不用|别用|除了)$|\bnot (?:the )?$/;
const ORDINALS: readonly (readonly [RegExp, at: number])[] = [
  [/第[一1]|^[一1]号?$|前(?:一|面|者)|上面|\bfirst\b|\b1st\b|\bformer\b|^(?:number )?(?:one|1)$/, 0],
  [/第[二两2]|^[二2]号?$|\bsecond\b|\b2nd\b|^(?:number )?(?:two|2)$/, 1],
  [/第[三3]|^[三3]号?$|\bthird\b|\b3rd\b|^(?:number )?(?:three|3)$/, 2],
  [/后(?:一|面|者)|最后|下面|\blast\b|\blatter\b/, -1],
];

/** Which of several addresses is chosen, by its place or by a part of it. @returns null: the words do not say it, or say more than one. */
export function chosenOf(words: string, addresses: readonly string[]): string | null {
  const text = words.trim().replace(/[.!。~]+$/, '');
  if (text.length > LONGEST_CHOICE) return null;
  const places = ORDINALS.flatMap(([says, at]) => {
    const said = says.exec(text);
    return said && !NOT_THIS.test(text.slice(0, said.index)) ? [addresses.at(at)] : [];
  });
  const parts = text.match(/(?<![a-z0-9])[a-z0-9][a-z0-9._-]+/g) ?? [];
  const named = addresses.filter((address) => parts.some((part) => address.toLowerCase().split(/[@.]/).includes(part)));
  const chosen = new Set(places.length > 0 ? places : named);
  const [only] = chosen;
  return chosen.size === 1 ? (only ?? null) : null;
}

/** "Both", which answers nothing: the work is mailed to one. */
export function isAll(words: string): boolean {
  return words.length <= LONGEST_CHOICE && /都(?!不|错)|两个|全部|一起|\b(?:both|all|every|each)\b/.test(words);
}

export function isNone(words: string): boolean {
  return isNo(words) || (words.length <= LONGEST_CHOICE && /都不(?:是|对|要)|都错|\b(?:neither|none)\b/.test(words));
}

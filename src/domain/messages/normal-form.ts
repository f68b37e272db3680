// A text as the rules look at it: each sign in one form, and a map from every place in it back to the text as it was typed.

/** `text` is what is looked at; without `from` and `to` every place is where it was. */
export type NormalForm = {
  readonly text: string;
  readonly origin: { readonly from: readonly number[]; readonly to: readonly number[] } | null;
};

/** A stretch that is read as something else, in the order of the text; none overlap. */
export type Correction = { readonly from: number; readonly to: number; readonly read: string };

/** Signs of which each becomes one sign at most of one unit: nearly all texts have no others. */
const PLAIN = /^(?:[!-~\n、。一-鿿“”「」『』《》【】…—‘’！-～]| (?! ))*$/;
/** Signs whose traditional form has a simple one below; most texts have none. */
const TRADITIONAL =
  '轉專務員嗎這個來請說訴舉報換貨錢優價單訂號壞損質問題為麼沒還給幫對話機類認確師騙氣爛廢處應與發補償賠維東買賣實聯繫係電線後點樣寫錯裡們聽覺讓謝馬趕緊盡時間誰經領導負責舊顏額滿態虧詐刪複復協調訊網頁戶帳約簽簡運費災兇嚴禮貴讚積極門關開場檢產壓製傳統業義煩惱討論決過現見滾紅黃藍綠際漲減債從僱傭組權親臺擾詢';
const SIMPLIFIED =
  '转专务员吗这个来请说诉举报换货钱优价单订号坏损质问题为么没还给帮对话机类认确师骗气烂废处应与发补偿赔维东买卖实联系系电线后点样写错里们听觉让谢马赶紧尽时间谁经领导负责旧颜额满态亏诈删复复协调讯网页户账约签简运费灾凶严礼贵赞积极门关开场检产压制传统业义烦恼讨论决过现见滚红黄蓝绿际涨减债从雇佣组权亲台扰询';
const SIMPLE: ReadonlyMap<string, string> = new Map(
  [...TRADITIONAL].map((sign, at): [string, string] => [sign, [...SIMPLIFIED][at] ?? sign]),
);
const HAS_TRADITIONAL = new RegExp(`[${TRADITIONAL}]`, 'g');
const FULL_WIDTH = /[！-～]/g;
const TO_HALF_WIDTH = 0xfee0;
const INVISIBLE = /\p{Cf}|\p{Mn}|[\uFE00-\uFE0F]/u;
const APOSTROPHE = /[‘’ʼ`´]/g;
const SPACE = /[^\S\n]/;

/**
 * Compatible forms become one (NFKC), full width half, capitals small, traditional signs simple where rules need them; invisible signs
 * go, and a run of spaces is one. Looks at the first `longest` UTF-16 units, and its own text is no longer than that.
 */
export function normalForm(typed: string, longest: number): NormalForm {
  const seen = typed.slice(0, longest);
  if (PLAIN.test(seen)) return { text: plainForm(seen), origin: null };
  const [from, to]: [number[], number[]] = [[], []];
  let [text, at] = ['', 0];
  for (const sign of seen) {
    const read = formOf(sign);
    for (const unit of read === ' ' && text.endsWith(' ') ? '' : read.split('')) {
      text += unit;
      from.push(at);
      to.push(at + sign.length);
    }
    at += sign.length;
    if (text.length >= longest) break;
  }
  return { text, origin: { from, to } };
}

function plainForm(seen: string): string {
  return seen
    .replaceAll(FULL_WIDTH, (sign) => String.fromCharCode(sign.charCodeAt(0) - TO_HALF_WIDTH))
    .replaceAll(APOSTROPHE, "'")
    .replaceAll(HAS_TRADITIONAL, (sign) => SIMPLE.get(sign) ?? sign)
    .toLowerCase();
}

function formOf(sign: string): string {
  if (INVISIBLE.test(sign)) return '';
  if (SPACE.test(sign)) return ' ';
  // The acute accent is an apostrophe to who types it; NFKC makes a space of it.
  return plainForm(sign.replaceAll(APOSTROPHE, "'").normalize('NFKC')).replaceAll(/[^\S\n]/g, ' ');
}

/** The same place in the typed text: of what a stretch was read from, the first and the last unit. */
export function originOf({ origin }: NormalForm, from: number, to: number): { from: number; to: number } {
  if (origin === null || to <= from) return { from, to };
  return { from: origin.from[from] ?? from, to: origin.to[to - 1] ?? to };
}

/** Reads stretches as something else; each unit of what is read comes from the whole stretch. */
export function corrected(form: NormalForm, corrections: readonly Correction[]): NormalForm {
  if (corrections.length === 0) return form;
  const [from, to]: [number[], number[]] = [[], []];
  let [text, at] = ['', 0];
  const keep = (end: number) => {
    for (let unit = at; unit < end; unit += 1) {
      const origin = originOf(form, unit, unit + 1);
      from.push(origin.from);
      to.push(origin.to);
    }
    text += form.text.slice(at, end);
  };
  for (const correction of corrections) {
    keep(correction.from);
    const origin = originOf(form, correction.from, correction.to);
    for (const unit of correction.read.split('')) {
      text += unit;
      from.push(origin.from);
      to.push(origin.to);
    }
    at = correction.to;
  }
  keep(form.text.length);
  return { text, origin: { from, to } };
}

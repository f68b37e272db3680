// Mistyped Chinese words, read as what was meant: by the signs that sound or look alike, by what stands between the signs of a word,
// and by how they are spelled in letters. Only words that rules need, and only where no other word begins.
import type { Correction } from './normal-form.ts';

/** Blanks and signs put between the signs of a word: `人 工 客 服`, `转*人*工`. */
export function spacings(text: string): Correction[] {
  if (!/[一-鿿][ .·*_~|/+-][一-鿿]/.test(text)) return [];
  const apart =
    /(?<=(?<![一-鿿])[一-鿿])[ .·*_~|/+-](?=[一-鿿](?![一-鿿]))|(?<=转|切|接) (?=人工|真人)|(?<=转?人) (?=工)|(?<=客) (?=服)|(?<=真) (?=人)|(?<=投) (?=诉)|(?<=退) (?=[款货])/g;
  return [...text.matchAll(apart)].map(({ index }) => ({ from: index, to: index + 1, read: '' }));
}

/** The words of a folded text that are to be read as others. */
export function misspeltChinese(text: string): Correction[] {
  if (!CONFUSED_HINT.test(text)) return [];
  return inOrder(
    CONFUSED.flatMap(([says, read]) =>
      [...text.matchAll(says)].map(({ 0: typed, 1: link, index }) => {
        return { from: index, to: index + typed.length, read: read.replace('$1', link ?? '') };
      }),
    ),
  ).filter(({ from, to, read }) => text.slice(from, to) !== read);
}

function inOrder(corrections: readonly Correction[]): Correction[] {
  let end = 0;
  return corrections
    .toSorted((one, other) => one.from - other.from)
    .filter(({ from, to }) => {
      if (from < end) return false;
      end = to;
      return true;
    });
}

/** Signs that sound like, or look like, those of 转人工 and 客服; one of them at a time is read as what was meant. */
const TURN = '[砖传专赚撰啭抓]';
const WORK = '(?:[公功共攻弓宫供贡巩土干龚]|エ|エ|gong)';
/** After 公 and its like, where they begin another word. */
const NOT_FIRM = '(?![司户众积章安里斤寸分告开益寓园主交布务元认关能夫课率享同击略击鸣应货给电地豆净])';
const LINK = '(?:接|到|给|入|回|去|至|一下|下|个|成)?';
const SERVE = '(?:客[付福副复富府夫腹附复辅符幅浮敷弗扶伏]|[克刻可课科][服福副])';

/** Each is read as `read`, with the groups it names. */
const CONFUSED: readonly (readonly [says: RegExp, read: string])[] = [
  [/zhuan ?ren ?gong|转 ?ren ?gong|(?<![a-z])zrg(?![a-z])/g, '转人工'],
  [/(?<![a-z])ren ?gong(?: ?ke ?fu)?(?![a-z])/g, '人工'],
  [/(?<![a-z])(?:ke ?fu|kf)(?![a-z])/g, '客服'],
  [/(?<![a-z])(?:zhen ?ren)(?![a-z])/g, '真人'],
  [new RegExp(`${TURN}(${LINK})人工(?![智作湖])`, 'g'), '转$1人工'],
  [new RegExp(`转(${LINK})(?:[仁任认壬忍]工|人${WORK}${NOT_FIRM}|ren ?工)`, 'g'), '转$1人工'],
  [/转入工(?![商厂程业资作地行会])/g, '转人工'],
  [/(?<=^|[找要接换叫])(?:[仁任认壬]工|人[公功弓攻宫](?=$|[,.!?。~\n]))/g, '人工'],
  [new RegExp(`人${WORK}(?=${SERVE}|客服|服务)`, 'g'), '人工'],
  [new RegExp(`(?<=^|[找要接换叫转])${SERVE}(?=$|[,.!?。~\\n在来呢啊吧呀快谢])`, 'g'), '客服'],
  [new RegExp(`(?<=人(?:工|${WORK}))${SERVE}`, 'g'), '客服'],
  [/(?<=^|[找要接换叫转])(?:[珍针贞臻]人|真[仁任认壬忍])(?=$|[,.!?。~\n客来跟和服接])/g, '真人'],
  [/投[拆述素宿]|头诉/g, '投诉'],
  [/退[宽欵筐]|腿款/g, '退款'],
];
const CONFUSED_HINT = new RegExp(
  `${TURN}|转|zrg|gong|k[ef]|zhen|人${WORK}|[仁任认壬忍]工|${SERVE}|[珍针贞臻]人|真[仁任认壬忍]|投[拆述素宿]|头诉|退[宽欵筐]|腿款`,
);

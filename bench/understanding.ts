// understanding: how well the rules read real requests, and how many texts a second. The limit is a bare search for key words, which
// knows no spelling, no refusal and no place. Needs no server.
import { INTENTS, type Intent } from '../src/domain/accounts/understanding-settings.ts';
import { understand } from '../src/domain/messages/understanding.ts';
import type { OfflineBench } from './bench.ts';
import { type LabelledText, ownTexts, readCustomerTurns, readRequests } from './labelled-texts.ts';
import { figureOf, interleave, perSecond } from './measurement.ts';
import { printConfusion, type Quality, type QualityTarget, qualityOf, type ReadText } from './quality.ts';

/** Which of Bitext's labels say which of our intents. Others may say them too by the way: those count as false alarms. */
const BITEXT: Partial<Record<Intent, readonly string[]>> = {
  wants_person: ['contact_human_agent'],
  complaint: ['complaint'],
  refund: ['get_refund', 'track_refund', 'check_refund_policy'],
  change_request: ['change_order', 'change_shipping_address', 'edit_account'],
};
/** Who asks for the customer service may want its hours, its number or a person. */
const LEFT_OUT: Partial<Record<Intent, readonly string[]>> = { wants_person: ['contact_customer_service'] };
const PERSON_TARGET: QualityTarget = { recall: 0.98, precision: 0.98 };
const FALSE_ALARM_TARGET: QualityTarget = { falseAlarmShare: 0.001 };

const KEY_WORDS =
  '人工 客服 真人 活人 有人 经理 主管 投诉 举报 12315 消协 曝光 起诉 律师 法院 骗子 诈骗 赔偿 垃圾 气死 滚 忽悠 太差 坑 急 马上 立刻 赶紧 尽快 快点 退款 退钱 退货 换货 坏 破 质量 便宜 优惠 少点 最低 打折 降价 包邮 多少钱 贵 确认 可以 好的 没问题 改 换 human agent person someone somebody representative operator assistant supervisor manager complain claim lawyer sue scam ridiculous useless terrible angry urgent asap immediately refund money reimburse return exchange broken damaged wrong warranty price cost discount cheaper expensive yes ok confirm agree change edit update address order'.split(
    ' ',
  );

export const understanding: OfflineBench = {
  name: 'understanding',
  says: 'rules against labelled texts: recall, precision, false alarms; texts a second against a bare search for key words',
  run: async ({ rounds }, isTold) => {
    const sets = {
      bitext: readRequests('bitext-half'),
      banking77: readRequests('banking77-train'),
      crosswoz: readCustomerTurns('crosswoz-val'),
    };
    const found = Object.entries(sets).flatMap(([name, texts]) => (texts === null ? [] : [{ name, texts }]));
    const measured = found.length === 0 ? [{ name: 'own', texts: ownTexts() }] : found;
    const qualities = measured.flatMap(({ name, texts }) => {
      const read = texts.map(readText);
      if (isTold)
        printConfusion(
          name,
          name === 'banking77' ? read.map(({ found: all }) => ({ label: 'all', found: all })) : read,
        );
      return qualitiesOf(name, read);
    });
    const all = measured.flatMap(({ texts }) => texts.map(({ text }) => text));
    const speed = await interleave(
      rounds,
      () => perSecond(all.length, async () => all.forEach((text) => void understand(text))),
      () =>
        perSecond(all.length, async () => all.forEach((text) => void KEY_WORDS.filter((word) => text.includes(word)))),
    );
    const named = { name: 'understanding-speed', unit: 'texts/s', n: all.length, target: null };
    return [...qualities, figureOf(named, speed)];
  },
};

function readText({ label, text }: LabelledText): ReadText {
  return { label, found: new Set(understand(text).map(({ intent }) => intent)) };
}

function qualitiesOf(set: string, texts: readonly ReadText[]): Quality[] {
  const nameOf = (intent: Intent) => `understanding-${set}-${intent}`;
  if (set === 'own') return INTENTS.map((intent) => qualityOf(nameOf(intent), intent, texts, isLabelled(intent), null));
  if (set !== 'bitext')
    return [
      qualityOf(
        nameOf('wants_person'),
        'wants_person',
        texts,
        () => false,
        set === 'banking77' ? FALSE_ALARM_TARGET : null,
      ),
    ];
  return INTENTS.filter((intent) => BITEXT[intent]).map((intent) =>
    qualityOf(nameOf(intent), intent, texts, isInBitext(intent), intent === 'wants_person' ? PERSON_TARGET : null),
  );
}

function isLabelled(intent: Intent): (label: string) => boolean {
  return (label) => label.split('+').includes(intent);
}

function isInBitext(intent: Intent): (label: string) => boolean | null {
  return (label) => (LEFT_OUT[intent]?.includes(label) ? null : (BITEXT[intent]?.includes(label) ?? false));
}

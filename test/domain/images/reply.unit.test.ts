// What a contact's words mean to their task: tables of real replies and of traps, in both languages, for each state and question.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OPEN_IMAGE_STATES } from '../../../src/domain/images/lifecycle.ts';
import { type Question, type ReplyContext, understandReply } from '../../../src/domain/images/reply.ts';
import { CHANGE_RULES } from '../../../src/domain/images/reply-rules.ts';

const CONFIRM: ReplyContext = { state: 'awaiting_confirm', asked: null, knownAddress: null };
const KNOWN: ReplyContext = { ...CONFIRM, knownAddress: 'known@qq.com' };
const REVISION: ReplyContext = { ...CONFIRM, state: 'revision' };

/** Each text with the kind that it was heard as: one look shows all that went wrong. */
function heard(texts: readonly string[], context: ReplyContext): Record<string, string> {
  return Object.fromEntries(texts.map((text) => [text, understandReply(text, context).kind]));
}

function each(texts: readonly string[], kind: string): Record<string, string> {
  return Object.fromEntries(texts.map((text) => [text, kind]));
}

function asking(asked: Question, context = CONFIRM): ReplyContext {
  return { ...context, asked };
}

const CHANGES = [
  '颜色不对',
  '不满意',
  '不太满意',
  '不是很满意',
  '效果不好',
  '不好看',
  '不行',
  '不行，重做',
  '重新做一下',
  '能帮我重新做一下吗',
  '改一下',
  '帮我改一下颜色',
  '差太多了',
  '太暗了',
  '再亮一点',
  '能不能再亮一点',
  '可以把背景改成白色吗',
  '脸变形了',
  '头发没抠干净',
  '还是很模糊',
  '有毛边',
  '有点问题',
  '没问题，就是有点暗',
  '很好，就是颜色再亮一点就更好了',
  '不是不好看，就是颜色太深',
  '谢谢，不过太红了',
  '没变化啊',
  '字做错了',
  '好像不太对',
  '挺好的，不过要 1:1 的',
  '如果能再清晰一点就好了',
  '换成蓝色的',
  'ＴＯＯ　ＤＡＲＫ',
  'not good',
  'Not bad, but please make it square, 1:1',
  "I don't like it",
  "it doesn't look right",
  'too dark',
  'make it brighter',
  'can you make it a bit brighter?',
  'please change the background',
  'the colours are wrong',
  'redo it please',
  'Looks good but the sky is too bright',
  "I'm not happy with it",
  'still blurry',
  'it would be perfect if the sky was blue',
  'the hand is missing',
  'a little darker please',
  "no, it's worse than before",
  'ugly',
  '这个颜色感觉怪怪的',
  '人脸都变了',
  '不像本人',
  '眼睛有点歪',
  '背景没换掉',
  '水印还在',
  '能再清楚点不',
  '把字去掉吧',
  '左边多了一只手',
  '效果一般',
  '跟原图差别不大',
  '这也太假了吧',
  '头发边缘有锯齿',
  '衣服颜色换成红的',
  '不要这个背景',
  '还要再修一下',
  '你这做的啥啊',
  '感觉没什么区别',
  '皮肤磨得太过了',
  '能不能把人放大一点',
  '这不是我要的',
  'The face looks weird',
  'can you remove the watermark',
  'I want the sky darker',
  'it does not look like me',
  'background should be white',
  'please redo',
  'not what I asked for',
  'Could you sharpen the eyes a bit',
  'there is still a scratch on the left',
  'colors look off',
  'why is the hand missing a finger',
  '再修修',
  '没弄好',
  '不清楚',
  '下巴尖一点',
  '文字看不清',
  '鼻子再挺一点',
  '这个背景不搭',
  '感觉有点奇怪',
  '要不你再p一下',
  '牙齿白一点',
  '手指少了一根',
  '右下角的字能去掉吗',
  '整体偏暗',
  '给我换个背景',
  '不够高清',
  '脸上的痘痘没去',
  '还可以再优化吗',
  '不是这种效果',
  '这什么玩意',
  '能不能自然点',
  '为啥颜色变了',
  '腿长一点',
  '背景太花了',
  '这里不对',
  '麻烦把头发弄顺一点',
  'the eyes look strange',
  'can you crop it tighter',
  'please add more space at the top',
  'text is unreadable',
  'it looks fake',
  'the background is still there',
  'could you lighten the face',
  'I asked for a blue background',
  'you forgot the logo',
  'not sharp enough',
  'needs more contrast',
  'smoother skin please',
  'the left side is cut off',
];

const SATISFIED = [
  '满意',
  '很满意，谢谢',
  '很好',
  '不错',
  '挺好的',
  '非常好看',
  '可以了',
  '可以',
  '好的',
  '行',
  'OK',
  '没问题',
  '没有问题',
  '没什么不好',
  '没有不满意',
  '不用改了',
  '不用改了，很好',
  '就这样吧',
  '完美！',
  '好多了',
  '👍',
  '太好了',
  'perfect',
  'looks great, thanks',
  'I love it',
  'not bad',
  'not bad at all',
  "don't change anything",
  'no changes needed',
  'nothing wrong with it',
  "it's fine",
  'good',
  'very happy with it',
  'ok, great',
  '可以可以',
  '嗯嗯可以',
  '挺满意的',
  '行，就它了',
  '没啥问题',
  '好看好看',
  '就按这个来',
  'OK的',
  'ok，没问题',
  '效果很棒',
  '太赞了',
  '可以，发我吧',
  '就这样可以了',
  '厉害',
  '没什么要改的',
  'all good',
  'that is great',
  'thanks, exactly what I wanted',
  'Great!',
  'yes perfect',
  'fine by me',
  'looking good',
  'i am satisfied',
  'Nice one',
  'no complaints',
  'good enough',
  '好嘞',
  '可以的亲',
  '非常满意谢谢老板',
  '效果杠杠的',
  '就这张吧',
  '没毛病老铁',
  '行吧',
  '不用再改了谢谢',
  '真好看',
  '挺自然的',
  'ok没问题',
  '确认',
  '满意满意',
  'looks perfect to me',
  'awesome',
  'great work, thank you!',
  'yes that works',
  'I like it a lot',
  'beautiful!',
  'it is perfect',
  'super happy',
  'all fine',
];

const OTHERS = [
  '',
  '?',
  '多少钱',
  '太贵了能便宜点吗',
  '价格不对吧',
  '在吗',
  '你们几点下班',
  '怎么还没好',
  '好了吗',
  '做好了吗',
  '可以了吗',
  '可以？',
  'ok?',
  '改好了吗',
  '可以改吗',
  '能改几次',
  '重做要多久',
  '不满意可以退款吗',
  '如果不满意怎么办',
  '万一不好看能重做吗',
  '不好意思',
  '不好意思打扰了',
  '发微信不行吗',
  '好不好',
  '对不起',
  '谢谢',
  '嗯',
  '收到',
  '我看看',
  '好的，我看看',
  '稍等',
  '改天再说',
  '订单号12345678',
  '你好',
  '还有别的图要做',
  'how long does it take',
  'how much is it?',
  'can I change it?',
  'is it possible to change it?',
  'how many revisions do I get?',
  'if I do not like it, can I get a refund?',
  'hello',
  'thank you',
  'is it good?',
  'do you like it?',
  'what is wrong with the payment?',
  'good morning',
  'add me on wechat',
  'can you make it faster?',
  '什么时候能发',
  '你们是机器人吗',
  '能开发票吗',
  '可以发QQ吗',
  '怎么付款',
  '价格能不能低一点',
  '你好，在吗',
  '图在哪里看',
  '我打不开图片',
  '发我看看',
  '再发一下图',
  '老板人呢',
  '明天再说',
  '这个多少钱一张',
  'what format is it',
  'where is the picture',
  'can I pay later?',
  'I cannot open it',
  'do you do logos too?',
  'is there a discount?',
  'when will it be ready',
  'call me',
  '哈哈',
  '我再问问我老公',
  '晚点回复你',
  '还能便宜点吗',
  '是高清的吗',
  '这是原图吗',
  '文件多大',
  '请问下班了吗',
  '能做视频吗',
  '怎么发货',
  '可以加微信吗',
  '你是真人吗',
  '有优惠吗',
  '怎么不说话',
  '等我下班看',
  '我手机看不了',
  '图片链接打不开',
  '改价了吗',
  '帮我改价',
  '修改一下价格',
  '订单改一下地址',
  '地址写错了怎么改',
  '我要退款',
  '不要了退款吧',
  '买错了',
  '拍错了',
  '换货怎么弄',
  '能不能快一点',
  '可以便宜一点吗',
  '还有别的客服吗',
  '有电子版吗',
  '什么格式的',
  '是jpg还是png',
  '好评返现吗',
  '亲在不',
  'can you send me the invoice',
  'I want to order another one',
  'is this the final price?',
  'what is your phone number',
  'how do I download it',
  'the link does not work',
  'I have a question',
  'can I get it in pdf?',
  'do you ship to canada',
  'too expensive',
  'who are you',
  'will it take long?',
  'I need more time',
  'let me ask my wife',
];

describe('of a result, the contact', () => {
  test('wants it otherwise', () => expect(heard(CHANGES, CONFIRM)).toEqual(each(CHANGES, 'change')));
  test('is heard by every rule', () => {
    const rules = CHANGES.map((text) => understandReply(text, CONFIRM)).map((said) => 'rule' in said && said.rule);
    expect([...new Set(rules)].sort()).toEqual([...CHANGE_RULES.map(({ id }) => id), 'named_shape'].sort());
  });
  test('takes it', () => expect(heard(SATISFIED, CONFIRM)).toEqual(each(SATISFIED, 'satisfied')));
  test('says nothing', () => expect(heard(OTHERS, CONFIRM)).toEqual(each(OTHERS, 'other')));

  test('wants it otherwise, or says nothing, whatever address is known', () => {
    expect(heard([...CHANGES, ...OTHERS], KNOWN)).toEqual({ ...each(CHANGES, 'change'), ...each(OTHERS, 'other') });
  });

  test('takes it, whatever address is known: where it goes is for the task to say', () => {
    for (const text of SATISFIED) expect(understandReply(text, KNOWN), text).toEqual({ kind: 'satisfied' });
  });

  test('is content where we asked whether the mail arrived: it did', () => {
    const asked = { ...CONFIRM, asked: { question: 'mail_arrived', address: 'a@b.com' } } as const;
    for (const text of ['可以', '行', '好的', 'OK'])
      expect(understandReply(text, asked), text).toEqual({ kind: 'received' });
  });

  test.each(['wrong@example.com', 'blurry@x.com', 'redo@qq.com', 'bad.boy@gmail.com', 'a800x600@qq.com'])(
    '%s is an address, whatever words it is made of',
    (address) => expect(understandReply(address, CONFIRM)).toEqual({ kind: 'address', address }),
  );

  test.each(['请把发票发到 a@qq.com', '发票寄到 fin@corp.com', 'send the invoice to fin@corp.com'])(
    '%s is not where the picture goes',
    (text) => expect(understandReply(text, CONFIRM)).toEqual({ kind: 'other' }),
  );

  test.each([
    ['abc@qq.com', 'abc@qq.com'],
    ['发到abc@qq.com，谢谢', 'abc@qq.com'],
    ['不好意思，邮箱是abc@qq.com', 'abc@qq.com'],
    ['很满意，abc@qq.com', 'abc@qq.com'],
    ['没问题 abc@qq.com', 'abc@qq.com'],
    ['不用改了，发 abc@qq.com', 'abc@qq.com'],
    ['abc@qq.com不用改了', 'abc@qq.com'],
    ['邮箱不对，应该是abc@qq.com', 'abc@qq.com'],
    ['发错邮箱了，abc@qq.com', 'abc@qq.com'],
    ['换个邮箱 abc@qq.com', 'abc@qq.com'],
    ['不是x@qq.com，是abc@qq.com', 'abc@qq.com'],
    ['别发到x@qq.com，发abc@qq.com', 'abc@qq.com'],
    ['perfect, send it to abc@gmail.com', 'abc@gmail.com'],
    ['wrong email, use abc@gmail.com', 'abc@gmail.com'],
    ["don't change anything, abc@gmail.com", 'abc@gmail.com'],
  ])('%s: tells where to send it', (text, address) => {
    expect(understandReply(text, CONFIRM)).toEqual({ kind: 'address', address });
  });

  test('corrects an address that was told before', () => {
    expect(understandReply('不对，是abc@qq.com', KNOWN)).toEqual({ kind: 'address', address: 'abc@qq.com' });
    expect(understandReply('不对，发abc@qq.com', CONFIRM)).toMatchObject({ kind: 'change', address: 'abc@qq.com' });
  });

  test.each([
    ['颜色不对，改好发 a@b.com', 'colour', 'a@b.com'],
    ['太暗了，改完发abc@qq.com', 'too_much', 'abc@qq.com'],
    ['make it brighter and send it to abc@gmail.com', 'more_of_it', 'abc@gmail.com'],
  ])('%s: wants a change, and the address is kept', (text, rule, address) => {
    expect(understandReply(text, CONFIRM)).toMatchObject({ kind: 'change', rule, address });
  });

  test('an address that is not certain is not kept by the way', () => {
    expect(understandReply('颜色不对，改好发 abc@qq.con', CONFIRM)).not.toHaveProperty('address');
  });

  test('tells an address that must be asked back', () => {
    expect(understandReply('abc@qq.con', CONFIRM)).toEqual({
      kind: 'typo',
      address: 'abc@qq.con',
      meant: 'abc@qq.com',
    });
    expect(understandReply('a@qq.com或b@163.com', CONFIRM)).toEqual({
      kind: 'several',
      addresses: ['a@qq.com', 'b@163.com'],
    });
    expect(heard(['邮箱是12345678', '邮箱不对', '换个邮箱', 'wrong email', 'a@b'], KNOWN)).toEqual(
      each(['邮箱是12345678', '邮箱不对', '换个邮箱', 'wrong email', 'a@b'], 'incomplete'),
    );
    expect(understandReply('别发到abc@qq.com', CONFIRM)).toEqual({ kind: 'other' });
  });

  test('is heard with the rule and the very words', () => {
    expect(understandReply('谢谢，颜色不对啊', CONFIRM)).toEqual({ kind: 'change', rule: 'colour', words: '颜色不' });
  });
});

describe('asked what to change, the contact', () => {
  const remarks = [
    '背景换成白色',
    '脸再白一点',
    '左边那个人去掉',
    '不用改颜色，改背景',
    '算了，还是改成蓝色吧',
    '没关系，衣服红一点就行',
    '第二张的衣服',
    '好的，就是头发那里',
    '不要这个字',
    '就这样，但是把字去掉',
    'remove the car on the left',
    'the sky should be blue',
    'ok, make the text bigger',
    'never mind the sky, change the face',
    'never mind that, move the cat to the left',
    "it's fine but remove the car",
    '左边',
    '不是很满意',
    '算了，还是不满意',
    'red',
  ];
  const fillers = [
    '好的',
    '嗯',
    '嗯嗯',
    '在吗',
    '你好',
    'ok',
    'OK!',
    '?',
    '？？',
    '',
    '👌',
    '稍等',
    '我想想',
    '好的谢谢',
    'hello',
    'wait a moment',
    '收到',
  ];
  const takenBack = [
    '算了',
    '不改了',
    '不用改了',
    '算了不用改了',
    '算了，就这样吧',
    '挺好的，不用改了',
    '没事，就这样',
    '很满意',
    "never mind, it's fine",
    'leave it',
    'no changes',
    "don't change anything",
    'keep it as it is',
  ];

  test('says it', () => {
    for (const text of remarks) expect(understandReply(text, REVISION)).toEqual({ kind: 'remark', text });
  });
  test('says nothing', () => expect(heard(fillers, REVISION)).toEqual(each(fillers, 'other')));
  test('takes it back', () => expect(heard(takenBack, REVISION)).toEqual(each(takenBack, 'satisfied')));

  test('tells only an address', () => {
    for (const text of [
      'abc@qq.com',
      '发到abc@qq.com吧',
      '我的邮箱是 abc@qq.com，谢谢',
      'send it to abc@qq.com please',
    ])
      expect(understandReply(text, REVISION), text).toEqual({ kind: 'address', address: 'abc@qq.com' });
    expect(understandReply('abc@qq.con', REVISION)).toMatchObject({ kind: 'typo' });
    expect(understandReply('算了，发abc@qq.com', REVISION)).toEqual({ kind: 'address', address: 'abc@qq.com' });
  });

  test('says it, and an address by the way', () => {
    const text = '背景换白色，发到abc@qq.com';
    expect(understandReply(text, REVISION)).toEqual({ kind: 'remark', text, address: 'abc@qq.com' });
  });

  test('says it at length: the remark is cut, and no character halved', () => {
    const said = understandReply(`${'红'.repeat(3999)}😀再亮一点`, REVISION);
    expect(said).toMatchObject({ kind: 'remark' });
    const text = said.kind === 'remark' ? said.text : '';
    expect([text.length, text.isWellFormed()]).toEqual([4000, true]);
  });
});

describe('before there is a result', () => {
  const states = ['pending', 'processing'] as const;

  test.each(states)('%s: nothing is judged', (state) => {
    const texts = [...CHANGES, ...SATISFIED, ...OTHERS, '邮箱是12345678', '不改了'];
    expect(heard(texts, { ...KNOWN, state })).toEqual(each(texts, 'other'));
  });

  test.each(states)('%s: an address is heard', (state) => {
    expect(understandReply('我的邮箱abc@qq.com', { ...CONFIRM, state })).toEqual({
      kind: 'address',
      address: 'abc@qq.com',
    });
  });
});

describe('asked whether an address was a slip', () => {
  const context = asking({ question: 'typo', address: 'abc@qq.con', meant: 'abc@qq.com' });

  test.each([
    '是',
    '是的',
    '对',
    '对的，谢谢',
    '嗯',
    '没错',
    '好的',
    'yes',
    'Yes, thanks!',
    'correct',
    '👍',
    '是qq.com',
    '对，是 qq.com',
  ])('%s: it was', (text) =>
    expect(understandReply(text, context)).toEqual({ kind: 'address', address: 'abc@qq.com' }),
  );
  test.each(['不是', '不对', '错了', 'no', 'No, sorry', 'nope', 'wrong', 'not right'])(
    '%s: another is asked for',
    (text) => {
      expect(understandReply(text, context)).toEqual({ kind: 'incomplete' });
    },
  );
  test.each(['abc@qq.con', '就是abc@qq.con', 'ABC@QQ.CON', '就是qq.con'])('%s: meant as typed', (text) => {
    const said = understandReply(text, context);
    expect(said.kind === 'address' && said.address.toLowerCase()).toBe('abc@qq.con');
  });
  test('another address counts, and another slip is asked back', () => {
    expect(understandReply('不是，def@163.com', context)).toEqual({ kind: 'address', address: 'def@163.com' });
    expect(understandReply('def@163.con', context)).toMatchObject({ kind: 'typo', meant: 'def@163.com' });
  });
  test('what nothing can be mailed to is not meant as typed', () => {
    const hash = asking({ question: 'typo', address: 'abc#qq.com', meant: 'abc@qq.com' });
    expect(understandReply('abc#qq.com', hash)).toMatchObject({ kind: 'typo' });
  });
  test.each([
    ['颜色不对', 'change'],
    ['是，不过颜色太深', 'change'],
    ['对不对', 'other'],
    ['多少钱', 'other'],
  ])('%s: is about something else', (text, kind) => {
    expect(understandReply(text, context).kind).toBe(kind);
  });
});

describe('asked which address', () => {
  const addresses = ['a.li@qq.com', 'b@163.com', 'c@gmail.con'];
  const context = asking({ question: 'which_address', addresses });

  test.each([
    ['第一个', 'a.li@qq.com'],
    ['第二个吧', 'b@163.com'],
    ['1', 'a.li@qq.com'],
    ['the first one', 'a.li@qq.com'],
    ['second', 'b@163.com'],
    ['qq那个', 'a.li@qq.com'],
    ['用163的', 'b@163.com'],
    ['b@163.com', 'b@163.com'],
  ])('%s', (text, address) => {
    expect(understandReply(text, context)).toEqual({ kind: 'address', address });
  });
  test.each(['都可以', '两个都发', 'both', 'yes'])('%s: is asked again', (text) => {
    expect(understandReply(text, context)).toEqual({ kind: 'several', addresses });
  });
  test.each(['都不是', 'neither', '不是'])('%s: another is asked for', (text) => {
    expect(understandReply(text, context)).toEqual({ kind: 'incomplete' });
  });
  test('one that is likely a slip is asked back', () => {
    expect(understandReply('最后一个', context)).toEqual({
      kind: 'typo',
      address: 'c@gmail.con',
      meant: 'c@gmail.com',
    });
  });
  test.each([
    ['第二个颜色不对', 'change'],
    ['不要第一个', 'other'],
    ['第一个还是第二个', 'other'],
    ['第四个', 'other'],
  ])('%s: chooses none', (text, kind) => {
    expect(understandReply(text, context).kind).toBe(kind);
  });
});

describe('asked which picture', () => {
  const asked = { question: 'which_image', image: 'https://example.com/new.png' } as const;

  test.each(OPEN_IMAGE_STATES)('while it is %s', (state) => {
    const context = asking(asked, { ...CONFIRM, state });
    const fresh = [
      '换成这张',
      '新的',
      '这张',
      '刚发的那张',
      '用新图',
      '换这张',
      '第二张',
      'the new one',
      'new',
      'the second one',
      'replace the old one with the new one',
      '不要原来那张，用新的',
    ];
    const old = [
      '原来那张',
      '原来的',
      '不换',
      '继续做之前的',
      '第一张',
      '旧的',
      'the first one',
      'old',
      'keep the first',
      'the original one',
      '不是新的，是原来那张',
    ];
    expect(heard(fresh, context)).toEqual(each(fresh, 'new_image'));
    expect(heard(old, context)).toEqual(each(old, 'old_image'));
  });
  test('an answer that says both or neither is none', () => {
    expect(
      heard(['是的', '好的谢谢', '新的和原来的都要', '多少钱'], asking(asked, { ...CONFIRM, state: 'pending' })),
    ).toEqual(each(['是的', '好的谢谢', '新的和原来的都要', '多少钱'], 'other'));
  });
  test('without the question they are no answers', () => {
    expect(heard(['换成这张', '原来那张', 'the new one'], { ...CONFIRM, state: 'processing' })).toEqual(
      each(['换成这张', '原来那张', 'the new one'], 'other'),
    );
  });
});

describe('asked whether the mail arrived', () => {
  const context = asking({ question: 'mail_arrived', address: 'abc@qq.com' }, KNOWN);

  test.each([
    '收到',
    '收到了',
    '收到了，谢谢',
    '已经收到',
    '在垃圾箱里找到了',
    'received',
    'yes',
    'Got it',
    'it arrived',
    '有了',
  ])('%s: it did', (text) => {
    expect(understandReply(text, context)).toEqual({ kind: 'received' });
  });
  test.each([
    '没收到',
    '还没有收到',
    '没有',
    '没看到邮件',
    'no',
    'not yet',
    "I didn't get it",
    'nothing arrived',
    '再发一次',
  ])('%s: it is sent again', (text) => {
    expect(understandReply(text, context)).toEqual({ kind: 'address', address: 'abc@qq.com' });
  });
  test.each([
    ['收到了，但是颜色不对', 'change'],
    ['怎么收到的吗', 'other'],
    ['多少钱', 'other'],
  ])('%s: is about something else', (text, kind) => expect(understandReply(text, context).kind).toBe(kind));
  test('another address counts', () => {
    expect(understandReply('没收到，换def@163.com', context)).toEqual({ kind: 'address', address: 'def@163.com' });
  });
  test('nobody has received what was not asked for', () => {
    expect(understandReply('收到了', KNOWN)).toEqual({ kind: 'other' });
  });
});

describe('any text in any state', () => {
  const piece = fc.constantFrom(
    '不',
    '没有',
    '改',
    '颜色',
    '不对',
    '好',
    '收到',
    '第一个',
    'a@qq.com',
    'b@163.con',
    ' ',
    ',',
    '?',
    '换',
    '新的',
    'not',
    'good',
    '吗',
    '算了',
    '邮箱',
    '12345678',
  );
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.array(piece, { maxLength: 10 }).map((pieces) => pieces.join('')),
  );
  const asked = fc.constantFrom<Question | null>(
    null,
    { question: 'typo', address: 'b@163.con', meant: 'b@163.com' },
    { question: 'which_address', addresses: ['a@qq.com', 'b@163.com'] },
    { question: 'which_image', image: 'https://example.com/x.png' },
    { question: 'mail_arrived', address: 'a@qq.com' },
  );
  const context = fc.record({
    state: fc.constantFrom(...OPEN_IMAGE_STATES),
    asked,
    knownAddress: fc.constantFrom(null, 'k@qq.com'),
  });

  test('is understood the same each time, as what its state and question allow', () => {
    const allowed: Readonly<Record<string, (context: ReplyContext) => boolean>> = {
      change: ({ state }) => state === 'awaiting_confirm',
      remark: ({ state }) => state === 'revision',
      satisfied: ({ state }) => state === 'awaiting_confirm' || state === 'revision',
      received: ({ asked: question }) => question?.question === 'mail_arrived',
      new_image: ({ asked: question }) => question?.question === 'which_image',
      old_image: ({ asked: question }) => question?.question === 'which_image',
    };
    fc.assert(
      fc.property(text, context, (words, given) => {
        const understood = understandReply(words, given);
        expect(understandReply(words, given)).toEqual(understood);
        expect(allowed[understood.kind]?.(given) ?? true).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

test.each([
  '不做了，退款，转人工',
  '多少钱',
  '什么时候好',
  '我要投诉你们',
  'I want a refund',
  'how long will it take?',
])('%s is for others, even while we wait to hear what to change', (text) =>
  expect(understandReply(text, { state: 'revision', asked: null, knownAddress: null })).toEqual({ kind: 'other' }),
);

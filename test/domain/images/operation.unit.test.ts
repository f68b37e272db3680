// What the words of a contact ask for: a table of what is really said, in both languages, and what only sounds like it.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OPERATIONS, type Operation, operationOf, sizeOf } from '../../../src/domain/images/operation.ts';
import { Ratio, Size } from '../../../src/domain/images/requirements.ts';

describe('what is wanted', () => {
  test.each<[Operation | null, string[]]>([
    [
      'remove_bg',
      [
        '抠图',
        '帮我扣图',
        '把人物抠出来',
        '去掉背景',
        '把背景去掉',
        '背景帮我去掉可以吗',
        '换白底',
        '换成蓝底',
        '要透明底的png',
        '背景不要了',
        '不要背景，只要人',
        '背景太乱换个背景',
        '去背',
        '证件照换蓝底',
        '白底图',
        'remove the background',
        'Please remove the white background',
        'can you get rid of the background?',
        'cut out the dog',
        'Cut him out please',
        'no background please',
        "I don't want the background",
        'transparent png',
        'put it on a white background',
        "I don't like the background, remove the background",
        'make the background white',
        '不要放大，去掉背景',
        'ＲＥＭＯＶＥ　the　background',
        '去\u200b掉背景',
      ],
    ],
    [
      'enhance',
      [
        '高清修复',
        '变清晰',
        '照片太模糊了',
        '特别模糊',
        '有点糊',
        '图片不清晰',
        '看不清字',
        '无损放大，要高清',
        '提高分辨率',
        '分辨率太低了',
        '4k高清',
        '修复模糊的照片',
        'make it sharper',
        'unblur this',
        'Upscale please',
        'this photo is too blurry',
        'it is not very clear',
        'make the text clear',
        'improve the quality',
        '不要去背景，只要变清晰',
        "don't remove the background, just make it sharper",
        '不是要抠图，是变清晰',
      ],
    ],
    [
      'resize',
      [
        '改尺寸',
        '尺寸改成800*600',
        '改一下大小',
        '证件照尺寸',
        '一寸照',
        '16:9',
        '800x600',
        '裁剪一下',
        '放大到3000像素',
        '放大',
        '压缩到2M以下',
        'resize to 800x600',
        'crop it please',
        'make it bigger',
        'change the size',
        '总裁的照片改成3:4',
      ],
    ],
    [
      'fix_old_photo',
      [
        '老照片',
        '老照片变清晰',
        '旧照片修复',
        '照片发黄了',
        '有划痕和折痕',
        '黑白照片上色',
        '修复一下',
        '爷爷的老照片模糊了，要高清',
        'old photo',
        'an old family photo, make it sharp',
        'restore this',
        'remove the scratches',
        'colorize it please',
        'the picture is torn and faded',
      ],
    ],
    [
      'layered',
      [
        '分层',
        '去背景后分层',
        '要psd',
        '我要PSD源文件',
        '每个元素单独图层',
        'layers please',
        'a layered file',
        'remove the background and give me layers',
      ],
    ],
    [
      null,
      [
        '',
        '你好',
        '多少钱',
        '什么时候好',
        '不要去背景',
        '别动背景',
        '不要换背景',
        '背景不要动',
        '不要把背景去掉',
        '不需要抠图',
        '抠图就不用了',
        "don't remove the background",
        'please do not change or remove the background',
        'keep the background as it is',
        "I don't want the background removed",
        'without removing the background',
        '背景模糊一点',
        'keep the blurry background',
        '我不清楚怎么付款',
        '你糊涂了',
        '脸发黄',
        '总裁的照片',
        'made from scratch',
        '底片在吗',
        '做成老照片风格',
        '15:30过来',
        '100*2元',
        'not upscaled please, no need to resize',
      ],
    ],
  ])('%s', (operation, texts) => {
    const heard = Object.fromEntries(texts.map((text) => [text, operationOf(text)?.operation ?? null]));
    expect(heard).toEqual(Object.fromEntries(texts.map((text) => [text, operation])));
  });

  test('is told with its rule and the very words', () => {
    expect(operationOf('你好，帮我抠图，谢谢')).toEqual({ operation: 'remove_bg', rule: 'cut_out', words: '抠图' });
    expect(operationOf('800*600')).toEqual({ operation: 'resize', rule: 'named_size', words: '800x600' });
  });

  test('any text is read without a throw, and always the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const read = operationOf(text);
        expect(read === null || OPERATIONS.includes(read.operation)).toBe(true);
        expect(operationOf(text)).toEqual(read);
      }),
    );
  });
});

describe('the size', () => {
  const pixels = (width: number, height: number) => ({ size: { width, height } });

  test.each([
    ['800x600', pixels(800, 600)],
    ['800*600像素', pixels(800, 600)],
    ['改成 1920 × 1080', pixels(1920, 1080)],
    ['８００＊６００', pixels(800, 600)],
    ['800乘600', pixels(800, 600)],
    ['resize to 800 by 600 please', pixels(800, 600)],
    ['32x32px', pixels(32, 32)],
    ['32px*32px', pixels(32, 32)],
    ['宽800，高600', pixels(800, 600)],
    ['width 800, height 600', pixels(800, 600)],
    ['一寸照', pixels(295, 413)],
    ['1寸蓝底', pixels(295, 413)],
    ['二寸', pixels(413, 579)],
    ['两寸照片', pixels(413, 579)],
    ['小二寸', pixels(413, 531)],
    ['16:9', { ratio: '16:9' }],
    ['3：4', { ratio: '3:4' }],
    ['比例3比4', { ratio: '3:4' }],
    ['做成9:16竖图', { ratio: '9:16' }],
    ['比例 7:3', { ratio: '7:3' }],
    ['20*30cm', { ratio: '2:3' }],
    ['60厘米x90厘米', { ratio: '2:3' }],
    ['2x2 inch', { ratio: '1:1' }],
    ['800x600，比例16:9', pixels(800, 600)],
    ['15:30', null],
    ['今天下午9:16', null],
    ['at 9:16', null],
    ['meet 9:16 am', null],
    ['1:1还原', null],
    ['10元*2张', null],
    ['200*3元', null],
    ['100*200*300', null],
    ['9x9', null],
    ['20x30', null],
    ['90000x600', null],
    ['8x800000', null],
    ['12寸屏幕', null],
    ['二十一寸', null],
    ['订单 20251201:3:4', null],
    ['http://host:3:4/', null],
    ['', null],
  ])('%s', (words, named) => {
    expect(sizeOf(words)).toEqual(named);
  });

  test('is always one that a task can hold', () => {
    const word = fc.oneof(
      fc.nat(99_999).map(String),
      fc.constantFrom('x', '*', ':', '比', '比例', 'cm', 'px', ' ', '寸'),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), (words) => {
        const named = sizeOf(words.join(''));
        if (named?.size) expect(Size.safeParse(named.size).success).toBe(true);
        if (named?.ratio) expect(Ratio.safeParse(named.ratio).success).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

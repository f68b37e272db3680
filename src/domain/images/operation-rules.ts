// The words by which contacts, Chinese and English, say what is to be done with a picture: rules as data, in their order.
import type { WordRule } from '../messages/wording.ts';

type OperationRule = WordRule & { readonly operation: string };

const NOT_WANTED =
  /(?:不要|不用|不需要|不必|无需|不想|用不着|不是|没让你|没叫你|没说要|(?<![特个分级区类性辨识告])别)(?:再|给我|帮我|把|将|随便|乱|去|做|要|动|改|的|我的?|它|这个|图片?|照片|任何)*$|(?:\b(?:not|never|without|no need to|dont|do not)|n't)(?: (?:to|please|just|ever|even|any|the|my|want|need|have|it|you|change|touch|edit|and|or|be))* ?$/;
const CALLED_OFF =
  /^(?:的话)?(?:就|都|也)?(?:不用|不要|不需要|没必要|免)(?:了|吧|啦)?$|^ (?:is |are )?(?:not|isn't|unnecessary)\b/;
const GUARDS = { notAfter: NOT_WANTED, notBefore: CALLED_OFF };

const GROUND = '(?:背景|底色|底(?![部下片稿座层气线]))';
const COLOURED = '(?:纯?[白蓝红黑灰]|纯色|透明)色?的?(?:底|背景)';

/** Clear wishes. Layers come first, they need a cut-out themselves; an old photo is not merely unclear. */
export const OPERATION_RULES = [
  { id: 'layers', operation: 'layered', says: /分图?[层層]|[图圖][层層](?!次)|psd|\blayered\b|\blayers\b/g, ...GUARDS },
  {
    id: 'cut_out',
    operation: 'remove_bg',
    says: /[抠扣摳][图圖像]|[抠摳](?:出|下|掉|干净|一下|个)|扣出来|免抠|去背/g,
    ...GUARDS,
  },
  {
    id: 'background_off',
    operation: 'remove_bg',
    says: new RegExp(
      `(?:去掉|去除|去|删掉?|删除|移除|除掉?|[抠扣]掉?|清除|拿掉|擦掉|弄掉|消除|[换換](?:掉|个|一个|成)?|更换|替换)(?:一下|下|了|个)?(?:图片|照片|图|人物|后面|整个|所有|那个|这个|杂乱|白色|黑色|原来|的)*${GROUND}`,
      'g',
    ),
    ...GUARDS,
  },
  {
    id: 'background_goes',
    operation: 'remove_bg',
    says: /(?:背景|底色)(?:图|色|颜色|那些)?(?:都|全部?|也|给我|帮我|请|可以|能不能|能|需?要|太乱|一下)*(?:去掉|去除|去了|删|移除|抠|扣掉|[换換]|透明|拿掉|清掉|擦掉|弄掉|弄白|变白|改成|做成|[p弄][成掉]|不要(?![变动换改去抠删弄被糊虚消太]|模糊))/g,
    ...GUARDS,
  },
  {
    id: 'background_unwanted',
    operation: 'remove_bg',
    says: /(?:不要|不想要)(?:这个|那个|后面的?|原来的?)?背景(?!.{0,2}[变动换改去抠删弄被糊虚消丢没太])|(?:no|without(?: the| a| any)?|don't want (?:the|a|any|this|that)) (?:background|bg)\b(?! (?:remov|chang|touch|edit|to be|gone))/g,
  },
  {
    id: 'background_colour',
    operation: 'remove_bg',
    says: new RegExp(`(?:[换換改做变弄p加设搞]|要|配)(?:成|为|个|上|到|一个|一张)?${COLOURED}`, 'g'),
    ...GUARDS,
  },
  {
    id: 'background_off_en',
    operation: 'remove_bg',
    says: /\b(?:remov|delet|eras|cut|strip|get rid|tak|drop|clear|replac|chang|swap|mak)(?:e|es|ed|ing|ting)?\b(?: (?!it\b)\w+){0,4}? (?:background|backdrop|bg)\b/g,
    ...GUARDS,
  },
  {
    id: 'cut_out_en',
    operation: 'remove_bg',
    says: /\b(?:background|bg) (?:is |be |to be |should be )?(?:remov\w+|gone|transparent|out|off|white)\b|\bcut(?: (?:it|him|her|them|me|us|(?:the|my|this) \w+))? ?-?out\b|\bknock ?out\b|\bisolate the\b|\b(?:remove|erase|delete) every(?:thing|one|body) (?:behind|around|else)\b|\btransparent\b|\b(?:on|with) (?:a |pure )?white background/g,
    ...GUARDS,
  },
  {
    id: 'old_photo',
    operation: 'fix_old_photo',
    says: /[老旧舊]的?(?:照片?|黑白|相片|底片|相(?![机册好]))|(?:很|比较|几十年)[老前]的(?:照片|相片|图)|\bold(?: (?:\w+ ){0,3}(?:photo|picture|pic|photograph|image)s?\b)|\bvintage (?:photo|picture)s?/g,
    notAfter: NOT_WANTED,
    notBefore: /^的?(?:风格|效果|滤镜|感觉|质感)|^ (?:style|effect|filter|look)/,
  },
  {
    id: 'damage',
    operation: 'fix_old_photo',
    says: /(?:照片?|相片)(?:都|已经|有点)?[破烂坏旧]了|[发泛]黄|划痕|折痕|刮痕|裂痕|裂纹|破损|残缺|撕[坏破烂]|褪色|掉色|发霉|霉斑|虫蛀|\bfaded\b|\bscratch(?:es|ed)?\b|\bcreases?\b|\bcreased\b|\btorn\b|\bripped\b|\byellowed\b|\bwater damage/g,
    notAfter:
      /(?:脸|皮肤|肤色|牙齿?|头发|叶子?|灯光|衣服|不要|没有|不会)(?:有点|有些|很|太|都|也)*$|\bfrom $|\b(?:no|without) $/,
  },
  {
    id: 'add_colour',
    operation: 'fix_old_photo',
    says: /黑白.{0,8}(?:上色|彩)|(?:照片?|相片).{0,3}上色|上色.{0,4}(?:照片|相片)|\bcolou?ri[sz]/g,
    ...GUARDS,
  },
  {
    id: 'change_size',
    operation: 'resize',
    says: /(?:改|调整?|更换|换|变|缩|统一|裁|设)[^,。!?\n]{0,5}?(?:尺寸|大小|比例|像素|分辨率)|(?:尺寸|大小|比例).{0,3}(?:改|调|换|不对|不合适|裁|变|要|为|:)|缩[放小]|放大[到至成]|(?<![总独仲制])裁(?![判缝员决])|压缩|[变改调][大小](?!声)|证件照|(?<![\d十百])[一二两12]寸|\bresiz|\bcrop|\bre-?scale|\bscale (?:it )?(?:up|down|to)\b|\benlarge|\baspect ratio|\b(?:change|adjust|fix) (?:the )?(?:size|ratio|resolution|dimensions)|\bmake it (?:a bit |much )?(?:bigger|smaller|larger|wider)|\bcompress|\bshrink|\bpassport photo/g,
    ...GUARDS,
  },
  {
    id: 'clearer',
    operation: 'enhance',
    says: /不失真|无损|清晰|高清|超清|(?<![迷马])模?糊(?![涂弄])|变清|[变弄修更再]清楚|清楚[一点些]|看不清|锐化|画质|噪点|[去降]噪|(?:提高|提升|增强).{0,4}(?:质量|像素|分辨率)|(?:像素|分辨率).{0,3}(?:低|差|不够|高[一点些])|[变到成] ?[248]k|\b[248]k ?(?:高清|超清|画质)/g,
    notAfter: new RegExp(`(?:背景|后面)(?:要|做|给我|弄|变|稍微|再)*$|(?:说|讲|问)$|${NOT_WANTED.source}`),
    notBefore: /^(?:掉|处理)?(?:背景|人脸|车牌)|^掉|^(?:原图)?有吗|^的(?:照片|图)?有吗/,
  },
  {
    id: 'sharper',
    operation: 'enhance',
    says: /\bsharp(?:en|er)|\bun-?blur|\bde-?blur|\bblurr(?:y|ed)\b|(?:remove|fix|reduce|less) (?:the )?blur|\b(?:make|get|be) \w+(?: \w+)? (?:sharp|clear)\b|\bnot (?:very |so |really )?(?:clear|sharp)\b|\bclearer\b|\bclarity\b|\benhanc|\bup-?scale|\bsuper.?res|\bhigh(?:er)?[ -](?:quality|res|definition)|\bhd\b|\bdenois|\bgrainy\b|\bpixelated|\bout of focus|\blow.?res|\b(?:improve|increase|better) (?:the |its )?(?:\w+ )?(?:quality|resolution|picture|image|photo)|\b(?:to|in) [248]k\b/g,
    ...GUARDS,
    notIn: /\bblurr\w+ (?:background|bg)|(?:keep|leave) .*blurr/,
  },
] as const satisfies readonly OperationRule[];

/** What is looked for only when no clear wish was found. */
export const VAGUE_OPERATION_RULES = [
  {
    id: 'repair',
    operation: 'fix_old_photo',
    says: /修[复復]|复原|翻新|\brestor(?:e|ed|ing|ation)\b|\brepair/g,
    ...GUARDS,
  },
  { id: 'plain_ground', operation: 'remove_bg', says: new RegExp(`${COLOURED}|\\bplain background`, 'g'), ...GUARDS },
  {
    id: 'some_size',
    operation: 'resize',
    says: /尺寸|放大|分辨率|像素|\bupsize|\bbigger\b|\blarger\b|\bsmaller\b|\bdimensions\b/g,
    ...GUARDS,
  },
] as const satisfies readonly OperationRule[];

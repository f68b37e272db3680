// The words by which contacts, Chinese and English, take a result, want it otherwise, or answer a question of ours: rules as data.
import type { WordRule } from '../messages/wording.ts';

const NOT =
  /(?:没有?|没什么|没啥|不会|不算|不是|不觉得|并不|并非|不用|不需要|不必|无需|不要|(?<![特个分级区类性辨识告])别|毫不)(?:什么|啥|任何|觉得|感觉|再|太|很|那么|看到|发现|明显|地方|哪里|帮我|给我|需要|必要|去|继续|有|一点|点)*$|(?:\b(?:not|nothing|never|without|none|hardly|dont|no need to|do not)|(?:do|does|did|is|was|are|need)n't)(?: (?:is|was|are|be|been|at|all|to|really|that|so|very|any|need|want|have|please|see|look|too|even|feel|seem|think|it'?s|it|i|me|the|a|further))* ?$/;
/** Of the picture it says nothing. */
const ELSEWHERE = /价|钱|付款|订单|链接|收货|物流|发货|微信|电话|\b(?:price|payment|order|invoice|link|phone|refund)\b/;
const WHETHER = /^(?:吗|么|嘛|不|没)|^[^,]{0,6}(?:吗|么|嘛)\??$/;
/** What would be if: that is asked of the service, not said of the picture. */
const SUPPOSED =
  /如果|要是|万一|假如|倘若|若是|怎么办|(?:可以|能|包|给|会)(?:免费)?(?:退|改|修改|重做|赔)|\bif\b|\bwhat happens|\bin case\b/;
/** "Can it be changed?" asks whether, "can you make it brighter?" asks for it. */
const POSSIBLE =
  /(?:可以|能|可不可以|能不能|可否|支持|包|给|几次|多少次|多久|多少钱|收费|加钱|要钱).{0,3}(?:修改|改|重做|返工|调整?)(?:几次|多少次|不|吗|么|嘛|呢|的|多久|要?多少钱|要钱|收费|加钱)*\??$|(?:修改|改|重做|返工|调整)(?:一?次|一下)?(?:要|需要|得)?(?:多久|多少|收费|加钱|要钱|几天|[好完]了?(?:吗|没|么|\?))|\b(?:can|could|may) i (?:\w+ )?(?:change|edit|revise|modify|redo|ask)|\bis it possible\b.*\?|\bhow (?:many|long|much|often)\b/;

/** Wants it otherwise. */
export const CHANGE_RULES: readonly WordRule[] = [
  {
    id: 'redo',
    says: /再(?:修修|调调|弄弄)|优化|重做|重新(?:做|弄|修|处理|p|抠|来|生成|画|搞|调)|重[修弄来画]|返工|再[做弄修来p改调处](?:一?[次遍版下张个点]|理)|\bre-?do\b|\b(?:do|try|make) (?:it|this|that) (?:again|over)|\btry again\b|\bstart over\b|\b(?:another|new) (?:version|try|attempt)/g,
    notAfter: NOT,
    notIn: POSSIBLE,
  },
  {
    id: 'change_it',
    says: /(?:再|要|需要|想|帮我|麻烦|请|得|给我|还得)(?:你|您)?(?:修改|改)(?![天好完善])|修?改(?:一下|下|成|为|回|掉|动|点|一点)|改改|调(?:一下|下|成|到|整)|把[^,.!?。]{1,12}?(?:去掉|去了|删|换|改|调|弄|移|抠|加|放|修|擦|变|提|降|p)|(?:去掉|去除|删掉|删除|擦掉|抹掉|p掉)|加(?:个|上|一)|不要(?:这个|那个|这样|这种|那种)|换(?:成|个|一|掉|回)|\b(?:change|modify|adjust|fix|edit|revise|replace|brighten|darken|sharpen|rotate|straighten|lighten|soften|crop|smooth) (?:the|it|this|that|my|her|his|a|some)\b|\b(?:remove|add) (?:the|a|an|some|more|that|this|his|her)\b|\b(?:changes?|edits?|corrections?) (?:needed|required|please)|\bneeds (?:to be|more|less|some|changes|work|another)\b|\bplease (?:change|fix|adjust|edit|modify)/g,
    notAfter: new RegExp(`${NOT.source}|不$|\\bno (?:more |further |other )?$|\\bif you $`),
    notBefore: /^ ?(?:主意|时间|一天)/,
    notIn: new RegExp(`${POSSIBLE.source}|${ELSEWHERE.source}`),
  },
  {
    id: 'more_of_it',
    says: /[\u4e00-\u9fa5](?<![快早晚慢宜有差这那午上了等])一[点些](?=$|[ ,.!?。、吧呢吗嘛就啊])|(?:亮|暗|白|黑|淡|深|浅|大|小|清晰|清楚|瘦|胖|自然|鲜?艳|柔和|高|低|长|短|宽|窄|红|黄|蓝|绿|糊|锐|明显|干净|立体|厚|薄|年轻)(?:一点|点|一些|些)|更(?:亮|暗|白|清晰|清楚|自然|鲜艳|红|大|小)|\b(?:make|turn) (?:it|him|her|them|this|that|me|(?:the|my) \w+)(?: \w+){0,3}? (?:(?!(?:fast|quick|soon|cheap|lat|aft|ov|nev|und|oth)er\b)\w{2,}er|more|less|white|black|red|blue|green|bigger)\b|\b(?:a (?:bit|little)|slightly|much|even) (?:(?!(?:fast|quick|soon|cheap|lat|aft|ov|long|bett|oth)er\b)\w{3,}er|more|less)\b|\b(?:want|need|like|prefer) (?:the|it|my|his|her|this|him)(?: \w+){0,3}? (?:(?!(?:fast|quick|soon|cheap|lat|aft|ov|nev|und|oth|pap|numb|lett|ord|ev)er\b)\w{2,}er|white|black|red|blue|green|gone|removed|out)\b|\b\w{3,}er (?:skin|face|hair|eyes|colou?rs?|background|text|lines|edges|smile)\b|\bmore (?:contrast|light|colou?r|detail|natural|blue|red|green|white)|\bless (?:contrast|bright|dark|red|yellow|blue|blurry)/g,
    notAfter: NOT,
    notIn: ELSEWHERE,
  },
  {
    id: 'too_much',
    says: /太过了|过头|太(?!好|棒|赞|美|牛|绝|强|贵|慢|久|晚|谢|感|麻烦|客气|厉害|满意|喜欢|漂亮|完美|快|远|早|便宜|可以|行|忙|累|多钱|过分|可惜)[\u4e00-\u9fa5](?:了|$|[,.!?。一的])|太(?:过)?(?:模糊|生硬|夸张|暗|亮|白|黑|大|小|假)|有点(?:暗|亮|黑|白|糊|模糊|假|淡|深|浅|歪|红|黄|怪|奇怪|丑|不)|\btoo (?:dark|bright|light|small|big|large|blurry|red|yellow|blue|green|white|black|much|little|soft|sharp|strong|thin|fat|pale|warm|cold|fake|close|far|low|high)\b/g,
    notAfter: NOT,
    notIn: new RegExp(`${ELSEWHERE.source}|thank`),
  },
  {
    id: 'would_be_better',
    says: /(?:如果|要是|假如)能?.{1,20}?就(?:更|太)?(?:好|完美)|\b(?:would|could|might) be (?:better|nicer|perfect|great) if\b/g,
    notIn: ELSEWHERE,
  },
  {
    id: 'colour',
    says: /颜色.{0,4}?(?:不|怪|变了|深了|浅了|差)|偏[色黄红绿蓝暗亮白]|\bwrong colou?rs?\b|\bcolou?rs? (?:is|are|looks?|seems?) (?:all |too |a bit |still )?(?:wrong|off|bad|different|weird|strange|not)\b/g,
    notAfter: NOT,
    notBefore: /^错|^(?:用|需要|要)?(?:改|变|动|换)|^(?:吗|么)/,
  },
  {
    id: 'defect',
    says: /变形|(?<!不)失真|(?:脸|人|样子|五官|眼睛|表情|发型|衣服|形状)(?:都|也|全)?变(?:了|样)|(?:水印|字|痕|背景|影子?|路人|边|瑕疵)(?:都|也)?还(?:是)?在|还有(?:点|些)?(?:水印|字|划痕|痕迹|瑕疵|[黑白毛]边|阴影|背景)|(?:区别|差别|变化)(?:不大|很小|不明显)|看不清|^不(?:太)?清楚|毛边|白边|锯齿|(?<!没)歪|没(?:有)?(?:去|抠|弄|修|改|处理|换|擦|清)(?:掉|干净|好|到|完|过)|(?:去|抠|弄|修|处理|擦|清)得?不(?:掉|干净|好|行)|不(?:够|太|是很|怎么)?(?:干净|自然|清晰|像|一样|协调|真实|完整|够亮|够清)|漏了|(?:少|多)了(?:个|一|只|条|根|块)|[做弄改p修字]错|残留|不够[\u4e00-\u9fa5]|没(?:去|抠|弄|修|改|换|擦|清)(?=$|[,.!。])|不搭|突兀|别扭|怪怪|奇怪|违和|还是(?:很|太|有点)?(?:糊|模糊|不|暗|黑)|(?:没有?|看不出)(?:什么|任何)?(?:变化|区别|改善)|\b(?:distorted|cropped off|cut off|pixelated|blurry|overexposed|crooked|stretched)\b|\b(?:is|are|still) missing\b|\bmissing an? \w+|\bthere(?:'s| is| are) still\b|\b(?:is|are) still (?:there|visible|in|too)\b|\bshould (?:be|have|look) (?!fine|good|ok|here|ready|delivered|enough|possible|able|in your)|\bnothing (?:has )?changed\b|\bno difference\b/g,
    notAfter: NOT,
    notBefore: WHETHER,
    notIn: ELSEWHERE,
  },
  {
    id: 'dissatisfied',
    says: /不(?:是)?(?:很|太|怎么|大|够|十分|特别)?(?:满意|好看|喜欢|理想)|不(?:太)?好|不(?:太)?行|不(?:太)?对(?![称起])|差(?:太多|远|很多|点意思|太远|强人意)|效果.{0,3}(?:差|一般|不)|不怎么样|(?:很|太|好|真|有点|特别)丑|难看|失望|一般般|不是我(?:要|想要|说|发|本人)|不是这(?:种|样|个)|(?:什么|啥)(?:玩意|鬼)|[做弄修p]的(?:这)?(?:是)?(?:啥|什么)(?!格式|软件|尺寸)|有(?:点|些|很多|个)?(?:小)?问题/g,
    notAfter: new RegExp(`(?:行|好|对|是|可|有没|也没|方便|看懂|算)$|${NOT.source}`),
    notBefore: /^(?:吗|么|嘛|\?|意思|说|改|办|处理|弄|评|找|抠|做|起|用|需要|想|要|再联系|随时)/,
    notIn: new RegExp(`${SUPPOSED.source}|${ELSEWHERE.source}|\\d点|时间|身体|邮箱`),
  },
  {
    id: 'dissatisfied_en',
    says: /\b(?:not|isn't|aren't|wasn't|doesn't (?:look|seem)) (?:(?:really|very|so|quite|that|at all|too|looking) )?(?:good|right|great|happy|satisfied|acceptable|clear|sharp|enough|pretty|nice|natural|like this|what i|correct)\b|\b(?:don't|do not|didn't) (?:really |much )?like\b|\b(?:doesn't|does not|don't|do not|didn't) look\b|\bnot what i\b|(?<!what )\bi (?:asked|wanted|told you)\b(?! how| when| about| if| to)|\byou (?:forgot|missed)\b|\b(?:unreadable|illegible)\b|\b(?:bad|terrible|awful|ugly|horrible|wrong|worse|unacceptable|disappoint\w*|unhappy|dissatisfied|unsatisfied)\b|\blooks? (?:so |very |a bit |too |really )?(?:weird|off|strange|fake|odd)\b/g,
    notAfter: new RegExp(`${NOT.source}|\\btoo $|\\bwhat(?:'s| is) $`),
    notBefore: /^ ?(?:number|person|chat|shop|window|day|file)/,
    notIn: new RegExp(`${SUPPOSED.source}|${ELSEWHERE.source}|\\bis that (?:bad|wrong)\\b`),
  },
];

const ASKED = /(?:吗|么|嘛|呢|没有?|不)\s*\??$|\?$|的话/;

/** Takes it as it is. */
export const SATISFIED_RULES: readonly WordRule[] = [
  {
    id: 'satisfied',
    says: /没(?:有|什么|啥|有什么)(?:不好|不满意|不对|不满|意见|问题|毛病|要改|需要改)|就它|就按这|太[赞美牛绝]了|厉害|满意|完美|(?:很|挺|蛮|非常|太|真|超级?|还|相当|特别|好)(?:好(?![奇像玩笑吃多久几难慢贵意友评])|棒|不错|可以|漂亮|好看|清楚|清晰|自然|逼真|喜欢|行)|好[嘞滴哒]|杠杠|不错|好看|漂亮|可以[了的]|没(?:有)?问题|没毛病|没意见|就(?:是|要|用|选)?这(?:样|张|个)|定稿|好多了|不(?:用|需要|必)(?:再)?(?:修?改|调)了?(?=$|[^\u4e00-\u9fa5]|谢|吧|啦|亲|哈)|不改了/g,
    notAfter: /(?:不|没|没有|不是|不够|不太|不怎么|有|怎么才能?|怎样才能?|更|要|想要?|希望|弄|做|修|调|比较|如果|才)$/,
    notBefore: /^(?:度|奇|像)/,
    notIn: ASKED,
  },
  {
    id: 'satisfied_en',
    says: /\bperfect(?:ly)?\b|\blooks? (?:(?:very|really|so|pretty|all|quite) )?(?:good|great|nice|perfect|fine|amazing|lovely|beautiful|awesome|fantastic|right|ok|okay)\b|\b(?:it|this|that|everything|all)(?:'s| is| are)? (?:(?:very|really|so|all|just|quite) )?(?:good|great|fine|lovely|beautiful|excellent|ok|okay|correct|nice)\b|\b(?:love|like) (?:it|this)\b|\b(?:happy|satisfied|pleased) with\b|\b(?:very|really|so|am|i'm) (?:happy|satisfied|pleased)\b|\bnot bad\b|\bnothing(?: is|'s)? wrong\b|\bexactly what i\b|\bfine (?:by|with) me\b|\blooking (?:good|great|nice)\b|\bnice one\b|\bno complaints?\b|\bgood enough\b|\bwell done\b|\b(?:good|great|nice|amazing) (?:job|work)\b|\bno (?:more |further )?(?:changes|edits)\b|\bdon'?t change (?:it|anything|a thing)\b|\bworks for me\b|\b(?:that|this|it) works\b|\bsuper (?:happy|good|nice)\b|\bgood to go\b|\bthat'?(?:s| will|ll) (?:it|do)\b|\bgo ahead\b|\bapproved?\b|\b(?:excellent|awesome|fantastic|amazing|wonderful)\b/g,
    notAfter: /(?:\bnot|n't|\bnever|\bif|\b(?:would|could|should|to) be|\bdo you|\bhardly|\bless than)(?: \w+)? ?$/,
    notIn: /\?$/,
  },
];

/** In the midst of a change: leave it as it is. */
export const DONE_RULES: readonly WordRule[] = [
  {
    id: 'leave_it',
    says: /算了|(?:不用|不要|不需要|不必|不|别)(?:再)?(?:修?改|重做|弄|调|换|动)(?:了|啦|吧|它)*(?=$|[\s,.!?;:。、~]|谢|亲|哈|老板|麻烦)|就(?:用|要)?(?:这样|这张|这个|原来)(?:吧|了|就行|就好|好了|挺好)*|没事了?(?=$|[\s,.!。~])|没关系|\bnever ?mind\b|\bforget (?:about )?it\b|\bleave it\b|\b(?:it|that|this)(?:'s| is) (?:fine|ok|okay|good|perfect)\b(?! but)|\bno (?:more |further )?changes\b|\bdon'?t (?:change|bother|redo)(?: it| anything| a thing)?(?=$|[\s,.!])|\bkeep it (?:as|like|this)\b(?: (?:it is|this|way|is))?|\bno need(?: to (?:change|redo)(?: it| anything)?)?\b|\ball good\b/g,
    notIn: /\?$/,
  },
];

export const NEW_IMAGE_RULES: readonly WordRule[] = [
  {
    id: 'new_image',
    says: /(?:换|改|用|做|要|选|处理)(?:成|为|上|掉)?(?:这|新|后|刚|最新|第[二2])|新的|新图|新发的|(?:这|后面|后一|刚[才发]?的?那?|最后|第[二2])[张个幅]|刚(?:才)?发的|\b(?:the )?(?:new|newer|latest|last|second|2nd) (?:one|image|picture|photo|pic)\b|^(?:the )?(?:new|latest|second|this)(?: one)?[.! ]*$|\bthis one\b|\breplace (?:it|the (?:old|first))|\b(?:instead of|not) the (?:old|first)/g,
    notAfter: /(?:不|不要|不用|不是|别)(?:换|用|做|要)?$|\b(?:not|n't|instead of|replace)(?: \w+)? ?$/,
    notBefore: /^.{0,4}(?:颜色|太|不对|不好|有点)|^ (?:is|looks) (?:too|not|wrong)/,
  },
];

export const OLD_IMAGE_RULES: readonly WordRule[] = [
  {
    id: 'old_image',
    says: /(?:原来|之前|先前|上一|前面|前一|前边)(?:的|那|一)*[张个幅]?|上[张个]|旧的|老的|第[一1][张个]|那张|(?:不|别)(?:用)?换|继续|\b(?:the )?(?:old|older|first|1st|previous|original|earlier|former) (?:one|image|picture|photo|pic)\b|^(?:the )?(?:old|first|original|previous)(?: one)?[.! ]*$|\bkeep (?:the )?(?:old|first|going|it)|\bgo on\b|\bcontinue\b/g,
    notAfter:
      /(?:不|不要|不用|不是|别|换掉?|替换|代替|换下|刚(?:才|发的)?)$|\b(?:not|n't|instead of|replace)(?: \w+)? ?$/,
  },
];

export const NOT_ARRIVED_RULES: readonly WordRule[] = [
  {
    id: 'not_arrived',
    says: /没(?:有)?(?:收|看|见|找|接|拿)到?|还没有?|没有(?![问什])|没到|未收到|收不到|再发一?[次遍下]|重新?发|(?:\bnot|n't|\bnever|\bnothing|\bno mail|\bno email)\b.*\b(?:received?|arrived?|got|get|come|came|there|see|found|find|yet|mail|email)\b|^(?:no|nope|not yet|没)[.! ]*$|\bsend (?:it )?again\b|\bresend\b|\bnot yet\b|\bstill waiting\b|\bnothing (?:arrived|came|yet|here|there)/g,
  },
];

export const ARRIVED_RULES: readonly WordRule[] = [
  {
    id: 'arrived',
    says: /(?:已经?|我)?收到|(?:看|找|拿|下载)到了|到了|有了|在垃圾(?:箱|邮件)|\b(?:received|arrived|got (?:it|the)|i have it|it(?:'s| is) (?:here|there)|it came|found it|in (?:the |my )?(?:spam|junk|inbox))\b|^(?:yes|yep|yeah|是的?|嗯+|有|对的?|ok|好的?)(?:[,!. 。~]*(?:谢谢|thanks|thank you))?[.!。 ~]*$/g,
    notAfter: /(?:没有?|未|不|怎么|如果|等|还没)$|\b(?:not|n't|never|if|when)(?: \w+)* ?$/,
    notIn: /(?:吗|么)\??$/,
  },
];

/** Meant for the service, not for whoever draws. */
export const ELSEWHERE_RULES: readonly WordRule[] = [
  {
    id: 'person',
    says: /转?人工|真人|活人|找(?:个)?(?:客服|人)|有人吗|\b(?:human|real person|agent|someone real|representative)\b/g,
  },
  { id: 'money', says: /退款|退钱|退单|多少钱|什么价|价格|收费|加钱|\b(?:refund|money back|how much|price|cost)\b/g },
  { id: 'complaint', says: /投诉|举报|差评|\b(?:complain|complaint)\b/g },
  { id: 'time', says: /多久|什么时候|几点|几天|好了(?:没|吗)|\b(?:how long|when will|what time|how soon)\b/g },
];

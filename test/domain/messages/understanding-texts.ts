// What contacts write, labelled by hand with all that it says: both languages, with slips, refusals, quotes, sarcasm and mixtures, and as
// many texts that only look like it. The rules are held against them here and in the bench, where no other data is.
import type { Intent } from '../../../src/domain/accounts/understanding-settings.ts';

export type Labelled = { readonly text: string; readonly intents: readonly Intent[] };

/** One text a line. */
function saying(intents: readonly Intent[], lines: string): Labelled[] {
  return lines
    .trim()
    .split('\n')
    .map((text) => ({ text: text.trim(), intents }));
}

export const TEXTS: readonly Labelled[] = [
  ...saying(
    ['wants_person'],
    `
    转人工
    人工
    人工客服
    客服
    真人
    人工！！！
    人工人工人工
    人 工 客 服
    转 人工
    转*人*工
    轉人工
    轉人工客服，謝謝
    请帮我转接人工客服，谢谢
    能不能转人工啊
    可以转人工吗
    怎么转人工
    为什么不能转人工
    怎么还不给我转人工
    要怎么才能找到人工
    我要人工
    我要找人工客服
    给我转人工
    麻烦转一下人工
    帮我接通人工
    转接真人客服
    切换人工
    我想和真人说话
    我想跟人聊，不想跟机器聊
    能不能找个真人来
    有没有活人啊
    有人吗
    有人在吗？
    有真人吗
    叫你们经理来
    让你们负责人跟我说
    我要见你们领导
    找个能管事的
    叫你们主管过来
    换个人跟我说
    我不想和机器人说话
    不要机器人，我要人工
    我要的不是机器人
    机器人听不懂我的话，转人工吧
    你这个机器人根本解决不了
    转人公
    转人功
    传人工
    转仁工
    砖人工
    转入工
    转人工客福
    人工克服
    人公客服
    找客付
    转接人工客副
    转真仁
    zhuanrengong
    转rengong
    ｒｅｎｇｏｎｇ
    你好，人工
    你好 人工
    直接人工吧
    人工在吗
    人工服务在哪里
    人工客服怎么联系
    联系客服
    我要联系在线客服
    请安排专人跟我对接
    来个人处理一下
    有没有人管一下
    我找真人问点事
    转到人工那边
    不是说了吗转人工
    要不要这么麻烦，直接转人工不行吗
    我不是要咨询价保，帮我叫个真人来
    请给我换人工坐席
    接人工
    找人工找人工找人工
    转‮人工
    转​人工
    帮我转agent
    转human please
    想要真人 agent 帮忙
    I want to talk to a human
    can I speak to a real person please?
    human
    agent
    Agent please
    HUMAN!!!
    operator
    live chat
    talk to an agent
    speak to representative
    connect me to an agent
    please transfer me to a live agent
    put me through to your manager
    let me speak with your supervisor
    get me a human
    give me a real person
    I need a human being
    I would like to speak to customer service
    how do I reach a human?
    how can i get in touch with someone
    is there a real person I can talk to?
    can someone real talk to me
    who can I talk to?
    I don't want to talk to a bot
    stop with the bot, I need a person
    no more robots
    your bot does not understand me
    I can't reach a human
    I don't know how to contact an agent
    why can't I talk to a person
    i wnat to tlak to an agnet
    speek to a represenative
    conect me with a suport agent
    talk to custmer servise
    asistant please let me talk to a ooerator
    i want to speak with a humna
    chat wiht somebody
    talkto a person
    can uhelp me speak to a human agent
    plz transfer 2 agent
    I need to speak with someone about my order
    pleeeease let me talk to a humaaaan
    escalate this to a supervisor
    I'd rather speak to a person
    forward me to the support team
    i have to contact an assistant
    I want to be connected to an operator
    any human here?
    human help
    `,
  ),
  ...saying(
    ['wants_person', 'urgency'],
    `
    赶紧转人工
    马上给我转人工，急
    快点给我接人工
    I need to talk to a human right now
    urgent, connect me to an agent
    `,
  ),
  ...saying(
    ['wants_person', 'complaint'],
    `
    再不转人工我就投诉
    不给我转人工我就打12315
    叫你们经理来，不然我找律师
    Get me a manager or I will call my lawyer
    I want to speak to someone about a complaint
    `,
  ),
  ...saying(
    ['wants_person', 'refund'],
    `
    我要退款，转人工
    退款 人工
    I want a refund, let me talk to an agent
    `,
  ),
  ...saying(
    ['wants_person', 'anger'],
    `
    什么破机器人，转人工
    气死我了，给我找个活人
    this is ridiculous, give me a human
    this bot is useless, let me chat with somebody
    I'm tired of talking to a machine
    you are not helping, I want an operator
    别用机器人敷衍我了行吗
    I want to speak to a damn person
    `,
  ),
  ...saying(
    [],
    `
    不用转人工
    不用转人工了，我自己看看
    不要人工
    别转人工
    别给我转人工
    先不转人工
    我不需要人工客服
    不想找客服了
    暂时不用人工
    没必要转人工吧
    我没说要转人工
    转人工就不用了
    「转人工」是什么意思
    “人工客服”是啥意思
    转人工的英文怎么写
    现在客服不知道是不是在忙
    人工智能是什么
    人工智障是什么梗
    附近有个人工湖
    人工降雨是怎么回事
    这是人工草坪吗
    人工呼吸怎么做
    人工养殖的鱼好吃吗
    是人工缝制的吗
    订单显示转人工审核
    昨天人工客服说今天发货
    我已经跟客服沟通过了
    客服你好
    客服小姐姐真漂亮
    你们的客服真好
    有人均100元的餐馆吗
    有人用过这款吗
    换个人信息在哪里
    转入公司账户可以吗
    真人试衣图有吗
    我要真人模特的照片
    克服困难
    我想买个机器人玩具
    扫地机器人怎么用
    我不是机器人，为什么要我验证
    找个人民公园附近的酒店
    你好
    在吗
    这个餐厅几点开门
    帮我推荐一家酒店
    附近有什么好玩的
    电话是多少
    今天天气不错
    这个怎么用
    什么时候发货
    快递到哪里了
    谢谢你的帮助
    地铁怎么走
    I don't need a human
    I don´t need a human
    I do not want to talk to an agent
    no need for an agent
    please don't transfer me to a human
    no human needed
    I'd rather not speak to anyone
    what does 'talk to an agent' mean?
    what is the meaning of "live agent"
    someone stole my bag
    someone used my card without asking
    how do person to person transfers work
    can I pick it up in person
    it was a human error
    is human hair used in this wig?
    I work as a travel agent
    my real estate agent gave me your address
    do you ship to Buenos Aires
    do I need to speak to a representative to change my pin?
    is there a live tracking link
    my manager asked me to order ten of them
    I will ask my assistant to pick it up
    can I send money to another person
    does the operator theatre accept visitors
    I live in the US
    hello
    where is my parcel
    how do I reset my password
    what time do you open
    can you recommend a hotel
    thanks for your help
    I am not a robot
    a robot vacuum for my mother
    which washing machine is quieter
    the customer is always right
    I need assistance with my login
    I wish I could speak Chinese
    `,
  ),
  ...saying(
    ['complaint'],
    `
    我要投诉
    我要投诉你们
    怎么投诉
    投诉电话多少
    我要投拆你们店
    我要去12315举报你们
    打12345热线
    找消协
    我去消费者协会反映
    黑猫投诉见
    去黑猫曝光你们
    我要起诉你们
    等着收律师函吧
    我已经咨询过律师了
    咱们法院见
    走法律程序吧
    再这样我就报警了
    你们这是诈骗
    骗子公司
    你们虚假宣传
    卖假货，退一赔三
    申请平台介入
    让淘宝小二介入吧
    我要求赔偿损失
    这个损失怎么赔
    我的账号被盗了
    你们泄露了我的个人信息
    不处理我就给差评
    我要给你们打一星
    工商局的电话我也有
    我要維權
    投 诉
    I want to make a complaint
    I'd like to file a complaint against your company
    how do I lodge a complaint
    i want to file a complant
    I have a complaint about my order
    I'm going to sue you
    you will hear from my lawyer
    my attorney will contact you
    I will take legal action
    see you in court
    I'm reporting you to the BBB
    I will report this company to trading standards
    you are scammers
    this is a scam
    your shop is a rip-off
    you cheated me
    I was lied to by your sales team
    I will leave a one star review
    I'm not happy with your service
    very disappointed with how this was handled
    i want to lodge a consumer reclamation
    I'll go to the police
    `,
  ),
  ...saying(
    [],
    `
    我不想投诉，就问问
    我不是来投诉的
    撤销投诉
    我被人投诉了怎么办
    照片曝光过度怎么修
    法院附近有停车场吗
    公安局旁边那家餐馆
    我是律师，想买一套西装
    工商银行的卡可以付吗
    接到诈骗电话
    I have no complaints
    I'm not going to sue anybody
    I can't complain
    do you have tennis courts
    I am a lawyer looking for a suit
    power of attorney form
    `,
  ),
  ...saying(
    ['anger'],
    `
    垃圾
    你们是垃圾吗
    滚
    滚蛋
    气死我了
    我真的很生气
    你们太过分了
    服务太差了
    什么态度
    什么破系统
    态度这么差
    真是无语了
    烦死了
    答非所问
    你在忽悠我吧
    太坑爹了
    受不了你们了
    敷衍我是吧
    对你们非常失望
    没人理我
    怎么都没人回复
    我都说了三遍了
    等了半天了
    都催了好几次了
    呵呵，你们可真行
    服务真好啊，三天了还没回我
    你是智障吗
    傻逼
    tmd
    离谱
    再也不来你们家买了
    this is ridiculous
    this is unacceptable
    worst service ever
    you are useless
    are you stupid
    what the fuck
    I am so angry
    I'm furious
    I'm sick of this
    this is so frustrating
    you're not helpful at all
    you aren't being helpful
    what a joke
    I've asked three times already
    nobody answers
    how many times do I have to repeat myself
    thanks for nothing
    great service, still waiting after two weeks
    oh wonderful, another automated reply that helps with nothing
    shame on you
    rediculous
    terible experience
    `,
  ),
  ...saying(
    [],
    `
    我没有生气
    别生气嘛
    垃圾桶有多大
    垃圾分类怎么分
    滚筒洗衣机有吗
    这个要求不过分吧
    你不是垃圾
    哈哈哈哈
    一点也不失望
    the service was not bad
    I'm not angry
    not a terrible choice
    do you sell trash cans
    `,
  ),
  ...saying(
    ['urgency'],
    `
    急
    急急急
    很急
    着急用
    急用，麻烦处理一下
    在线等
    马上给我处理
    请尽快回复
    快点
    赶紧的
    尽快发货
    立刻处理
    今天必须发出来
    明天就要用了
    来不及了
    能不能加急
    十万火急
    催一下
    等不及了
    麻烦抓紧
    我赶时间
    urgent
    this is urgent
    ASAP
    as soon as possible please
    I need it today
    I need this by tomorrow
    right now
    please hurry
    it's an emergency
    immediately
    I can't wait any longer
    my account was hacked
    we are losing money every minute
    I'm flying tomorrow
    urgnt
    `,
  ),
  ...saying(
    [],
    `
    不急
    不着急，慢慢来
    不用马上处理
    我马上下单
    我马上到
    急诊室在哪
    紧急出口在哪里
    no rush
    it's not urgent
    no hurry at all
    nothing urgent
    take your time
    `,
  ),
  ...saying(
    ['refund'],
    `
    我要退款
    怎么退款
    退钱
    把钱退给我
    还我钱
    钱什么时候退
    退款到账了吗
    怎么还没退款
    为什么不给我退款
    可以退押金吗
    申请仅退款
    全额退款
    退我运费
    我要退欵
    要求退費
    定金能退吗
    钱怎么还没到账
    I want a refund
    can I get my money back
    give me my money back
    where is my refund
    how do I get reimbursed
    I expect a reimbursement
    refund my order
    i want a refnd
    get a restitution of my money
    request a compensation for the delay
    please return my money
    `,
  ),
  ...saying(
    ['refund', 'after_sale'],
    `
    衣服破了个洞，我要退款
    质量太差，退货退款
    it arrived broken, I want a refund
    wrong item, refund please
    `,
  ),
  ...saying(
    [],
    `
    不用退款了
    我不想退款
    取消退款申请
    I don't want a refund
    no refund needed
    `,
  ),
  ...saying(
    ['after_sale'],
    `
    我要退货
    可以换货吗
    能退换吗
    收到就坏了
    屏幕碎了
    漏水了
    少发了一件
    发错货了
    质量有问题
    东西有瑕疵
    用不了
    开不了机
    保修多久
    怎么维修
    尺码不合适
    颜色发错了
    运费险怎么用
    七天无理由可以吗
    跟图片不符
    食品过期了
    衣服掉色
    一直没收到货
    I want to return this item
    how do I return my order
    can I exchange it for a bigger one
    it arrived damaged
    the zipper is broken
    it doesn't work
    it stopped working after a week
    I received the wrong item
    there is a part missing
    is it still under warranty
    I need a replacement
    the screen is cracked
    my package never arrived
    it's too small
    not as described
    `,
  ),
  ...saying(
    [],
    `
    没有坏，挺好的
    会不会容易坏
    7天酒店在哪里
    有问题我再问你
    what is the exchange rate
    please return my call
    I will return to the shop tomorrow
    `,
  ),
  ...saying(
    ['price_talk'],
    `
    多少钱
    这个怎么卖
    什么价
    价格多少
    能便宜点吗
    可以优惠吗
    有优惠券吗
    打折吗
    打个八折行不行
    太贵了
    有点贵
    少点呗
    最低多少
    包邮吗
    抹个零吧
    100块卖不卖
    80元行吗
    再少10块
    能不能再低一点
    一口价50成交吗
    小刀一下
    超出我的预算了
    買兩件有優惠嗎
    how much is it
    what's the price
    how much does shipping cost
    can you give me a discount
    any coupon codes?
    it's too expensive
    can you do it cheaper
    what's your best price
    would you take $50
    I'll give you 30 for it
    knock 10 off and I'll buy it
    free shipping?
    can we negotiate
    lower the price please
    dicount?
    `,
  ),
  ...saying(
    [],
    `
    贵公司在哪里
    贵州有什么好吃的
    珍贵的礼物
    最低温度是多少度
    how much longer will it take
    `,
  ),
  ...saying(
    ['confirmation'],
    `
    好的
    可以
    嗯
    没问题
    确认
    确认无误
    对的
    是的
    行，就这样
    ok
    OK的
    好的，谢谢
    就这么定了
    成交
    同意
    收到，谢谢
    那就这个吧
    可以，发货吧
    没问题，下单吧
    我确认
    yes
    yes please
    sure
    okay, go ahead
    confirmed
    sounds good
    that's correct
    looks good to me
    deal
    I agree
    I confirm the order
    I'll take it
    perfect, thanks
    no problem
    got it
    `,
  ),
  ...saying(
    [],
    `
    不行
    不可以
    我再确认一下时间
    还没确认
    可以吗
    好的餐馆有哪些
    不同意
    no
    not sure
    I don't agree
    I can't confirm that
    yesterday was fine too
    `,
  ),
  ...saying(
    ['change_request'],
    `
    我想改一下地址
    改地址
    帮我修改收货地址
    能换个颜色吗
    换成红色的
    地址写错了
    拍错了，想换一个尺码
    把数量改成两件
    电话号码填错了
    可以更改配送时间吗
    我要修改订单
    换一款
    预约时间能不能改到下午
    把备注里的颜色换成蓝色
    再加一件
    I want to change my address
    can I change the delivery date
    edit my order
    please update my phone number
    I need to modify order 123
    I entered the wrong address
    add an item to my order
    remove the socks from my order
    can you switch it to the blue colour
    I ordered the wrong size
    make it two instead
    I want a different size
    chnage my shiping adress
    reschedule my appointment
    `,
  ),
  ...saying(
    [],
    `
    改天再说
    不用改了
    不换了
    换口味
    I won't change my mind
    did you change the website?
    `,
  ),
  ...saying(
    ['wants_person'],
    `
    转接人工台
    可以帮我转一下人工客服吗
    我想咨询人工
    人工客服在线吗
    麻烦帮我找一下人工客服谢谢
    我需要人工帮助
    我需要人工服务
    需要和客服人员沟通
    接通客服
    给我接客服
    请转接至人工座席
    你帮我找个人来解决
    你们有没有真正的客服
    我不跟机器说话
    你是机器人吧，给我转人
    我要跟你们老板讲话
    给我一个能解决问题的人
    叫人来！
    能不能有个人来回答我
    有没有人能帮我一下
    怎样才能联系到人工客服
    人工客服电话多少
    人工在哪里
    转人工转人工转人工转人工
    转人工，谢谢！
    转人工呗
    快转人工
    你好转人工
    请 转 人 工
    帮忙转下人工
    我要转人工服务
    请人工客服介入
    请人工处理
    让人工来
    让真人回复我
    叫真人客服出来
    换个客服
    换一个客服跟我聊
    我要求人工
    要真人
    要人工！
    想找客服聊聊
    找售后客服
    我要联系店主
    有活人在吗
    是不是没有真人客服啊
    你们都是机器人吗有没有真人
    转人攻
    找人公
    转入人工
    转人工可服
    我要转任工
    人工克服在吗
    我要找人工课服
    传接人工
    转zhenren
    我要找kefu
    别再自动回复了
    不要再自动回复了，找个活人
    能让我和工作人员通话吗
    可以和工作人员说吗
    转高级客服
    请给我转到投诉部门
    给我转到售后人工
    不要智能客服要人工客服
    我不要跟机器人聊，给我真人
    可不可以不要机器人
    除了机器人还有别人吗
    召唤人工
    呼叫人工客服
    接入人工客服
    进入人工服务
    人工人工
    人工？
    人工！！
    人工~
    人工啊
    人工呢
    【人工】
    “人工客服”
    转"人工"
    我想转人工但找不到按钮
    人工按钮在哪
    I'd like to talk to a real human being please
    could you put me in touch with someone
    can i have a human
    Let me talk to somebody!!
    Could I speak with an actual human?
    customer service representative
    Representative!
    real person please
    can a human answer me
    is anybody there?
    someone please talk to me
    I wanna speak with ur manager
    transfer me
    connect to human
    connect me with customer care
    switch me to a human agent
    agent agent agent
    get me an agent now
    i demand to speak to a supervisor
    Not a bot please
    I want to speak with a live representative
    how can I talk to support
    i need to talk w/ someone
    I need someone to talk to
    please have someone call me
    can you get a human to help me
    pass me to a colleague
    where can I find a human to talk to
    may I speak to the person in charge
    I want to discuss this with a person
    hand me over to a human
    I keep getting the bot, human please
    can u connet me to humen
    speak too a persn
    i wann talk 2 a humman
    want t ospeak with agent
    repesentative please
    give me your supervisr
    custmer suport agent plz
    `,
  ),
  ...saying(
    ['wants_person', 'anger'],
    `
    机器人太蠢了，我要跟人说话
    听不懂人话吗，换人
    `,
  ),
  ...saying(
    [],
    `
    不需要转人工，谢谢
    谢谢，不用人工客服了
    别再给我转人工了
    我才不要人工呢
    不用麻烦人工了
    不必转接人工
    人工费怎么算
    人工成本太高
    这是人工做的还是机器做的
    人工安装费用
    人工耳蜗能报销吗
    手工和人工有什么区别
    需要人工搬运吗
    客服说今天能到
    客服让我等三天
    刚才的客服态度很好
    你们客服几点下班
    客服电话打不通
    上次客服答应退我的
    谢谢客服
    我是做客服的
    我的工作是人工审核
    真人秀几点播
    这是真人照片吗
    找人代付可以吗
    换人民币
    换个人头像
    你们的机器人很好用
    有人推荐我来的
    有人吃过吗
    没有人不喜欢吧
    家里没人，快递放门口
    找不到地址
    专人送货吗
    转账给客服了
    人工湖附近的酒店
    老板人真好
    领导说要开发票
    我要给领导买礼物
    I don't want to speak to anyone
    please do not connect me to an agent
    I do not need an agent, thanks
    never mind the agent
    no thanks, no human
    are you human?
    does a human review this?
    human resources department address
    person to person payment
    I bought it in person
    someone else received my package
    somebody took money from my account
    can someone else pick up my order
    I want to send this to someone
    I want to transfer money to someone
    I sent money to the wrong person
    contact details of the seller
    my agent booked the room
    call me a taxi
    talk to you later
    nice talking to you
    I spoke with an agent yesterday and it was resolved
    the representative was very kind
    how many people can use it
    I need a personal loan
    live in person
    operator precedence in javascript
    cleaning agent for carpets
    is this real leather
    I want a real one not a fake
    do you have a manager position open
    I want a customer account
    what does representative mean
    how do I contact the courier
    can I talk about my order
    can I call from abroad
    I want to give it to a person I love
    `,
  ),
  ...saying(['price_talk'], '人工智能客服怎么收费\n人工翻译多少钱\n机器人多少钱一个\nagent fee\nwhat is an agent fee'),
  ...saying(['urgency'], 'someone hacked my account'),
  ...saying(
    ['wants_person'],
    `
    转不了人工
    打不通人工
    一直没有人工
    没人工吗
    没有客服吗
    客服人呢
    客服怎么不回消息
    帮我催一下人工
    我要求助人工
    转接专家
    必须人工
    还是人工吧
    真人在线吗
    真人回复一下
    谁是负责人
    我特别想找真人聊聊
    把你们经理电话给我
    我就要人工
    有真人客服么
    人工回复
    let me talk with your boss
    get somebody on the phone
    call me back please
    I want a callback from an agent
    this is going nowhere, agent
    need live support
    I wish to speak to an advisor
    `,
  ),
  ...saying(
    [],
    `
    你是真人吗
    是正品吗，不是假货吧
    这个报警器怎么安装
    客服几点上班
    我上午找过人工客服了
    请问人工和自动有什么区别
    能帮我叫个快递吗
    千万别转人工
    我说了不要人工
    are you a real person?
    am I talking to a human
    I talked to an agent already
    is there an agent near me
    I want to buy a gift for someone
    I need to talk to my manager first
    I will never talk to your agent again
    how do I become an agent
    your customer service was great
    I want to call a taxi
    这张图没有真人模特吗
    我要没有人工色素的
    `,
  ),
  ...saying(['wants_person', 'after_sale'], '请帮我联系售后'),
  ...saying(['price_talk', 'urgency'], '多少钱，急用\nhow much is it, I need it today'),
  ...saying(['anger', 'complaint'], '垃圾店，我要投诉你们\nthis is ridiculous, I am going to sue you'),
  ...saying(['anger', 'refund'], '气死我了，退钱\nworst shop ever, give me my money back'),
  ...saying(['complaint', 'refund'], '不退款我就投诉\nrefund me or I will file a complaint'),
  ...saying(['change_request', 'urgency'], '地址写错了，赶紧帮我改一下\nwrong address, please change it asap'),
  ...saying(['confirmation', 'urgency'], '可以，发货吧，尽快\nok go ahead, asap'),
];

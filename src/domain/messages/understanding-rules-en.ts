// What English contacts say, as rules. They see the normal form: small letters, half width, mistyped key words corrected.
// Long, so that what each intent needs in English, and what it is guarded by, is read in one place.
import type { IntentRule } from './intent-rule.ts';

const BETWEEN =
  '(?: (?:to|please|just|ever|even|any|the|a|an|my|your|want|need|have|having|like|wanna|wish|going|try|trying|asking|ask|asked|looking|be|get|getting|me|you|for|with|speak|talk|chat|contact|call|transfer|connect|really|actually|at|all|yet|now|be|being|of|put|through|pass|him|her|us|it|bother|more|another|that|this|want|wants|say|said))*';
/** Ends the words before what is not wanted. Who can not reach a person, or does not know how to, wants one. */
const REFUSED = new RegExp(
  `(?:\\b(?:do(?:es)? ?n['o]?t|did ?n['o]?t|do not|does not|wo ?n'?t|would ?n'?t|need ?n'?t|not|never|without|no need|no reason|no longer|rather than|instead of|stop|quit|avoid|dont|wont)(?! (?:know|understand|get why|see|find|think you|help|working|helpful|being|able|sure|possible|just|only)\\b)|n't(?! (?:i|you|we|there|know|understand|get|see|find|help|work|even)\\b)(?<!(?:ca|could|is|are|was|were|has|have|would|wo|should)n't))${BETWEEN} ?$|\\bno $`,
);
const CALLED_OFF =
  /^ ?(?:is |are |was |were |will |would )?(?:be )?(?:not |n't |no longer )(?:be )?(?:needed|necessary|required|wanted)|^ (?:isn't|aren't|wasn't) (?:needed|necessary|required|wanted)/;
/** Persons who serve elsewhere, and what only sounds like one. */
const ELSEWHERE =
  /^(?:'s)? (?:fees?|commissions?|errors?|rights|resources|trafficking|nature|bod(?:y|ies)|hair|traffic|readable|made|to person|id\b|number\b|code\b|mode\b|login\b|account\b|portal|app\b|licen[cs]e|name\b|stole|took|used|who (?:stole|took|used|hacked)|has (?:stolen|hacked|used)|else(?:'s)? (?:card|account|phone|order|parcel|package)|is (?:using|stealing))/;
const OTHER_AGENTS =
  /\b(?:travel|estate|realty|insurance|shipping|letting|ticket|booking|secret|cleaning|chemical|free|double|smartphone|phone|crane|machine|tour|bank's|my|his|her|their) $/;
/** They speak about the words themselves, or tell what somebody said. */
const ABOUT_WORDS =
  /\bwhat (?:does|do|did)\b[^?]{0,60}\bmean\b|\b(?:what is meant|meaning of|definition|mean by|means\?|translate)\b/;
const PERSON = {
  intent: 'wants_person',
  notAfter: new RegExp(`${REFUSED.source}|${OTHER_AGENTS.source}`),
  notBefore: new RegExp(`${CALLED_OFF.source}|${ELSEWHERE.source}`),
  notIn: ABOUT_WORDS,
} as const;
const OPEN = `["'“(\\[]?`;
const STRONG =
  '(?:humans?(?: (?:being|agent|operator|assistant|representative|rep|person|advisor|support))?|(?:live|real|actual|living|physical|flesh and blood|proper|genuine) (?:\\w+ )?(?:agents?|persons?|humans?|people|operators?|assistants?|representatives?|reps?|beings?|ones?|employees?|support|advisors?|bod(?:y|ies))|operators?|representatives?|reps?|csrs?|agents?|supervisors?|managers?|boss(?:es)?|person in charge|assistants?|advis[eo]rs?|specialists?|receptionists?|employees?|staff(?: members?)?|colleagues?|team members?|somebody real|someone real)';
const SERVICE =
  '(?:(?:customer|client|consumer|technical|tech|live|human|phone) (?:service|services|support|care|assistance|relations)(?: (?:agents?|reps?|representatives?|team|staff|people|person|department|desk))?|support(?: (?:agents?|team|staff|people|person))|(?:the )?support(?! (?:my|the|this|for|of|multiple|your|group|card))|your (?:support|team|staff|people))';
/** Slips of short words between the verb and the person; not those that lead elsewhere. */
const SLIP =
  ' (?!(?:my|his|her|that|this|and|or|but|if|when|as|like|over|than|not|no|who|how|what|why|on|in|at|up|it|them|you|about|their|from|cash|money|bank)\\b)[a-z]';
const SLIPS = `(?:${SLIP}{1,4}){0,3}?`;
const ANYBODY =
  '(?:some ?one|some ?body|any ?one|any ?body|a person|an? people|persons?|people|one of (?:you|your people|your \\w+))';
/** Articles, and what people say in anger or for clearness before the person. */
const THE =
  '(?: (?:a|an|the|your|any|some|one|another|to|of|with|its|you|ur|real|live|actual|more|other|different|qualified|senior|available|damn|damned|goddamn|goddamned|bloody|fucking|fuckin|freaking|frigging|stupid|\\w+ing|customer|service|support|sales|billing|call|center|centre|duty|shift|store|shop|account))';
const TALK =
  '\\b(?:talk(?:s|ing)?|speak(?:s|ing)?|chat(?:s|ting)?|convers(?:e|ing)|communicat(?:e|ing)|discuss(?:ing)?(?: (?:it|this|that))?|deal(?:ing)?|get(?:ting)? (?:in(?:to)? (?:touch|contact)|a ?hold|hold|connected|transferred|through|put through)|in (?:touch|contact)|be (?:connected|transferred|put through)|(?:have |having )?a (?:word|chat|talk|conversation|call))';
const REACH =
  '\\b(?:contact(?:ing)?|reach(?:ing)?(?: out)?|call(?:ing)?|phon(?:e|ing)|connect(?:ing)?|transfer(?:ring)?|(?:re)?direct(?:ing)?|forward(?:ing)?|rout(?:e|ing)|escalat(?:e|ing)|switch(?:ing)?|pass(?:ing)?|hand(?:ing)?|put(?:ting)?|patch(?:ing)?|refer(?:ring)?|bring(?:ing)?|summon|ring|page)';
const TOWARDS =
  '(?:(?: (?:me|us|this|it|my|to me|to us|call|chat|case|conversation|over|through|on|back|straight|directly|up|in))*(?: ?(?:to|with|2|w\\/|of|onto|for))*)';
const ALL = `(?:${STRONG}|${SERVICE}|${ANYBODY})`;
const POLITE =
  '(?:please|pls|plz|now|right now|asap|thanks|thank you|hello|hi|hey|ok|okay|just|a|an|the|i want|i need|give me|want|need)';
/** Asked whether one has to, nobody is asked for. */
const WHETHER_NEEDED =
  /\bam i $|(?<!\b(?:how|what|where|who) )\b(?:do|would|will) (?:i|we) (?:really |still |always |even )?(?:have|need) to $|\b(?:must|should) (?:i|we) $/;

const NOT_MEANT =
  /(?:\b(?:not|never|without|no|cancel|withdraw|withdrew|dropped|stop|rather than|instead of)|n't)(?: (?:to|a|an|the|any|my|want|going|trying|wish|need|here|make|making|file|filing|like|have|about|really|be|is|it|so|that|very|too|all|get|ask(?:ing)?|looking|for))* ?$/;
const NOT_SO =
  /(?:\b(?:not|never|no|nothing|hardly)|n't)(?: (?:a|an|the|any|so|that|very|really|too|at|all|to|be|in|is|it|such))* ?$/;
const OUR_THINGS =
  '(?:order|orders|purchase|address|addresses|email|e-mail|phone|number|name|size|colou?r|date|time|booking|reservation|appointment|delivery|shipping|quantity|items?|products?|articles?|details|information|info|data|account|profile|payment method|card|plan|subscription|user|user ?name|settings|preferences|something|things?|invoice|model|style|material|text|logo|design)';

const HOURS =
  /\b(?:hours?|what times?|at what|when (?:is|are|can|does)|phone number|telephone number|free number|e-?mail|opening|number (?:to|for|of)|working times?)\b/;

export const ENGLISH_RULES: readonly IntentRule[] = [
  {
    id: 'en.wants_person.talk',
    confidence: 0.95,
    says: new RegExp(`${TALK}${TOWARDS}${SLIPS}${THE}{0,4}? ?${OPEN}${ALL}\\b`, 'g'),
    ...PERSON,
    notAfter: new RegExp(
      `${REFUSED.source}|${WHETHER_NEEDED.source}|\\b(?:already|yesterday|last (?:week|time|month)|when i|after i|i(?:'ve| have| had| was)?(?: just)?)(?: been)? $(?<=\\b(?:already|yesterday|last \\w+|when i|after i|been|was|have|had|'ve|just) )`,
    ),
    notBefore: new RegExp(
      `${PERSON.notBefore.source}|^ (?:yesterday|last|earlier|before|and (?:he|she|they)|who (?:said|told|promised)|he |she |told me|said|already)`,
    ),
    notIn: new RegExp(`${ABOUT_WORDS.source}|${HOURS.source}`),
  },
  {
    id: 'en.wants_person.reach',
    confidence: 0.9,
    says: new RegExp(`${REACH}${TOWARDS}(?:${SLIP}{1,2}){0,2}?(?:${SLIP}{1,5})?${THE}{0,4}? ?${OPEN}${ALL}\\b`, 'g'),
    ...PERSON,
    notAfter: new RegExp(
      `${REFUSED.source}|${WHETHER_NEEDED.source}|\\b(?:already|have|had|'ve|should (?:i|we)|money|payment|funds|bank|cash|by) $`,
    ),
    notBefore: new RegExp(
      `${PERSON.notBefore.source}|^ (?:about|if|regarding|yesterday|last|earlier|before|money|account|card|\\$?\\d+|by (?:bank|wire))|^'s|^ (?:and (?:he|she|they))`,
    ),
    notIn: new RegExp(
      `${ABOUT_WORDS.source}|${HOURS.source}|\\b(?:money|payment|funds|transfers?|transferred|deposit|charged?)\\b.*\\b(?:someone|somebody|person|people|anyone)`,
    ),
  },
  {
    id: 'en.wants_person.want',
    confidence: 0.88,
    says: new RegExp(
      `\\b(?:want(?:s|ing)?|need(?:s|ing)?|wanna|require|requesting|request|prefer|demand(?:ing)?|give(?: me)?|gimme|get(?: me)?|find(?: me)?|send(?: me)?(?: to)?|looking for|ask(?:ing)? for|see|have|where(?:'s| is| are)|would like|i'd like|like|let me have|bring(?: me)?|show me|any|there an?|there any)${THE}{0,4}? ?${OPEN}(?:humans?(?: (?:being|agent|operator|assistant|representative|rep|help|assistance|support))?|(?:live|real|actual|living) (?:agents?|persons?|humans?|people|operators?|assistants?|representatives?|reps?|chat|support|help)|operators?|representatives?|csrs?|(?:customer |support |service )?(?:agents?|reps?)|supervisors?|managers?|assistants?|advis[eo]rs?|human being|somebody real|someone real)\\b(?! (?:estate|time|money|thing|deal|leather|gold|silver|problem|issue|quick|fast|name|card))`,
      'g',
    ),
    ...PERSON,
    notBefore: new RegExp(
      `${PERSON.notBefore.source}|^ (?:near|nearby|in my|to sign|position|job|role|salary|training|course|app|software|tool|price|discount|for (?:my|our) (?:company|business|shop))`,
    ),
  },
  {
    id: 'en.wants_person.named',
    confidence: 0.8,
    says: /\b(?:human|live|real) (?:agents?|operators?|representatives?|reps?|assistants?|beings?)\b|\b(?:live|real|actual) (?:person|people|human|support|chat)\b|\bhuman (?:please|pls|now|help|assistance|support|service)\b|\b(?:customer|support) (?:service )?(?:agent|representative|rep)s? (?:please|pls|now)\b/g,
    ...PERSON,
    notAfter: new RegExp(
      `${PERSON.notAfter.source}|\\b(?:you an?|are you|is this an?|is (?:he|she) an?|am i|the|that|your|this|last|previous) $`,
    ),
    notBefore: new RegExp(`${PERSON.notBefore.source}|^ (?:said|told|promised|was|were|helped|hung|did|has|had|who)`),
  },
  {
    id: 'en.wants_person.alone',
    confidence: 0.9,
    says: new RegExp(
      `^(?:${POLITE} )*["'“(\\[]?(?:(?:human|agent|operator|representative|rep|supervisor|manager|assistant|live agent|live chat|live person|real person|real human|human agent|human being|human operator|customer service|customer support|customer care|csr|person|live support|speak|talk to human|not a bot|no bots?|no robots?)[ ,.!?]*)+["'”)\\]]?(?: ?${POLITE})*[ .!?]*$|(?<=[,.!?] )(?:human|agent|operator|representative)(?: please| now| pls)?[.!]*$`,
      'g',
    ),
    intent: 'wants_person',
  },
  {
    id: 'en.wants_person.whom',
    confidence: 0.85,
    says: /\b(?:some ?one|some ?body|any ?one|any ?body|person|people|human|agent|operator|manager)(?: (?:here|there|real|else|available|that|who|whom))*,? (?:(?:i|we) )?(?:can|could|may|might|should|to) (?:i |we )?(?:please )?(?:talk|speak|chat|complain)\b(?: (?:to|with))?|\bwho (?:can|do|could|should) i (?:talk|speak|chat) (?:to|with)(?=$|[?.!])|\b(?:can|could|will|would|may) (?:some ?one|some ?body|any ?one|any ?body|a (?:real |live )?(?:person|human|agent))(?: (?:real|human|else|there|here|please))* (?:talk|speak|chat|call)\b(?: (?:to|with))? me|\b(?:some ?one|some ?body)(?: please)? (?:talk|speak|chat|answer)(?: (?:to|with))? me\b|\b(?:have|get|ask|let) (?:some ?one|some ?body|a (?:real )?(?:person|human)|an (?:agent|operator|assistant)|your (?:manager|supervisor))(?: to)? (?:call|contact|phone|ring|talk|speak|chat|reach)\b|\bcan (?:a human|an agent|a real person|a person|someone real|somebody real)\b(?: please)? (?:answer|help|respond|reply|assist|read|look)|\b(?:get|put|have|bring) (?:me )?(?:some ?one|some ?body|a (?:person|human))(?: \w+)? on\b|^(?:please |can you |could you |just |someone )*(?:call|ring|phone) me\b(?: back)?(?: now| please| asap)*[.!?]*$|\b(?:want|need|request)(?:ing)? a call ?back\b|\b(?:transfer|connect|escalate) me(?: now| please)*[.!]*$|\bis (?:there )?(?:an?y?|some) ?(?:real |live |actual )?(?:human|person|one|body|agent)s? (?:there|here|available|around|reading|working)|\b(?:anyone|anybody|someone|somebody) (?:there|here|home|alive)\?/g,
    ...PERSON,
    notIn: new RegExp(`${ABOUT_WORDS.source}|${HOURS.source}`),
  },
  {
    id: 'en.wants_person.no_robot',
    confidence: 0.8,
    says: /(?:\b(?:not|no(?: more)?|stop|hate|tired of|sick of|fed up with|done with|enough (?:of|with)|instead of|rather than|anything but|without)|n't (?:want|wanna|like|need|make|let|care|talk|speak|chat|deal))(?: (?:want|wanna|need|like|to|talk|talking|speak|speaking|chat|chatting|deal|dealing|with|this|these|the|your|a|an|stupid|dumb|damn|useless|bloody|fucking|automated|ai|more|any|being|answered|by|sending|me|getting|another)){0,8} (?:ro)?(?:bots?|chatbots?|machines?|computers?|automated (?:system|answers?|repl(?:y|ies)|messages?)|ai|canned (?:answers?|responses?|replies)|robots?|virtual assistant)\b/g,
    intent: 'wants_person',
    notBefore: /^ (?:is|are|does|do|vacuum|toy|parts?|wash|learning)\b|^-?(?:washable|readable)/,
    notIn: /\bi(?:'m| am) not an? (?:ro)?bot|washing machine|coffee machine|sewing machine/,
  },
  {
    id: 'en.wants_person.robot_fails',
    confidence: 0.65,
    says: /\b(?:(?:ro|chat)?bots?|automated \w+|ai|virtual assistant) (?:is|are|does|do|can|could|just|keeps?|really|cannot)?(?:n't|'s| not| so| really| completely| totally| absolutely| just)* ?(?:suck(?:s|ed)?|useless|understand|stupid|dumb|help(?:ing|ful|s)?|answer(?:ing)?|repeat(?:s|ing)|a joke|broken|garbage|trash|rubbish|hopeless|worthless|getting it)\b/g,
    intent: 'wants_person',
    notIn: /\b(?:bot|ai) (?:is|can|does) (?:very |really |so )?help/,
  },
  {
    id: 'en.complaint.authority',
    confidence: 0.95,
    intent: 'complaint',
    isRisk: true,
    says: /\b(?:bbb|better business bureau|trading standards|ombudsman|ftc|fcc|cfpb|consumer (?:protection|court|forum|rights|affairs|association|bureau)|regulators?|report(?:ing)? (?:you|your (?:company|business|shop|store)|this (?:company|business|shop|store|seller))|watchdog|12315)\b/g,
    notAfter: NOT_MEANT,
  },
  {
    id: 'en.complaint.legal',
    confidence: 0.92,
    intent: 'complaint',
    isRisk: true,
    says: /\b(?:lawyers?|solicitor|attorneys?|law ?suit|litigation|legal (?:action|steps|proceedings|measures|department|advice|team)|su(?:e|ing) (?:you|your|them|the (?:company|seller|shop|store)|over|for)|(?:i'?ll|will|going to|gonna|to|shall|might|could) sue|small claims|(?:to|in|see you in) court|press(?:ing)? charges|(?:call|calling|go to|going to|contact|report(?: \w+){1,3} to) the (?:police|cops|authorities))\b/g,
    notAfter: new RegExp(`${NOT_MEANT.source}|\\b(?:power of|district) $`),
    notBefore: /^ (?:street|road|station|shoes|hotel)/,
    notIn: /\bi(?:'m| am) an? (?:lawyer|attorney|solicitor)|power of attorney|food court|tennis court/,
  },
  {
    id: 'en.complaint.say',
    confidence: 0.9,
    intent: 'complaint',
    isRisk: true,
    says: /\bcomplain(?:ts?|s|ing|ed)?\b|\breclamations?\b|\bgrievances?\b|\b(?:consumer|customer) claims?\b|\b(?:lodg|fil|mak|submit)(?:e|ing|ting|ed)?(?: (?:a|an|the|my|some|consumer|customer))* claims?\b/g,
    notAfter: new RegExp(`${NOT_MEANT.source}|\\b(?:can not|cannot|can't|no|nothing to|no cause to|compliments not) $`),
    notBefore: /^ (?:here|at all|about (?:my|the) (?:neighbou?r|husband|wife|boss))/,
  },
  {
    id: 'en.complaint.cheat',
    confidence: 0.85,
    intent: 'complaint',
    isRisk: true,
    says: /\b(?:you|they|this|it|company|store|shop|seller|website|site|business)(?:'re|'s| are| is| all| just| a| an| such| of| nothing but| bunch| total| complete| pure| huge| big| bloody| fucking)* (?:scam(?:mers?)?|frauds?|fraudsters?|thieves|crooks|liars|con artists|rip-?off|cheats?|cheaters?)\b|\b(?:scammed|cheated|ripped (?:me )?off|deceived|conned|lied to|robbed) by (?:you|your|this)|\byou (?:\w+ )?(?:scammed|cheated|robbed|deceived|conned|lied to|stole from|ripped off|ripped me)|\bfalse advertis|\bbait and switch|\b(?:scammers|fraudsters|rip-?off|daylight robbery|counterfeit|fake (?:product|item|goods))\b|\btotal scam\b|\bwhat a scam\b/g,
    notAfter: NOT_MEANT,
  },
  {
    id: 'en.complaint.review',
    confidence: 0.7,
    intent: 'complaint',
    says: /\b(?:leav|giv|post|writ)(?:e|ing)?(?: (?:you|a|an|the|this|your|my|really|very|company|shop|store|product))* (?:bad|negative|terrible|horrible|awful|scathing|(?:one|1|zero|0)[ -]star|worst)(?: possible)? (?:reviews?|rating|feedback)|\b(?:one|1|zero|0)[ -]stars?\b|\b(?:on|over|all over) (?:twitter|facebook|instagram|tiktok|social media|trustpilot|reddit)\b|\bexpose you\b/g,
    notAfter: NOT_MEANT,
  },
  {
    id: 'en.complaint.unhappy',
    confidence: 0.6,
    intent: 'complaint',
    says: /\b(?:un(?:happy|satisfied)|dissatisfied|displeased|(?:not|n't|ain't|never)(?: \w+){0,2} (?:happy|satisfied|pleased|content|impressed)|disappointed) (?:with|about|by|in) (?:your|the|this|my|you|how)\b/g,
  },
  {
    id: 'en.anger.insult',
    confidence: 0.9,
    intent: 'anger',
    says: /\bf+u+c+k\w*|\b(?:bull)?shit(?:ty)?\b|\bgod ?damn(?:ed|it)?\b|\bdamn(?:ed|it)?\b|\b(?:bloody|freaking|frigging)\b(?! (?:mary|nose))|\b(?:idiots?|morons?|stupid|tmd|nmd|imbeciles?|assholes?|bastards?|bitch|dumb(?:ass)?|clowns|wtf|stfu|piss off|screw you|go to hell|shut up|crap(?:py)?|garbage|trash|rubbish|piece of junk)\b/g,
    notAfter: NOT_SO,
    notBefore: /^ (?:can|bin|bag|collection|day|disposal|truck|question)/,
  },
  {
    id: 'en.anger.feeling',
    confidence: 0.88,
    intent: 'anger',
    says: /\b(?:angry|furious|livid|outraged?|enraged|infuriat\w+|pissed|fed up|sick (?:of|and tired)|tired of|frustrat\w+|annoy(?:ed|ing)|mad at|upset|losing (?:my )?patience|lost (?:my )?patience|had enough|enough is enough|i hate|disgusted|appalled|fuming|can(?:'t|not) (?:take|stand|believe) (?:this|it)|drives? me (?:crazy|mad|nuts)|at my wits?'? end)\b/g,
    notAfter: NOT_SO,
  },
  {
    id: 'en.anger.judgement',
    confidence: 0.82,
    intent: 'anger',
    says: /\b(?:ridiculous|unacceptable|terrible|awful|horrible|horrendous|worst|disgusting|pathetic|useless|incompetent|appalling|outrageous|disgrace(?:ful)?|shameful|shame on you|absurd|atrocious|abysmal|lousy|hopeless|insulting|worthless|what a joke|(?:is|are) a joke|a nightmare|laughable|unprofessional|rude|inexcusable|waste of (?:my )?(?:time|money)|un-?helpful|not (?:being )?(?:at all )?(?:very )?helpful|(?:are|is|was|were)n't (?:being )?(?:\w+ )?helpful|not helping|no help(?: at all)?|makes no sense|beyond belief|never (?:again|buy|shop|order)(?:ing)? (?:from|here|with)?)\b/g,
    notAfter: NOT_SO,
  },
  {
    id: 'en.anger.again',
    confidence: 0.75,
    intent: 'anger',
    says: /\b(?:asked|told|called|emailed|e-mailed|written|wrote|said|explained|contacted|tried|messaged|waited|been waiting)\b[^,.!?]{0,30}\b(?:(?:three|four|five|six|ten|several|many|multiple|countless|\d+|so many|a hundred|a thousand) times|over and over|again and again|for (?:weeks|months|hours|days|ages|ever))\b|\bhow many (?:more )?times\b|\bfor the (?:third|fourth|fifth|tenth|last|umpteenth|\d+th) time\b|\b(?:no ?body|no one|none of you) (?:\w+ )?(?:answers?|helps?|cares?|responds?|repl(?:y|ies)|listens?|answered|replied|responded|helped|called)\b|\b(?:ignored|ignoring) me\b|\bstill no (?:answer|reply|response|help)\b|\bstop (?:repeating|asking|ignoring|sending)\b/g,
  },
  {
    id: 'en.anger.sarcasm',
    confidence: 0.6,
    intent: 'anger',
    says: /\bthanks (?:a lot )?for nothing\b|\b(?:great|nice|wonderful|brilliant|fantastic|excellent|amazing|awesome|good|lovely|superb) (?:job|work|service|support|help|company|one|experience|way)\b[^?]{0,30}\b(?:not|n't|still|again|weeks?|months?|broke|lost|ruin\w+|losing|ignor\w+|screw\w+|never|only took|wait\w*|nothing|late)\b|\b(?:bravo|slow clap|congratulations|well done)[,.!]+ (?:you|still|now|another|yet|my)\b|\bhow (?:nice|kind|lovely|helpful) of you\b[^?]{0,30}\b(?:not|n't|never|nothing|again|ignor\w+)\b|\byeah,? right\b|\b(?:just|oh) (?:great|perfect|wonderful|brilliant|lovely|fantastic),/g,
  },
  {
    id: 'en.urgency.now',
    confidence: 0.85,
    intent: 'urgency',
    says: /\burgent(?:ly)?\b|\burgency\b|\basap\b|\bas (?:soon|quickly|fast) as (?:possible|you can)\b|\bimmediate(?:ly)?\b|\bright (?:now|away)\b|\bstraight ?away\b|\bemergency\b|\bhurry(?: up)?\b|\bat once\b|\bquick(?:ly)?[!.]*$|\b(?:very|really|too|more|so) quickly\b|\btime[ -](?:sensitive|critical)\b|\bwithout delay\b|\bpronto\b|\bin a (?:hurry|rush)\b|\bcritical\b/g,
    notAfter:
      /(?:\b(?:not|no|nothing|never|hardly)|n't)(?: (?:an?|the|any|so|that|very|really|too|all|is|it|need|to|need(?:ed)?|this|in|at))* ?$|\bno $|\bnot (?:\w+ ){0,3}$/,
    notBefore: /^ (?:exit|contacts?|number|room|brake|kit)/,
  },
  {
    id: 'en.urgency.pressing',
    confidence: 0.82,
    intent: 'urgency',
    says: /\b(?:need|want|must have|have to have|get|has to be|must be)\b[^,.!?]{0,40}\b(?:today|tonight|by (?:tomorrow|tonight|today|monday|tuesday|wednesday|thursday|friday|saturday|sunday|noon|the end of)|this (?:morning|afternoon|evening)|within the hour|before (?:tomorrow|tonight|noon))|\b(?:ca(?:n't|nnot|n not)|can't) wait (?:any|another|that|until|for|so|much)|\brunning out of time|\btoo late\b|\bdeadline\b|\blosing money\b|\b(?:been|got|was|is) hacked\b|\bhacked\b|\blife or death\b|\bstranded\b|\b(?:leave|leaving|fly|flying|travel(?:l?ing)?) (?:today|tonight|tomorrow|in (?:an?|\d+) hours?)\b/g,
    notAfter: NOT_MEANT,
  },
  {
    id: 'en.refund.money',
    confidence: 0.92,
    intent: 'refund',
    says: /\brefund(?:s|ed|ing|able)?\b|\bmoney[ -]back\b|\breimburs\w+|\b(?:get|want|need|give|have|return|send|demand|obtain(?:ing)?|receiv(?:e|ing)|retriev(?:e|ing))(?: \w+){0,2} (?:my|the|all|our)(?: \w+)? money\b(?! (?:to|from|into|out|on)\b)|\brestitutions?\b|\brebates?\b|\bcompensat(?:ions?|ed|e)\b(?=.*money)|\b(?:request|ask|get|obtain|receiv|claim|seek|track|see)\w*(?: \w+){0,3} compensations?\b|\bcompensations? (?:of|for|from)\b|\bpa(?:y|id) (?:me )?back\b|\bcharge ?back\b/g,
    notAfter:
      /(?:\b(?:not|never|without|instead of|rather than)|(?:do|did|does)n't)(?: (?:want|need|to|a|an|the|any|my|asking|looking|for|like|about|here))+ ?$|\bno (?:need (?:for|of) )?(?:a |any )?$/,
  },
  {
    id: 'en.after_sale.return',
    confidence: 0.85,
    intent: 'after_sale',
    says: /\b(?:return(?:ing)?|send(?:ing)? back|exchang(?:e|ing)|replac(?:e|ing)|repair(?:ing)?|fix(?:ing)?)(?: (?:it|this|that|them|these|those|the|my|an?|some|one|of|damaged|broken|faulty|wrong|defective)){1,3}(?: (?:back|item|order|product|article|shoes|dress|shirt|parcel|package|purchase|phone|device|for|size|things?))?\b|\breturn (?:policy|label|shipping|process|window)\b|\breturns\b|\breplacements?\b(?! card| pin)|\bwarrant(?:y|ies)\b|\bguarantee repair\b|\brepairs?\b|\bsend (?:it|this|them) back\b|\bafter[ -]sales?\b|\bexchange (?:for|policy)\b/g,
    notAfter: new RegExp(`${NOT_MEANT.source}`),
    notBefore: /^ (?:call|money|my call|card|pin|rates?|to (?:the )?(?:app|page|menu|site|home))/,
    notIn: /\bexchange rates?\b|\bcurrenc|\bmoney back\b/,
  },
  {
    id: 'en.after_sale.defect',
    confidence: 0.82,
    intent: 'after_sale',
    says: /\b(?:damaged|defective|faulty|cracked|shattered|torn|leak(?:s|ing|ed)|malfunction\w*|ripped|dented|scratched|mou?ldy|expired product|stained)\b|\b(?:is|are|was|were|arrived|came|got|it's|already|completely|totally) (?:\w+ )?broken\b|\bbroken (?:item|product|screen|phone|glass|on arrival|parts?|zip\w*|when)\b|\b(?:does|do|did|is|are|has|was)(?:n't| not)(?: \w+)? (?:work(?:ing)?|turn(?:ing)? on|start(?:ing)?|charge|charging|fit|match)\b|\b(?:stopped|quit) working\b|\bwrong (?:item|size|colou?r|product|order|model|article|one|thing)\b|\bmissing (?:an? )?(?:items?|parts?|pieces?|products?|articles?|accessor\w+|from)\b|\b(?:parts?|items?|pieces?) (?:(?:is|are|was|were) )?missing\b|\b(?:order|package|parcel|item|delivery|product)s? (?:\w+ )?(?:never|not|(?:has|did|have)n't)(?: \w+)? (?:arrived?|come|came|delivered)\b|\bpoor quality\b|\bbad quality\b|\bnot as (?:described|pictured|advertised|shown)\b|\b(?:never|not|n't) (?:received?|arrived?|got|get) (?:my |the )?(?:order|package|parcel|item|delivery|product)\b|\btoo (?:small|big|large|tight|loose)\b|\bfell apart\b/g,
    notAfter:
      /(?:\b(?:no|not|never|nothing)|n't)(?: (?:is|was|been|it|a|an|any))* ?$|\bi(?:'ve)? (?:ordered|chose|picked|selected|bought|entered)(?: \w+){0,2} $/,
  },
  {
    id: 'en.price_talk.ask',
    confidence: 0.85,
    intent: 'price_talk',
    says: /\bhow much (?:is|are|does|do|would|will|for|to|did|it|they|you|this|that|costs?|should|must|money)\b|\bhow much\?|\bpric(?:es?|ing)\b|\b(?:what|how)(?: \w+){0,4} costs?\b|\bcosts?\b(?! me a lot of time)|\bquot(?:e|ation)\b|\bfees?\b|\bexpensive\b|\bpric(?:e)?y\b|\bbudget\b|\bafford\b/g,
    notAfter: /\b(?:at all|no matter the) $/,
    notBefore: /^ (?:of (?:your )?time|tags? (?:is|are) (?:missing|torn))/,
  },
  {
    id: 'en.price_talk.bargain',
    confidence: 0.9,
    intent: 'price_talk',
    says: /\bcheap(?:er|est)?\b|\bdiscounts?\b|\bcoupons?\b|\bpromo(?:tion|tional)?s?(?: codes?)?\b|\bvouchers?\b|\bbargain\w*|\bnegotiat\w+|\bhaggl\w+|\bbest (?:price|offer|deal)\b|\b(?:lower|lowest|reduce|drop|better)(?: \w+){0,2} (?:price|offer|deal|cost)\b|\bfree (?:shipping|delivery|postage)\b|\bknock(?: \w+){0,3} off\b|\b(?:take|get)(?: \w+){0,3} off\b(?= ?(?:the|if|for|this|$|\?|\.|that|please))|\b\d+ ?(?:%|percent) off\b|\b(?:would|will|can|could|do) (?:you|u) (?:take|accept|do|go|sell|let)\b[^.!?]{0,25}(?:[$€£¥]? ?\d+|lower|less)|[$€£¥] ?\d+(?:\.\d+)? (?:ok|okay|and|deal|final|cash|max|is all|or no deal)|\bi(?:'ll| will| can|'d)? (?:give|offer|pay)(?: you)? [$€£¥]?\d+|\bmeet (?:me )?(?:half ?way|in the middle)\b|\bspecial offers?\b|\bfor less\b|\bprice match\b|\bsale price\b/g,
    notAfter: NOT_SO,
  },
  {
    id: 'en.confirmation.yes',
    confidence: 0.85,
    intent: 'confirmation',
    says: /^(?:(?:yes|yep|yeah|yup|ok|okay|k|sure|confirm(?:ed)?|correct|right|exactly|agreed?|deal|alright|all right|fine|perfect|great|good|absolutely|of course|definitely|certainly|sounds (?:good|great|fine|perfect)|(?:that|it)(?:'s| is| all)? ?(?:looks? |is |works |sounds )?(?:right|correct|fine|good|great|perfect|ok|okay|works|me|all)|looks (?:good|great|fine|right)|no problem|go ahead|got it|understood|i (?:agree|accept|confirm)(?: (?:it|this|that|the order|the price))?|works for me|you got it|affirmative|done|please do|do it|lgtm|will do|very well|that works|roger)(?:[ ,.!👍👌✅]+|$)(?:(?:then|thanks|thank you|thx|please|pls|so|very much|for me|to me|with me|let's|do|it|that|this|a lot|all|by me|dear|sir|and|i|we|just|much|go)[ ,.!]*)*)+$/gu,
  },
  {
    id: 'en.confirmation.settled',
    confidence: 0.8,
    intent: 'confirmation',
    says: /\bi(?:'d like to| want to| would like to| hereby| can| do)? (?:confirm|agree|accept|approve)(?:ed)? (?:it|this|that|the|my|your|to|with)\b|\b(?:please )?(?:go ahead|proceed)\b(?: (?:and|with|then|please)|[.,!]|$)|\bi(?:'ll| will) take (?:it|this|that|one|two|them|both)\b|\bit's a deal\b|\byou(?:'ve| have)? (?:got|have) (?:a deal|my (?:ok|approval|go-ahead))\b|\blet's (?:do|go with|take) (?:it|this|that)\b|\b(?:that|everything|it all|all of it)(?:'s| is| looks?) (?:all )?(?:correct|confirmed|as agreed)\b|^confirm(?:ed)?[ ,.!]/g,
    notAfter: new RegExp(
      `${NOT_MEANT.source}|\\b(?:can|could|how (?:do|can)|should|before|if|until|unless) (?:i |you |we )?$`,
    ),
    notBefore: /^[^.!]{0,20}\?|^ (?:my (?:identity|account|email|phone)|or\b)/,
  },
  {
    id: 'en.change_request.alter',
    confidence: 0.85,
    intent: 'change_request',
    says: new RegExp(
      `\\b(?:chang(?:e|ing)|modify(?:ing)?|edit(?:ing)?|updat(?:e|ing)|correct(?:ing)?|amend(?:ing)?|alter(?:ing)?|switch(?:ing)?|swap(?:ping)?|adjust(?:ing)?|revis(?:e|ing)|renam(?:e|ing)|reschedul(?:e|ing)|postpon(?:e|ing)|mov(?:e|ing))(?: (?!money|cash|funds)\\w+){0,5}? ${OUR_THINGS}\\b|\\b(?:add|adding|remov(?:e|ing)|delet(?:e|ing))(?: \\w+){0,4} (?:to|from) (?:\\w+ ){0,2}(?:order|purchase|cart|basket|booking)\\b|\\breschedul\\w+|\\b(?:need|want|make|request)(?: \\w+){0,3} (?:changes?|modifications?|edits?)\\b`,
      'g',
    ),
    notAfter: new RegExp(`${NOT_MEANT.source}|\\b(?:did you|have you|you have|who|they) $`),
    notBefore: /^ (?:exchange|rates?)/,
    notIn: /\b(?:currency|exchange|currencies)\b/,
  },
  {
    id: 'en.change_request.slip',
    confidence: 0.78,
    intent: 'change_request',
    says: /\bwrong (?:address|name|phone|number|e-?mail|date|quantity|postcode|zip)\b|\b(?:i|we)(?:'ve| have)? (?:\w+ )?(?:ordered|entered|picked|chose|selected|typed|put|bought) (?:in )?(?:the |a )?wrong\b|\b(?:different|another|new|other) (?:address|size|colou?r|date|delivery date|time slot)\b(?! (?:is|was) (?:deliver|sent))|\bmake (?:it|that) (?:a |an )?(?:size|\d+|two|three|medium|large|small|xl|blue|red|black|white|green) ?(?:instead)?\b|\b(?:blue|red|black|white|green|large|small|medium) instead\b|\binstead of (?:the )?(?:blue|red|black|white|green|large|small|medium|size)\b/g,
    notAfter: /\b(?:they|you|courier|seller|driver)(?: \w+){0,3} $/,
  },
];

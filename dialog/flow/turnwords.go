package flow

// Topics by which a text answers what was said before it.
const (
	topicLeads    topic = "leads"    // how a yes begins
	topicAssent   topic = "assent"   // a word of a yes, anywhere
	topicReserve  topic = "reserve"  // what takes a yes back, or asks first
	topicHesitate topic = "hesitate" // a yes with one of these does not bind
	topicQuestion topic = "question" // how a question sounds
	topicShow     topic = "show"     // to see how things stand
	topicWhyNot   topic = "why_not"
	topicWhole    topic = "whole"  // all of it, not a part
	topicLess     topic = "less"   // a smaller sum to settle it
	topicWays     topic = "ways"   // what can be done at all
	topicReview   topic = "review" // a request, for somebody to decide on

	topicSimplified topic = "simplified" // simplified characters, by name
	topicNoWait     topic = "no_wait"    // no person is needed after all
	topicEarn       topic = "earn"       // what a month brings in
	topicPays       topic = "pays"       // that money will come
	topicSound      topic = "sound"      // a sound that says nothing
	topicRemind     topic = "remind"
	topicNoMore     topic = "no_more" // a no before a noun
	topicStopIt     topic = "stop_it" // something that runs by itself
	topicToDo       topic = "to_do"   // whether anything is left to do
	topicTimes      topic = "times"   // parts of a payment
	topicSum        topic = "sum"     // what is owed in all
	topicCharge     topic = "charge"  // what is added to a bill
	topicWhen       topic = "when"
	topicIsIt       topic = "is_it"    // whether something has been done
	topicCheapest   topic = "cheapest" // the smallest instalment
	topicTrouble    topic = "trouble"  // that something is hard, whatever it is
	topicHowMuch    topic = "how_much" // the sum, where nothing else is asked
	topicPerson     topic = "person"   // somebody to talk to, in a word
	topicRequest    topic = "request"  // what somebody else decides on
	topicHandIn     topic = "hand_in"  // to give it to them
	topicClose      topic = "close"    // that a sum ends the matter
	topicDaytime    topic = "daytime"  // not in the evening
	topicMonthly    topic = "monthly"  // each month
	topicHowMany    topic = "how_many" // of instalments
	topicWillPay    topic = "will_pay" // what is still to come
	topicTakeAgain  topic = "take_again"
	topicEarly      topic = "early" // before the day
	topicGreets     topic = "greets"
	topicLanded     topic = "landed"    // whether money has come in
	topicNothing    topic = "nothing"   // that there is none of it
	topicBill       topic = "bill"      // what the bill comes to
	topicNoPerson   topic = "no_person" // to be left without anybody
	topicFree       topic = "free"      // to be let off
	topicAny        topic = "any"       // whether there is any
	topicWhether    topic = "whether"   // whether something happens by itself
	topicPolite     topic = "polite"    // that something is asked for
	topicDue        topic = "due"       // when the next one is
	topicRest       topic = "rest"      // what a part leaves
	topicMayCancel  topic = "may_cancel"
	topicShop       topic = "shop"   // that one's shop has closed
	topicMyself     topic = "myself" // that it is oneself who is ill
	topicTag        topic = "tag"    // a statement that asks for a no
	topicStolen     topic = "stolen" // somebody else's doing
	topicSafe       topic = "safe"   // that nothing is the matter
	topicUnsafe     topic = "unsafe" // what takes that back
	topicToMe       topic = "to_me"  // that it is oneself who is to be written to or not
	topicAbout      topic = "about"  // what a message was about
	topicEasier     topic = "easier" // to pay in a way that weighs less
	topicWhy        topic = "why"    // where a figure comes from
)

// turnWords are those by which a text answers what was said before it.
var turnWords = map[topic][]string{
	topicLeads:      {"yes", "yeah", "yea", "yep", "yup", "yh", "ya", "sure", "ok", "okay", "k", "alright", "all right", "fine", "right", "please do", "go ahead", "go for it", "do it", "do that", "好", "行", "可以", "嗯", "对", "對", "是的", "要的", "同意", "确认", "確認", "没问题", "沒問題", "係", "得"},
	topicSound:      {"huh", "hm", "hmm", "hmmm", "eh", "uh", "um", "erm", "er", "meh", "wat", "wut", "idk", "dunno", "oh", "啊", "哈", "咦", "唔", "吓", "嗄", "呃"},
	topicNoMore:     {"no remind", "no need", "without", "不用", "不要", "不必", "唔使", "無需", "毋須"},
	topicRemind:     {"remind", "提醒"},
	topicStopIt:     {"stop the", "stop my", "stop auto", "turn off", "turn it off", "turn autopay off", "switch off", "switch it off", "pause the", "pause my", "pause it", "pause auto", "cancel the", "cancel my", "cancel auto", "don't take", "dont take", "停掉", "关掉", "關掉", "取消自动", "取消自動", "取消扣", "取消代扣", "暂停自动", "暫停自動", "暂停扣", "暫停扣", "停止自动", "停止自動", "停止扣", "先别扣", "先別扣", "别扣", "別扣", "唔好扣"},
	topicTimes:      {"times", "goes", "parts", "bits", "chunks", "payments", "instalments", "installments", "次", "期", "份"},
	topicHowMuch:    {"how much", "do i owe", "i owe", "the amount", "the total", "my balance", "the balance", "the bill", "my bill", "what's it at", "whats it at", "where's it at", "wheres it at", "what is it at", "do i need to pay", "do i have to pay", "missed a payment", "did i miss", "am i late", "am i behind", "逾期了吗", "逾期了嗎", "是不是逾期", "多少", "几多", "幾多", "咩數", "個數", "个数", "條數", "条数", "金额", "金額", "账单", "帳單", "賬單"},
	topicMonthly:    {"a month", "per month", "each month", "monthly", "each time", "每个月", "每個月", "每月", "一个月", "一個月", "每期", "一期"},
	topicHowMany:    {"how many instal", "how many payment", "how many month", "how many times", "how many parts", "most instal", "most payments", "最多几期", "最多幾期", "最多幾多期", "最多分几", "最多分幾", "可以分几", "可以分幾", "能分几", "能分幾", "分得几", "几期", "幾期", "多少期"},
	topicWillPay:    {"only get paid", "i get paid", "we get paid", "getting paid", "be paid on", "payday", "i'll pay", "ill pay", "i will pay", "will be paid", "gonna pay", "going to pay", "when i get paid", "once i get paid", "when i'm paid", "等发工资", "等發薪", "等出糧", "出糧先", "出咗糧先", "到时候还", "到時候還", "到時先還", "会还的", "會還的"},
	topicEarly:      {"提前", "提早", "早点还", "早點還", "早啲還", "early", "ahead of", "sooner", "before the date"},
	topicLanded:     {"landed", "arrived", "gone through", "went through", "come through", "came through", "did you get it", "did you get my", "did you receive", "have you got my", "has it cleared", "did it clear", "到账", "到帳", "到賬", "入账", "入帳", "入賬", "收到没", "收到沒", "收到了吗", "收到了嗎", "收到未"},
	topicNothing:    {"nothing", "no photo", "no slip", "no receipt", "no screenshot", "no reference", "don't have", "dont have", "haven't got", "havent got", "can't find", "cant find", "lost it", "没有", "沒有", "冇", "找不到", "搵唔到"},
	topicBill:       {"bill come to", "the bill comes to", "do i owe", "is the total", "the total come", "一共多少", "總共多少", "总共多少", "一共幾多"},
	topicGreets:     {"hi", "hello", "hey", "hiya", "morning", "afternoon", "evening", "good day", "yo", "you there", "anyone", "anybody", "你好", "您好", "哈罗", "哈囉", "嗨", "在吗", "在嗎", "在么", "在不", "喂", "早", "午安", "晚上好", "晚安", "你喺度", "有人"},
	topicNoPerson:   {"want to talk to anyone", "want to talk to anybody", "want to speak to anyone", "want to speak to anybody", "want to talk to a person", "want to speak to a person", "want a person", "need a person", "want to talk to people", "not a person", "no person", "no humans", "不想跟人", "不想和人", "不要人工", "不用人工", "不想找人", "不找人工", "别转人工", "別轉", "唔想同人", "唔使搵人"},
	topicFree:       {"免", "减", "減", "少收", "取消", "waive", "drop", "remove", "without", "lower", "reduce", "take ", " off", "less"},
	topicAny:        {"有冇", "有没有", "有沒有", "is there", "any ", "are there"},
	topicWhether:    {"会不会", "會不會", "會唔會", "还会", "還會", "will it", "will you", "will they", "does it", "what if"},
	topicPolite:     {"can you", "could you", "please", "帮我", "幫我", "麻烦", "麻煩", "唔該"},
	topicDue:        {"what's due", "whats due", "what is due", "due in", "due then", "when is the next", "几号到期", "幾號到期", "下期几", "下期幾"},
	topicRest:       {"the rest", "rest of it", "remain", "left", "剩", "余下", "餘下", "其余", "其餘", "另外的"},
	topicMayCancel:  {"can i cancel", "could i cancel", "able to cancel", "can i still cancel", "can i change it later", "能取消", "可以取消", "可不可以取消", "可唔可以取消", "能反悔", "可以反悔", "取消得"},
	topicShop:       {"店收", "店关", "店關", "店倒", "收了店", "收店", "收档", "收檔", "执笠", "執笠", "舖執", "铺执", "鋪執", "舖頭執", "结业", "結業", "歇业", "歇業", "关了店", "關了店", "店没了", "店沒了", "店开不", "店開不", "生意没", "生意沒", "shop closed", "closed the shop", "closed my shop", "close my shop", "shut the shop", "shut my shop", "shop has closed", "shop's closed", "business folded", "business closed", "business went under", "lost my business", "lost the shop", "store closed", "closed my store", "closed the store"},
	topicMyself:     {"i was", "i've been", "ive been", "i'm ill", "im ill", "i am ill", "i'm in", "im in", "my own", "my operation", "my surgery", "my treatment", "我住院", "我生病", "我病", "我在住", "我开刀", "我開刀", "我做手", "我自己", "本人"},
	topicTakeAgain:  {"take it again", "try it again", "run it again", "charge it again", "collect it again", "再扣", "重新扣", "再試一次", "再试一次", "再過數"},
	topicTag:        {"?", "？", "吧", "吗", "嗎", "么", "麼", "do i", "did i", "have i", "right"},
	topicStolen:     {"不是我", "唔係我", "别人", "別人", "人家", "冒", "盗", "盜", "骗", "騙", "从没", "從沒", "从来没", "從來沒", "从未", "從未", "绝对", "絕對", "hack", "stolen", "someone", "somebody", "identity", "never", "not me", "wasn't me", "wasnt me", "not mine", "fraud"},
	topicSafe:       {"i'm safe", "im safe", "i am safe", "i'm fine", "im fine", "i am fine", "i'm ok", "im ok", "i'm okay", "i am ok", "i'm alright", "im alright", "all good", "nothing like that", "not like that", "didn't mean that", "didnt mean that", "just an expression", "figure of speech", "我没事", "我沒事", "没事的", "沒事的", "没那个意思", "沒那個意思", "不是那个意思", "不是那個意思", "我很好", "我安全", "挺好的", "我冇事", "冇事", "唔係咁嘅意思"},
	topicUnsafe:     {"not fine", "not ok", "not safe", "unsafe", "don't feel", "dont feel", "but ", "没事了", "沒事了", "不安全", "不好", "但", "可是"},
	topicToMe:       {"text me", "call me", "message me", "contact me", "ring me", "write to me", "phone me", "打给我，", "打给我 ", "发给我，", "发给我 ", "打給我，", "打給我 ", "發給我，", "傳給我，", "打畀我，", "打俾我，"},
	topicDaytime:    {"白天", "日间", "日間", "日頭", "白日", "daytime", "during the day", "office hours", "working hours"},
	topicPerson:     {"person", "a person", "real person", "a real person", "human", "a human", "real human", "human being", "someone real", "somebody real", "agent", "人工", "真人", "转人工", "轉人工", "人工客服", "真人客服", "专人", "專人", "职员", "職員"},
	topicRequest:    {"request", "application", "reduction", "review", "discount", "waiver", "申请", "申請", "减免", "減免", "折扣", "打折", "少收"},
	topicHandIn:     {"send", "put ", "submit", "file", "pass ", "forward", "go ahead with", "hand ", "make the", "交", "报", "報", "提", "递", "遞", "送", "填", "走"},
	topicClose:      {"结清", "結清", "了事", "清咗", "搞掂", "and that's it", "and thats it", "and we're done", "and were done", "and we r done", "and done", "close it"},
	topicAbout:      {"what it is about", "what it's about", "what its about", "what is it about", "what this is about", "what's this about", "whats this about", "what is this about", "what's it about", "whats it about", "什么事", "什麼事", "咩事", "啥事", "干嘛的", "幹嘛的", "做乜"},
	topicEasier:     {"easier", "easy way", "manageable", "lighter", "less painful", "轻松", "輕鬆", "鬆啲", "松啲", "松一点", "鬆一點", "松点", "鬆點", "少还点", "少還點", "压力小", "壓力小"},
	topicWhy:        {"?", "？", "why", "what's the", "whats the", "what is the", "where does", "where's", "wheres", "how come", "what for", "怎么", "怎麼", "为什么", "為什麼", "为啥", "為何", "点解", "點解", "哪来", "哪來", "边度", "邊度", "咩", "什么", "什麼", "甚麼", "啥"},
	topicSum:        {"do i owe", "i owe", "is owed", "owing", "how much is it", "how much is that", "the total", "in total", "欠多少", "多少钱", "多少錢", "幾多錢", "一共", "总共", "總共"},
	topicCharge:     {"fee", "charge", "interest", "penalty", "late ", "罚息", "罰息", "利息", "手续费", "手續費", "滞纳金", "滯納金", "违约金", "違約金"},
	topicToDo:       {"need to do", "have to do", "nothing to do", "anything to do", "anything else", "what now", "还要做", "還要做", "还需要", "還需要", "要做什么", "要做什麼", "使唔使做"},
	topicWhen:       {"which day", "what day", "what date", "which date", "when", "哪天", "哪一天", "几号", "幾號", "什么时候", "什麼時候", "幾時"},
	topicIsIt:       {"is it set", "is it all set", "is it done", "is it on", "is it active", "did it go", "has it gone", "has it been", "did they", "好了吗", "好了嗎", "成了吗", "成了嗎", "生效了", "搞定了吗", "搞掂未"},
	topicCheapest:   {"cheapest", "lowest", "smallest", "least a month", "least per month", "the cheaper", "the lower", "the smaller", "最便宜", "最低", "最少", "最平", "便宜的", "便宜那", "便宜嗰", "低的", "低那", "低嗰", "月付低", "少的那", "平嗰", "細嗰", "每期少", "每月少"},
	topicSimplified: {"简体", "簡體", "简中", "簡中", "普通话", "普通話", "国语", "simplified", "mandarin"},
	topicNoWait:     {"forget it", "forget the person", "never mind", "nevermind", "don't need a person", "dont need a person", "no need for a person", "no longer need", "i'll do it here", "ill do it here", "do it myself", "stop waiting", "leave the queue", "cancel the wait", "不等了", "不用等了", "不用人工", "不转了", "不轉了", "不用转", "不用轉", "唔等喇", "唔等了"},
	topicEarn:       {"i get", "i make", "i earn", "i'm on", "im on", "take home", "bring home", "bring in", "comes in", "coming in", "income", "wage", "salary", "benefits", "到手", "收入", "工资", "工資", "进账", "進帳", "人工", "月薪", "出粮", "出糧", "薪水"},
	topicPays:       {"pay", "good for it", "sort it", "sorted", "clear it", "settle", "have it", "have the money", "send it", "transfer", "money comes", "money's in", "还", "還", "付", "转", "轉", "過數", "入數"},
	topicTrouble:    {"behind on", "struggl", "don't know what to do", "dont know what to do", "can't keep up", "cant keep up", "can't manage", "cant manage", "hard time", "rough", "tight", "difficult", "tough", "broke", "can't afford", "cant afford", "no work", "stress", "overwhelm", "难", "難", "撑不", "撐不", "没办法", "沒辦法", "周转", "週轉", "吃紧", "吃緊", "手头紧", "手頭緊", "唔掂", "頂唔順"},
	topicReserve:    {"?", "？", "but ", "wait", "first", "before", "don't", "dont", "not ", "no ", "instead", "actually", "rather", "但", "不过", "不過", "先", "等", "不", "没想好", "唔", "吗", "嗎", "呢"},
	topicAssent:     {"yes", "yess", "yeah", "yea", "yep", "yup", "yah", "yh", "ya", "yas", "aye", "sure", "ok", "okay", "okey", "k", "alright", "all right", "aight", "fine", "confirm", "agree", "accept", "deal", "go ahead", "go for it", "go with", "let's", "lets", "do it", "do that", "do this", "work for", "works", "sounds good", "looks good", "good", "great", "perfect", "cool", "send it", "submit", "set it up", "sign me up", "i'm in", "im in", "count me in", "happy with", "happy to", "book it", "lock it", "proceed", "please", "absolutely", "definitely", "correct", "right", "that's it", "no problem", "take it", "i'll take", "ill take", "start it", "continue", "approve", "affirmative", "of course", "why not", "suits", "make it so", "uh huh", "mhm", "👍", "吧", "啦", "喇", "咯", "好", "行", "可以", "是", "对", "對", "嗯", "确", "確", "同意", "要", "成", "中", "没问题", "沒問題", "冇問題", "就这", "就這", "就它", "就咁", "定", "办", "辦", "提交", "发", "發", "送", "得", "係", "啱", "批准", "接受", "没意见", "沒意見", "来吧", "來吧", "走", "弄", "搞", "妥", "答应", "答應", "按这", "按這", "照这", "照這", "没错", "沒錯"},
	topicHesitate:   {"?", "？", "but ", "wait", "what if", "hold on", "hang on", "not yet", "not sure", "and then", "then what", "what then", "不过", "不過", "但", "等等", "等一下", "等下", "先别", "先別", "先唔好", "想想", "諗下", "都行", "都可以", "随便", "隨便", "你说吧", "你說吧", "你话", "你話", "你定", "你决定", "你決定", "无所谓", "無所謂", "随你", "隨你", "是但", "求其", "whatever", "up to you", "you decide", "you choose", "you tell me", "dont care", "don't care"},
	topicQuestion:   {"?", "？", "do you", "do u", "does it", "does the", "does that", "will you", "will u", "will it", "will they", "will someone", "will the", "would you", "can you", "can u", "are you", "are u", "is it", "is someone", "is somebody", "if i", "吗", "嗎", "会不会", "會不會", "是不是", "咩"},
	topicShow:       {"show me", "see the", "look at", "how much", "what's on", "whats on", "看看", "看下", "看一下", "睇下", "多少", "幾多"},
	topicWhyNot:     {"why not", "why can't", "why cant", "why won't", "why wont", "how come i can't", "how come i cant", "how come not", "why only", "why just", "why these", "why those", "only these", "only those", "is that all", "为什么不", "為什麼不", "为啥不", "怎么不行", "怎麼不行", "点解唔", "點解唔", "为啥只", "为什么只", "為什麼只", "怎么只", "怎麼只", "凭什么只", "就这几", "就這幾", "只有这", "只有這", "點解只", "點解得"},
	topicWhole:      {"all of it", "pay it all", "pay all", "the lot", "in full", "full amount", "the full", "whole", "everything", "clear it", "全部", "全额", "全額", "一次", "清"},
	topicReview:     {"for review", "review it", "send it", "send that", "send the request", "send my request", "put it in", "put in a request", "put in the request", "put in my request", "put the request", "make the request", "with the request", "do the request", "put that in", "put in for", "ask them", "submit it", "交一下", "交吧", "帮我交", "幫我交", "报上", "報上", "递上", "遞上", "送上去", "去审", "去審", "提交申请", "提交申請", "申请吧", "申請吧", "帮我申请", "幫我申請", "交上去", "报上去", "送審", "送审"},
	topicWays:       {"what can you do", "what can u do", "what can i do", "what could you do", "what are my options", "what options", "what else is there", "what else can", "anything you can do", "is there anything", "in one go", "all at once", "in one hit", "all in one", "how do i fix", "how do i sort", "how can i fix", "what should i do", "what do i do now", "怎么弄", "怎麼弄", "怎么处理", "怎麼處理", "點處理", "點搞", "一次还不", "一下子还不", "一次還不", "有什么办法", "有啥办法", "有甚麼辦法", "有什麼辦法", "有咩辦法", "怎么办", "怎麼辦", "點算"},
	topicLess:       {"settle", "discount", "% off", "knock off", "write off", "or nothing", "take it or leave it", "打折", "减免", "減免", "结清价", "折"},
}

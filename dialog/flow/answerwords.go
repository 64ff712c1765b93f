package flow

// answerWords are the words of short answers, to what was just said or shown.
var answerWords = map[topic][]string{
	topicThis:         {"就它", "就他", "就这", "就這", "就呢", "就佢", "就咁", "就要这", "就要這", "就选这", "就選這", "选这个", "選這個", "用这个", "用這個", "this one", "that one's fine", "that one is fine", "go with it", "go with that", "go with this", "that'll do"},
	topicYes:          {"好", "行", "可以", "要", "帮我", "幫我", "麻烦", "麻煩", "送", "提交", "申请", "申請", "yes", "yeah", "yep", "ok", "sure", "please", "go ahead", "send", "do it"},
	topicSettle:       {"了断", "了斷", "了结", "了結", "两清", "兩清", "一次结", "一次結", "一笔勾", "一筆勾", "一口价", "一口價", "打折", "折扣", "抹零", "算清", "清账", "清帳", "清數", "全清", "settle", "full and final", "final offer", "call it even", "call it quits", "wipe the rest", "write off the rest"},
	topicRetry:        {"再看", "再试", "再試", "再查", "重试", "重試", "再来一", "再來一", "再睇", "试试", "試試", "好了吗", "好了嗎", "好了没", "好了沒", "恢复了", "恢復了", "try again", "retry", "now?", "is it back", "working now", "try it again", "try now", "try once more", "again please", "check again", "look again", "any luck", "working yet", "back up", "re-try"},
	topicNews:         {"怎样了", "怎樣了", "怎么样了", "怎麼樣了", "咋样了", "点样", "點樣", "成点", "成點", "结果", "結果", "进度", "進度", "进展", "進展", "查到", "查好", "查清", "查得", "查出", "多久", "几天", "幾天", "几时", "幾時", "什么时候", "什麼時候", "有消息", "有眉目", "any news", "any update", "update on", "how long", "heard back", "result", "status"},
	topicDebit:        {"扣款", "扣费", "扣費", "代扣", "划扣", "劃扣", "扣不", "没扣", "沒扣", "扣失败", "扣失敗", "扣帳", "扣账", "扣賬", "扣繳", "转账", "轉賬", "轉帳", "debit", "autopay", "auto-pay", "auto pay", "automatic payment", "bounced", "declined", "didn't come out", "didnt come out", "didn't go out", "didnt go out", "never came out", "自动扣", "自動扣", "轉賬失敗", "转账失败", "過數失敗"},
	topicSpend:        {"房租", "租金", "房贷", "房貸", "供楼", "供樓", "吃饭", "吃飯", "食飯", "伙食", "生活费", "生活費", "开销", "開銷", "开支", "開支", "支出", "花费", "花費", "学费", "學費", "水电", "水電", "药费", "藥費", "孩子", "小孩", "交通", "rent", "food", "groceries", "bills", "spend", "expenses", "childcare", "mortgage", "essentials", "outgoings", "utilities", "costs", "daycare", "nursery", "goes on", "go on", "goes out", "屋租", "使費"},
	topicOtherAccount: {"另外那个", "另外一个", "另一个账", "另一个户", "另一笔", "另外那笔", "另外一笔", "另外那個", "另外一個", "另一個帳", "另一個賬", "另一個戶", "另一筆", "另外那筆", "另外一筆", "第二个账", "第二個帳", "另一單", "另外嗰個", "第二個戶口", "换个账户", "換個帳戶", "換個賬戶", "换一个账户", "the other account", "the other one", "other account", "my other account", "other one", "other bill", "other loan", "second account", "另一个", "另一個", "另外那", "另外一", "第二个账户", "另一張"},
	topicNoNeed:       {"不用", "不必", "不需要", "唔使", "唔洗", "毋須", "算了", "算啦", "不等", "唔等", "no need", "not needed", "never mind", "nevermind", "forget it"},
	topicWage:         {"工资", "工資", "薪水", "月薪", "月入", "收入", "到手", "人工得", "人工有", "出糧", "挣", "賺", "赚", "wage", "salary", "income", "take home", "bring home", "i earn", "i make"},
	topicManager:      {"经理", "經理", "主管", "领导", "領導", "上司", "老板", "老闆", "manager", "supervisor", "your boss"},
	topicAgreed:       {"同意", "答应", "答應", "批了", "批准", "批咗", "说可以", "說可以", "话得", "話得", "话可以", "話可以", "应承", "應承", "说行", "說行", "点头", "點頭", "approved", "agreed", "said yes", "said ok", "okayed", "signed off"},
	topicFetch:        {"叫", "找个", "找個", "找人", "找你", "找他", "找经", "找經", "找主", "转", "轉", "搵", "换", "換", "要见", "要見", "让", "讓", "请", "請", "接", "来", "來", "嚟", "get ", "talk", "speak", "put me", "call", "transfer", "want"},
	topicPayday:       {"出糧", "出咗糧", "出粮", "发工资", "發工資", "发了工资", "发薪", "發薪", "领工资", "领薪", "領薪", "工资到", "工資到", "薪水到", "when i get paid", "once i get paid", "after payday", "once i'm paid", "when i'm paid"},
	topicNow:          {"现在", "現在", "马上", "馬上", "而家", "即刻", "今天", "今日", "now", "today", "right away"},
	topicWant:         {"办", "辦", "想要", "想分", "想做", "要分", "要个", "要個", "弄个", "弄個", "搞个", "搞個", "做个", "做個", "整個", "set up", "want a", "would like", "i'd like", "make a", "start a", "get a"},
	topicCost:         {"多收", "多付", "多还", "多還", "多繳", "要加", "加多少", "加几", "加幾", "多幾", "多多少", "利息多少", "多少利息", "幾多利息", "利息几", "利息幾", "手续费", "手續費", "额外", "額外", "另外收", "到时", "到時", "到期", "一共要", "总共要", "總共要", "what does it cost", "what will it cost", "what would it cost", "how much extra", "how much more", "extra", "any fee", "in total"},
	topicWhyThese:     {"只有这", "只有這", "只有呢", "就这几", "就這幾", "就这些", "就這些", "得呢幾", "得咁少", "为什么是这", "為什麼是這", "为啥是这", "为什么只", "為什麼只", "为啥只", "點解得", "點解只", "怎么只有", "怎麼只有", "why these", "why only", "only these", "why just"},
	topicConfused:     {"看不懂", "看不明白", "没看懂", "沒看懂", "不明白", "没明白", "沒明白", "不懂", "搞不懂", "唔明", "唔係好明", "唔係幾明", "睇唔明", "聽唔明", "don't get it", "dont get it", "don't understand", "dont understand", "not following", "confused", "confusing", "lost me"},
	topicCancel:       {"取消", "撤销", "撤銷", "退掉", "cancel"},
	topicGot:          {"知道", "明白", "了解", "懂了", "晓得", "清楚", "收到", "行吧", "好吧", "好的", "嗯", "哦", "喔", "噢", "係咁", "got it", "i see", "understood", "ok", "okay", "alright", "fine", "right"},
}

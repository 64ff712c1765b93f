package sandbox

import (
	"fmt"
	"time"

	"warmline/dialog"
)

// demo is a demo borrower: who, where, and what their case looks like on a day.
type demo struct {
	borrower dialog.Borrower
	currency dialog.Currency
	fill     func(b *builder)
}

// builder makes a demo case relative to the borrower's today.
type builder struct {
	Case
	cur   dialog.Currency
	today dialog.Date
	now   time.Time
}

func (b *builder) sum(decimal string) dialog.Money {
	// The amounts below are constants of this file, checked by its test.
	m, _ := dialog.ParseMoney(decimal, b.cur)
	return m
}

// account adds an account that is days late (0: nothing is overdue); the next
// instalment falls a month after the overdue one.
func (b *builder) account(ref, product string, days int, principal, interest, notYet, next string) *dialog.Account {
	due := b.today.AddDays(-days)
	a := dialog.Account{Ref: ref, Product: productName(product, b.Borrower.Locale), Currency: b.cur, NotYetDue: b.sum(notYet),
		NextDueAmount: b.sum(next), ContractRateDaily: 300_000, AutoDebit: "on",
		Overdue: dialog.Overdue{LateRateDaily: 500_000, Principal: b.sum(principal), Interest: b.sum(interest)}}
	if days > 0 {
		a.Overdue.Due = due
	}
	a.NextDue = due.AddMonths(1, due.Day)
	for !b.today.Before(a.NextDue) {
		a.NextDue = a.NextDue.AddMonths(1, due.Day)
	}
	b.Accounts = append(b.Accounts, a)
	return &b.Accounts[len(b.Accounts)-1]
}

// productName is what a lender calls a product to its borrowers, in their
// language.
func productName(product string, l dialog.Locale) string {
	names := map[string][3]string{
		"wallet_credit": {"钱包分期", "錢包分期", "Wallet credit"},
		"pay_later":     {"先用后付", "先買後付", "Pay later"},
	}[product]
	switch l.Language() {
	case dialog.LangZhHans:
		return names[0]
	case dialog.LangZhHant:
		return names[1]
	}
	return names[2]
}

func (b *builder) contacted(daysAgo int, channel dialog.ChannelKind) {
	b.Contacts = append(b.Contacts, dialog.ContactCount{Channel: channel,
		At: b.now.AddDate(0, 0, -daysAgo), Class: dialog.ClassCollection})
}

func (t *txn) seedDemo() error {
	for _, d := range demos() {
		p := person{Borrower: d.borrower}
		b := &builder{cur: d.currency, today: p.today(t.now), now: t.now}
		b.Borrower, b.Programme = d.borrower, demoProgramme(b)
		d.fill(b)
		if err := t.seed(b.Case, true); err != nil {
			return fmt.Errorf("demo borrower %s: %w", d.borrower.ID, err)
		}
	}
	return nil
}

// demoProgramme is the same everywhere but for its least sums.
func demoProgramme(b *builder) dialog.Programme {
	least := map[dialog.Currency][2]string{
		"CNY": {"100", "50"}, "HKD": {"200", "100"}, "TWD": {"500", "300"},
		"USD": {"25", "10"}, "GBP": {"20", "10"}, "PHP": {"500", "200"},
	}[b.cur]
	return dialog.Programme{
		ID: "wallet-" + string(b.cur), Version: "1", Plans: []int{3, 4, 6},
		MinInstalment: b.sum(least[0]), PartialMin: b.sum(least[1]), PlanInterest: "frozen", FirstPaymentDays: 7,
		Deferral: dialog.DeferralTerms{MaxDays: 30, PauseLateInterest: true, OrdinaryDaily: 300_000, CooldownDays: 180},
		Promise:  dialog.PromiseTerms{FreezeDays: 14, Moves: 2},
		QuoteTTL: 24 * time.Hour, CancelWindow: 72 * time.Hour, WaiverReview: true,
	}
}

func who(id, name string, locale dialog.Locale, zone, pack, lender, phone string) dialog.Borrower {
	return dialog.Borrower{ID: id, Name: name, Locale: locale, Zone: zone, Zones: []string{zone},
		Packs: []string{pack}, Lender: lender, Phone: phone,
		Consents: map[string]bool{"web": true, "telegram": pack != "cn", "sms": true}}
}

func demos() []demo {
	return []demo{
		{who("lin-yue", "林悦", dialog.ZhHans, "Asia/Shanghai", "cn", "暖流钱包", "138****3391"), "CNY", linYue},
		{who("chan-ka-wai", "陳家威", dialog.ZhHantHK, "Asia/Hong_Kong", "hk", "暖流錢包", "9***2210"), "HKD", chanKaWai},
		{who("lin-yi-chen", "林怡辰", dialog.ZhHantTW, "Asia/Taipei", "tw", "暖流錢包", "0912***456"), "TWD", linYiChen},
		{who("maria-santos", "Maria Santos", dialog.EnUS, "America/New_York", "us", "Warmline Wallet", "(***) ***-0143"), "USD", mariaSantos},
		{who("james-okafor", "James Okafor", dialog.EnGB, "Europe/London", "gb", "Warmline Wallet", "07*** ***118"), "GBP", jamesOkafor},
		{who("angela-reyes", "Angela Reyes", dialog.EnGB, "Asia/Manila", "ph", "Warmline Wallet", "0917***2255"), "PHP", angelaReyes},
		{who("zhou-min", "周敏", dialog.ZhHans, "Asia/Shanghai", "cn", "暖流钱包", "136****7720"), "CNY", zhouMin},
		{who("ho-siu-ling", "Ho Siu Ling", dialog.EnGB, "Asia/Hong_Kong", "hk", "Warmline Wallet", "6***8841"), "HKD", hoSiuLing},
	}
}

// linYue is nine days late for the first time.
func linYue(b *builder) {
	b.account("LY-1", "wallet_credit", 9, "800.00", "24.00", "1600.00", "824.00")
	b.contacted(6, dialog.ChannelSMS)
}

// chanKaWai is 45 days late on two accounts.
func chanKaWai(b *builder) {
	b.account("CKW-1", "wallet_credit", 45, "5200.00", "156.00", "4800.00", "1236.00")
	b.account("CKW-2", "pay_later", 45, "1350.00", "0.00", "450.00", "450.00")
	b.contacted(30, dialog.ChannelCall)
	b.contacted(12, dialog.ChannelSMS)
}

// linYiChen pays a plan of four and has paid the first instalment. The plan was
// 5,800 + 180 and 42 of late interest for the fourteen days before it; what is
// left of the account is what is left of the plan.
func linYiChen(b *builder) {
	made := b.today.AddDays(-20)
	a := b.account("LYC-1", "wallet_credit", 34, "4474", "0", "6000", "3090")
	a.Overdue.FrozenFrom = made
	a.Overdue.Fees = []dialog.Fee{{Kind: dialog.FeeLateInterest, Amount: b.sum("11"), Date: b.today.AddDays(-13)}}
	a.AutoDebit = "paused"
	plan := dialog.Arrangement{ID: "ARR-TW-1", Account: a.Ref, Kind: dialog.ArrangementPlan,
		Status: dialog.ArrangementActive, Total: b.sum("6022"), Paid: b.sum("1506"), Created: b.now.AddDate(0, 0, -20)}
	first := made.AddDays(7)
	for i, amount := range []string{"1506", "1506", "1506", "1504"} {
		plan.Schedule = append(plan.Schedule, dialog.Instalment{Due: first.AddMonths(i, first.Day), Amount: b.sum(amount)})
	}
	b.Arrangements = []dialog.Arrangement{plan}
	b.Payments = []dialog.Payment{{Ref: "PAY-TW-1", Account: a.Ref, Amount: b.sum("1506"),
		At: b.now.AddDate(0, 0, -13), Status: "settled", ReceiptID: "R-TW-1"}}
}

// mariaSantos paid the whole sum yesterday; the bank has not settled it yet.
func mariaSantos(b *builder) {
	a := b.account("MS-1", "wallet_credit", 6, "180.00", "5.40", "360.00", "185.40")
	at := b.now.AddDate(0, 0, -1)
	a.Overdue.FrozenFrom = b.today.AddDays(-1)
	b.Payments = []dialog.Payment{{Ref: "PAY-US-1", Account: a.Ref, Amount: b.sum("185.86"), At: at, Status: "pending"}}
}

// jamesOkafor disputes a fee on the account.
func jamesOkafor(b *builder) {
	a := b.account("JO-1", "wallet_credit", 16, "210.00", "6.30", "420.00", "216.30")
	a.Overdue.Fees = []dialog.Fee{{Kind: "late_fee", Amount: b.sum("12.00"), Basis: "7.2", Date: b.today.AddDays(-10)}}
	b.contacted(9, dialog.ChannelSMS)
}

// angelaReyes is not late: the next instalment falls due in three days.
func angelaReyes(b *builder) {
	a := b.account("AR-1", "wallet_credit", 0, "0", "0", "4500.00", "1500.00")
	a.NextDue = b.today.AddDays(3)
}

// zhouMin is 75 days late and once had a deferral.
func zhouMin(b *builder) {
	a := b.account("ZM-1", "wallet_credit", 75, "2400.00", "72.00", "1600.00", "824.00")
	a.AutoDebit = "paused"
	due := b.today.AddDays(-78)
	b.Arrangements = []dialog.Arrangement{{ID: "ARR-CN-1", Account: a.Ref, Kind: dialog.ArrangementDeferral,
		Status: dialog.ArrangementBroken, Days: 20, Total: b.sum("824.00"), Created: b.now.AddDate(0, 0, -98),
		Schedule: []dialog.Instalment{{Due: due, Amount: b.sum("824.00")}}}}
	b.contacted(21, dialog.ChannelCall)
	b.contacted(8, dialog.ChannelSMS)
	b.contacted(3, dialog.ChannelWeb)
}

// hoSiuLing is five days late because a direct debit failed.
func hoSiuLing(b *builder) {
	a := b.account("HSL-1", "wallet_credit", 5, "1100.00", "33.00", "2200.00", "1133.00")
	a.AutoDebit, a.DebitFailure = "failed", "technical"
}

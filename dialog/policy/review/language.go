package review

import "strings"

// loanWords are Latin words that Chinese texts may have.
var loanWords = map[string]bool{
	"ai": true, "app": true, "ok": true, "id": true, "atm": true, "sms": true, "vip": true, "pin": true, "qr": true,
	"fps": true, "payme": true, "pdf": true, "line": true, "telegram": true, "ios": true, "android": true, "faq": true,
	"hi": true, "hello": true, "email": true, "okay": true, "sorry": true, "bot": true,
}

// hongKongWords are English words that written Cantonese takes in.
var hongKongWords = map[string]bool{
	"send": true, "check": true, "plan": true, "link": true, "case": true, "book": true, "update": true, "message": true,
	"click": true, "confirm": true, "follow": true, "up": true, "save": true, "easy": true, "form": true, "mark": true, "keep": true, "bye": true, "thank": true, "you": true, "thanks": true, "friend": true, "miss": true, "set": true, "record": true, "ref": true, "no": true, "pass": true, "reply": true, "type": true, "press": true, "button": true, "option": true, "options": true, "agent": true, "team": true,
}

// cantoneseRunes are characters of written Cantonese that no Mandarin text has.
const cantoneseRunes = "唔嘅咗喺佢冇哋嚟啲嗰嘢㗎咁咩乜攞瞓睇諗谂搵揀撳畀嘥黐啱嗌噉嗱咧俾喎啩氹揸餸"

// region words: they give a text away as written for somewhere else. Each ends
// with the locales that it does not belong to.
var regionWords = map[string][]string{
	"zh-Hans":    {"简讯", "网路", "软体", "联征", "缓缴", "帐单", "登入帐号", "缴款", "资讯", "讯息", "出粮", "入帐"},
	"zh-Hant":    {"短信", "默認", "登錄", "手機號", "微信支付", "信息", "視頻", "質量", "激活", "充值", "工資卡", "社保", "綁卡", "催收", "還款日", "逾期記錄", "手機綁定"},
	"zh-Hant-TW": {"短信", "默認", "登錄", "手機號", "信息", "賬單", "賬戶", "過數", "環聯", "短訊", "出糧", "信貸紀錄", "轉賬"},
	"zh-Hant-HK": {"短信", "默認", "登錄", "手機號", "帳單", "聯徵", "簡訊", "緩繳", "遲延利息", "專人"},
	"en-US":      {"instalment", "cheque", "favour", "apologise", "organise", "whilst", "fortnight", "direct debit", "colour", "programme", "honour", "recognise"},
	"en-GB":      {"installment", "autopay", "past due", "favor ", "apologize", "organize", "checking account", "color ", "recognize"},
}

// otherLatin are common words of other languages written in Latin letters, none
// of them English; three in a text give it away.
const otherLatin = `usted ustedes su sus el los las una uno para por favor pago pagar fecha hola gracias puede deuda saldo cuota cuotas es del con que cuando está hoy monto vence
vous votre vos le la les des une pour pouvez bonjour merci paiement montant avec est sur dans nous date échéance
sie ihr ihre der die das und ist bitte zahlung betrag nicht mit für fällig am wir können danke hallo
anda tidak dengan untuk dan yang pembayaran jumlah sila boleh kami akan terima kasih bayaran tarikh silakan jatuh tempo sebesar
você seu sua pagamento obrigado não com uma valor vencimento pode olá
ang ng mga po sa ninyo inyong bayad salamat kayo namin iyong araw petsa kailan maaari halaga kung
quel quelle quels quelles compte comptes facture cette ces je tu nos mon mes avez avoir être fait bien tout toute voulez souhaitez aider aujourd
cuál cual cuáles factura cuenta quiere quieres qué quién necesita ayudarte ayudar avísenos puedo nosotros usted está tiene hacer más
welche welcher welches rechnung meinen konto ich haben sind werden uns helfen noch heute offen
quale quali conto fattura vuole può aiutare sono è come posso
qual quais conta fatura quer ajudar posso obrigada estamos são
kumusta paano kita matutulungan utang mo ba ito ano
apa bagaimana bisa membantu tagihan mana akun saya ini itu
hangi nasıl yardımcı olabilirim fatura lütfen
il lo gli della pagamento importo grazie può scadenza ciao suo
nin de wo shi hao qing huan kuan yuqi zhangdan nín qǐng
quý khách của bạn vui lòng thanh toán số tiền ngày`

// checkLanguage holds a draft against the language of its locale.
func (c *checker) checkLanguage(text, locale string, s *scan, spans []span) {
	switch languageOf(locale) {
	case "en":
		c.checkEnglish(text, s)
	case "zh-Hant":
		if s.simp > 0 || !c.isChinese(s) || s.foreign > 0 || c.kana(text) {
			c.wrongLanguage(text)
		} else if locale == "zh-Hant-TW" && strings.ContainsAny(text, cantoneseRunes) {
			c.wrongLanguage(text)
		} else if c.latinRun(text, spans, locale) {
			c.wrongLanguage(text)
		}
	default:
		if s.trad > 0 || !c.isChinese(s) || s.foreign > 0 || c.kana(text) || strings.ContainsAny(text, cantoneseRunes) || c.latinRun(text, spans, locale) {
			c.wrongLanguage(text)
		}
	}
	c.checkRegion(masked(text, spans), locale)
}

func (c *checker) wrongLanguage(text string) {
	c.report(WrongLanguage, ruleLanguage, span{0, len(text)})
}

// languageOf returns the language of a locale: en, zh-Hant or zh-Hans.
func languageOf(locale string) string {
	switch {
	case strings.HasPrefix(locale, "en"):
		return "en"
	case strings.HasPrefix(locale, "zh-Hant"), strings.HasPrefix(locale, "zh-TW"), strings.HasPrefix(locale, "zh-HK"):
		return "zh-Hant"
	}
	return "zh-Hans"
}

func (c *checker) isChinese(s *scan) bool { return s.han > 0 || s.words == 0 }

func (c *checker) checkEnglish(text string, s *scan) {
	if s.han > 0 || s.foreign > 0 || c.kana(text) || s.accented > 1 || strings.ContainsAny(text, "，。！？、；：「」¿¡") {
		c.wrongLanguage(text)
		return
	}
	other, words := 0, 0
	eachWord(text, nil, func(w string) {
		words++
		if c.r.otherLatin[w] {
			other++
		}
	})
	if other >= 3 && other*4 >= words || words > 0 && other*2 > words {
		c.wrongLanguage(text)
	}
}

// kana reports letters of Japanese, Korean or bopomofo.
func (c *checker) kana(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool {
		return r >= 0x3040 && r <= 0x312F && r != '・' || r >= 0x3130 && r <= 0x318F || r >= 0xAC00 && r <= 0xD7A3
	})
}

// latinRun reports Latin words in a Chinese text beyond names of things.
func (c *checker) latinRun(text string, spans []span, locale string) bool {
	odd, hk := 0, 0
	eachWord(text, spans, func(w string) {
		switch {
		case loanWords[w] || len(w) == 1 || len(w) == 2 && w != "to" && w != "is" && w != "we" && w != "no" && w != "my":
		case hongKongWords[w]:
			hk++
		default:
			odd++
		}
	})
	if languageOf(locale) == "zh-Hant" && locale != "zh-Hant-TW" {
		return odd > 0 || hk > 2
	}
	return odd+hk > 0
}

// eachWord calls use for the Latin words of a text outside the spans, in lower
// case.
func eachWord(text string, spans []span, use func(string)) {
	for i := 0; i < len(text); {
		if len(spans) > 0 && i >= spans[0].start {
			i = spans[0].end
			spans = spans[1:]
			continue
		}
		if !isLetter(text, i) {
			i++
			continue
		}
		start := i
		for i < len(text) && isLetter(text, i) {
			i++
		}
		use(strings.ToLower(text[start:i]))
	}
}

// checkRegion reports words of another region.
func (c *checker) checkRegion(text, locale string) {
	lower := text
	if languageOf(locale) == "en" {
		lower = strings.ToLower(text)
	}
	for _, w := range regionWords[locale] {
		if i := strings.Index(lower, w); i >= 0 {
			c.report(WrongLanguage, ruleLanguage, span{i, i + len(w)})
			return
		}
	}
}

// Limits of the voice page (at most three sentences, 90 characters, 55 words),
// each with a little room.
const (
	maxHan       = 95
	maxWords     = 59
	maxSentences = 4
	// maxBytes bounds the work on a text: what is longer is not looked at.
	maxBytes = 8 << 10
)

// checkLength reports texts beyond the limits.
func (c *checker) checkLength(text string, s *scan) {
	assents := 0
	if c.r.lex.assent(s) > 0 {
		assents = 1
	}
	if s.han > maxHan || s.words > maxWords || s.sentences-assents > maxSentences || s.han+2*s.words > maxHan+maxWords/2 && s.han > maxHan/2 {
		c.report(TooLong, ruleLength, span{0, len(text)})
	}
}

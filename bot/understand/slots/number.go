package slots

import "strconv"

// number is a number of the text, in hundredths.
type number struct {
	cents    int64
	digits   int     // Arabic digits before the point, 0 when written in words
	fraction bool    // written with a decimal point or 块…毛
	readings []int64 // when it can be read in more than one way, in hundredths
	vague    bool    // "一千出头", "200ish"
	money    bool    // carries a currency sign or word
	used     bool    // already read as something
	approx   bool    // "about 200": good enough for what is paid by the month
	word     bool    // an English number word
}

// whole returns the number when it has no fraction.
func (n *number) whole() (int, bool) {
	if n.cents%100 != 0 || n.vague || len(n.readings) > 1 || n.cents > 1e9 {
		return 0, false
	}
	return int(n.cents / 100), true
}

const maxCents = 1e13

// readNumber reads the number at rune i, nil when there is none.
func readNumber(r []rune, i int) (n *number, end int) {
	switch {
	case isDigit(r[i]):
		return readDigits(r, i)
	case hanDigit(r[i]) >= 0 || hanUnit(r[i]) > 0:
		return readHan(r, i)
	case tens(r[i]) > 0:
		n := &number{cents: tens(r[i]) * 100}
		if d := hanAt(r, i+1); d > 0 {
			n.cents += d * 100
			return n, i + 2
		}
		return n, i + 1
	}
	return nil, 0
}

// tens is the value of the characters that stand for twenty to forty.
func tens(c rune) int64 {
	switch c {
	case '廿':
		return 20
	case '卅':
		return 30
	case '卌':
		return 40
	}
	return 0
}

func isDigit(c rune) bool { return c >= '0' && c <= '9' }

// readDigits reads 1500, 1,500, 827.7, 4k, 3千, 1.5万.
func readDigits(r []rune, i int) (*number, int) {
	n, j := &number{}, i
	for j < len(r) && (isDigit(r[j]) || thousands(r, i, j)) {
		if isDigit(r[j]) {
			if n.cents < maxCents {
				n.cents = n.cents*10 + int64(r[j]-'0')
			}
			n.digits++
		}
		j++
	}
	n.cents *= 100
	if j+1 < len(r) && r[j] == '.' && isDigit(r[j+1]) && !(j+3 < len(r) && isDigit(r[j+2]) && isDigit(r[j+3])) {
		n.fraction = true
		n.cents += int64(r[j+1]-'0') * 10
		j += 2
		if j < len(r) && isDigit(r[j]) {
			n.cents += int64(r[j] - '0')
			j++
		}
	}
	return n, n.scale(r, j)
}

// thousands reports whether r[j] is a comma between groups of three digits.
func thousands(r []rune, i, j int) bool {
	if r[j] != ',' || j == i || j+3 >= len(r) {
		return false
	}
	return isDigit(r[j+1]) && isDigit(r[j+2]) && isDigit(r[j+3]) && (j+4 >= len(r) || !isDigit(r[j+4]))
}

// scale applies a 千 or 万 or k that follows digits, and returns the new end.
func (n *number) scale(r []rune, j int) int {
	if j >= len(r) || n.cents > maxCents/1e4 {
		return j
	}
	switch {
	case r[j] == '千' || r[j] == '万' || r[j] == '百':
		n.cents *= hanUnit(r[j])
		if last := tail(r, j+1); last > 0 {
			n.cents += last * 100 * hanUnit(r[j]) / 10 // 3千5
			return j + 2
		}
		return j + 1
	case (r[j] == 'k' || r[j] == 'w') && (j+1 == len(r) || !letterOrDigit(r[j+1])):
		n.cents *= map[rune]int64{'k': 1000, 'w': 10000}[r[j]]
		return j + 1
	}
	return j
}

// tail returns the single digit at r[i] that no other follows, else 0.
func tail(r []rune, i int) int64 {
	d := hanAt(r, i)
	if i < len(r) && isDigit(r[i]) {
		d = int64(r[i] - '0')
	}
	if d <= 0 || hanUnitAt(r, i+1) > 0 || hanAt(r, i+1) >= 0 || i+1 < len(r) && isDigit(r[i+1]) {
		return 0
	}
	return d
}

func hanDigit(c rune) int64 {
	switch c {
	case '零', '〇':
		return 0
	case '一', '壹', '幺':
		return 1
	case '二', '两', '俩', '贰', '兩':
		return 2
	case '三', '仨', '叁':
		return 3
	case '四', '肆':
		return 4
	case '五', '伍':
		return 5
	case '六', '陆':
		return 6
	case '七', '柒':
		return 7
	case '八', '捌':
		return 8
	case '九', '玖':
		return 9
	}
	return -1
}

func hanUnit(c rune) int64 {
	switch c {
	case '十', '拾':
		return 10
	case '百', '佰':
		return 100
	case '千', '仟':
		return 1000
	case '万':
		return 10000
	}
	return 0
}

func hanAt(r []rune, i int) int64 {
	if i >= len(r) {
		return -1
	}
	return hanDigit(r[i])
}

func hanUnitAt(r []rune, i int) int64 {
	if i >= len(r) {
		return 0
	}
	return hanUnit(r[i])
}

// readHan reads Chinese numerals: 一千零五十, 两百五 (250), 一万五 (15000); and
// those that leave it open: 两三百, 千八百.
func readHan(r []rune, i int) (*number, int) {
	if n, end := readRange(r, i); n != nil {
		return n, end
	}
	total, part, last, unit := int64(0), int64(0), int64(-1), int64(0)
	j, zero, seen := i, false, false
	for ; j < len(r); j++ {
		if d := hanDigit(r[j]); d >= 0 {
			if last > 0 { // 三五: two digits in a row end it
				break
			}
			last, zero = d, zero || d == 0
			seen = true
			continue
		}
		u := hanUnit(r[j])
		if u == 0 || (unit != 0 && u >= unit && u != 10000) || (u != 10 && last < 0 && part == 0) {
			break
		}
		if u == 10000 {
			total, part = (total+part+max(last, 0))*u, 0
		} else {
			part += max(last, 1) * u
		}
		unit, last, zero, seen = u, -1, false, true
	}
	if !seen {
		return nil, 0
	}
	if last == 1 && unit >= 100 && onceAt(r, j) { // 六百一次: six hundred, once
		last, j = -1, j-1
	}
	if last > 0 && unit >= 100 && !zero {
		last *= unit / 10 // the unit below is left out
	}
	return &number{cents: (total + part + max(last, 0)) * 100}, j
}

// onceAt reports whether a 一 before r[i] counts what follows: once, a week.
func onceAt(r []rune, i int) bool {
	if i >= len(r) {
		return false
	}
	switch r[i] {
	case '次', '起', '个', '周', '天', '月', '礼', '星', '期', '笔', '并', '下', '口', '年':
		return true
	}
	return false
}

// readRange reads two neighbouring digits before a unit (两三百) and a unit
// before a lower one (千八百): both are to be asked back.
func readRange(r []rune, i int) (*number, int) {
	a, b := hanDigit(r[i]), hanAt(r, i+1)
	if a > 0 && b > 0 && (b == a+1 || a == 3 && b == 5) {
		if u := hanUnitAt(r, i+2); u > 0 {
			return open(a*u, b*u), i + 3
		}
		if i == 0 || hanUnit(r[i-1]) == 0 {
			return open(a, b), i + 2
		}
	}
	u, low := hanUnit(r[i]), hanUnitAt(r, i+2)
	if u < 100 || b < 1 {
		return nil, 0
	}
	if low*10 == u {
		return open(b*low, u), i + 3
	}
	// 千二, 百五 and 万八 leave out the one: 1200, 150, 18000; 万一 is "in case".
	if low == 0 && (b > 1 || moneyAt(r, i+2)) && (i+2 >= len(r) || hanDigit(r[i+2]) < 0) {
		return &number{cents: (u + b*u/10) * 100}, i + 2
	}
	return nil, 0
}

// moneyAt reports whether a word of money stands at r[i].
func moneyAt(r []rune, i int) bool {
	return i < len(r) && (r[i] == '元' || r[i] == '块' || r[i] == '蚊' || r[i] == '圆')
}

// open is a number with two readings.
func open(a, b int64) *number {
	return &number{cents: a * 100, readings: []int64{a * 100, b * 100}}
}

// decimal writes hundredths as the account's decimal: "250", "827.70".
func decimal(cents int64) string {
	if cents%100 == 0 {
		return strconv.FormatInt(cents/100, 10)
	}
	frac := strconv.FormatInt(cents%100, 10)
	if len(frac) == 1 {
		frac = "0" + frac
	}
	return strconv.FormatInt(cents/100, 10) + "." + frac
}

package slots

import (
	"testing"
	"time"

	"warmline/bot/understand/fold"
	"warmline/dialog"
)

// TestEveryDayOfThreeYears reads relative days on each day of three years, in
// zones whose clocks change at different hours.
func TestEveryDayOfThreeYears(t *testing.T) {
	f := fold.New()
	r, err := New(f)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Asia/Shanghai", "America/New_York", "Europe/London", "America/Havana", "Africa/Cairo"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for n := range 3 * 365 {
			now := time.Date(2026, 1, 1+n, n%24, 30, 0, 0, zone)
			today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
			read := func(text string) []string {
				folded := f.Fold(text, 100)
				out := r.Read(&folded, Context{Now: now, Intents: []dialog.Intent{dialog.IntentPromiseToPay}})
				if len(out) != 1 || out[0].Kind != dialog.EntityDate {
					t.Fatalf("%s, %q: got %v", now, text, out)
				}
				if len(out[0].Ambiguous) > 0 {
					return out[0].Ambiguous
				}
				return []string{out[0].Value}
			}
			checkDay(t, now, today, read)
		}
	}
}

func checkDay(t *testing.T, now, today time.Time, read func(string) []string) {
	t.Helper()
	plus := func(days int) string { return today.AddDate(0, 0, days).Format(isoDay) }
	for text, days := range map[string]int{"明天": 1, "tomorrow": 1, "大后天": 3, "in 3 days": 3, "a week from today": 7, "两周后": 14} {
		if got := read(text); len(got) != 1 || got[0] != plus(days) {
			t.Errorf("%s, %q: got %v, want %s", now, text, got, plus(days))
		}
	}
	wednesday := weekdayAfter(today, 3)
	for _, text := range []string{"周三", "wednesday", "this wed"} {
		got := read(text)
		if len(got) != 1 || got[0] != wednesday.Format(isoDay) && got[0] != plus(0) {
			t.Errorf("%s, %q: got %v, want %s", now, text, got, wednesday.Format(isoDay))
		}
	}
	week := inWeek(today, 1, 3)
	if got := read("下周三"); got[0] != week.Format(isoDay) || (len(got) > 1) != (today.Weekday() == time.Sunday) {
		t.Errorf("%s, 下周三: got %v", now, got)
	}
	if got := read("next wednesday"); got[0] != wednesday.Format(isoDay) || (len(got) > 1) != (isoWeekday(today) < 4) {
		t.Errorf("%s, next wednesday: got %v", now, got)
	}
	if got := read("月底"); len(got) != 1 || got[0] != monthEnd(today, 0).Format(isoDay) {
		t.Errorf("%s, 月底: got %v", now, got)
	}
	if got := read("31号")[0]; got[8:] != "31" || got < plus(0) || got > plus(62) {
		t.Errorf("%s, 31号: got %s", now, got)
	}
}

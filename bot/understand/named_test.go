package understand

import (
	"testing"

	"warmline/dialog"
)

func TestWhoHasDied(t *testing.T) {
	u := heardBy(t)
	for text, want := range map[string]bool{
		"my dad died last week and this wallet account was his":    true,
		"the account holder passed away in october":                true,
		"机主已经去世了":                                                  true,
		"我哥上个月没了，这个钱包是他的":                                          true,
		"Mum passed away in May. I'm her son, what is this about":  true,
		"我妈走了快一个月。我是她儿子，想问问这是什么":                                   true,
		"mum died and i'm her only child, so the funeral is on me": false,
		"my mum died last week, i cannot think about money now":    false,
		"我奶奶上周去世了，没心思管这个":                                          false,
		"my phone died so i could not pay and the app was useless": false,
	} {
		if got := u.Hear(text, saturday()); got.Deceased != want {
			t.Errorf("%q: deceased %v, want %v (%s)", text, got.Deceased, want, got.Driving)
		}
	}
}

func TestReasons(t *testing.T) {
	u := heardBy(t)
	for text, want := range map[string]string{
		"I'll pay on the 27th when my wages come in": "",
		"ill sort it friday":                         "",
		"been ill since october, no shifts":          string(dialog.ReasonIllness),
		"they let us go, whole team":                 string(dialog.ReasonJobLoss),
		"工资晚发了，等等":                                   string(dialog.ReasonIncomeDrop),
	} {
		got := u.Hear(text, saturday())
		if e, _ := got.Entity(dialog.EntityReason); e.Value != want {
			t.Errorf("%q: reason %q, want %q", text, e.Value, want)
		}
	}
}

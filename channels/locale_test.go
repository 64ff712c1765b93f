package channels_test

import (
	"testing"

	"warmline/channels"
	"warmline/dialog"
)

func TestNearestLocale(t *testing.T) {
	for code, want := range map[string]dialog.Locale{
		"zh-hans": dialog.ZhHans, "zh": dialog.ZhHans, "zh-hant": dialog.ZhHantTW, "zh-TW": dialog.ZhHantTW, "zh-hk": dialog.ZhHantHK,
		"en": dialog.EnGB, "en-US": dialog.EnUS, "": dialog.EnGB, "fr": dialog.EnGB,
		"zh-Hant-HK": dialog.ZhHantHK, "zh-Hant-TW": dialog.ZhHantTW, "yue": dialog.ZhHantHK, "zh-MO": dialog.ZhHantHK, "en-GB": dialog.EnGB,
	} {
		if got := channels.NearestLocale(code); got != want {
			t.Errorf("%q: got %s, expected %s", code, got, want)
		}
	}
}

package channels

import (
	"strings"

	"warmline/dialog"
)

// NearestLocale returns the speaking locale for a language tag as browsers and
// Telegram send it: "zh-TW", "zh-Hant", "yue", "en". English as in Britain is for
// whoever names none of ours.
func NearestLocale(tag string) dialog.Locale {
	tag = strings.ToLower(tag)
	switch {
	case strings.HasPrefix(tag, "zh-hant-hk"), strings.HasPrefix(tag, "zh-hk"), strings.HasPrefix(tag, "zh-mo"), strings.HasPrefix(tag, "yue"):
		return dialog.ZhHantHK
	case strings.HasPrefix(tag, "zh-hant"), strings.HasPrefix(tag, "zh-tw"):
		return dialog.ZhHantTW
	case strings.HasPrefix(tag, "zh"):
		return dialog.ZhHans
	case tag == "en-us":
		return dialog.EnUS
	}
	return dialog.EnGB
}

package fold

// Emoji become one private rune per meaning, so that 😭 and 😢 are one word.
const (
	Cry   rune = 0xE001 // tears, sadness, pleading
	Angry rune = 0xE002
	Laugh rune = 0xE003
	Yes   rune = 0xE004 // 👌 👍 ✅
	No    rune = 0xE005 // 👎 ❌ 🚫
	Pray  rune = 0xE006 // 🙏
	Death rune = 0xE007 // 💀 🔪 and the like
	Worry rune = 0xE008 // 😰 😱
	Smile rune = 0xE009
	Heart rune = 0xE00A
	Money rune = 0xE00B
	Other rune = 0xE00C
	Sick  rune = 0xE00D
	Rude  rune = 0xE00E // 🖕 💩
	Stop  rune = 0xE00F // 🛑
)

// emojiToken returns the token of an emoji, 0 for anything else.
func emojiToken(r rune) rune {
	if r < 0x2190 {
		return 0
	}
	switch r {
	case '😭', '😢', '🥺', '😞', '😔', '😿', '☹', '🙁', '😥', '💔', '😩', '😫', '🥲':
		return Cry
	case '😡', '🤬', '😠', '👿', '😤', '💢':
		return Angry
	case '😂', '🤣', '😆', '😹', '😅', '😁', '😄', '🤪':
		return Laugh
	case '👌', '👍', '✅', '✔', '🆗', '☑', '💯', '🤝', '🫡':
		return Yes
	case '👎', '❌', '🚫', '✖', '🙅', '⛔':
		return No
	case '🙏', '🙇':
		return Pray
	case '💀', '☠', '🔪', '⚰', '🪦', '🕯', '🪢', '🩸':
		return Death
	case '😰', '😱', '😨', '😓', '😟', '😧', '😖', '😣', '😬':
		return Worry
	case '😊', '🙂', '☺', '😀', '😃', '😉', '👋', '🤗', '😌':
		return Smile
	case '❤', '💕', '💖', '💗', '🌹', '🧡', '💛', '💚', '💙', '💜':
		return Heart
	case '💰', '💸', '💵', '💳', '🤑', '💴':
		return Money
	case '🤒', '🏥', '🤕', '💊', '😷', '🤢', '🤮', '🚑':
		return Sick
	case '🖕', '💩', '🐕', '🐷':
		return Rude
	case '🛑', '✋':
		return Stop
	}
	if r >= 0x1F000 && r <= 0x1FAFF || r >= 0x2600 && r <= 0x27BF || r >= 0x2B00 && r <= 0x2BFF {
		if r >= 0x1F3FB && r <= 0x1F3FF { // skin tones say nothing
			return 0
		}
		return Other
	}
	return 0
}

package llm

import (
	"fmt"
	"sync"
	"unicode/utf8"

	"github.com/pkoukk/tiktoken-go"
	loader "github.com/pkoukk/tiktoken-go-loader"
)

// encoding is the vocabulary that tokens are counted with, read once from the
// program itself: nothing is ever downloaded. Other vendors' vocabularies give
// counts close enough for a budget.
var encoding = sync.OnceValues(func() (*tiktoken.Tiktoken, error) {
	tiktoken.SetBpeLoader(loader.NewOfflineLoader())
	enc, err := tiktoken.GetEncoding(tiktoken.MODEL_O200K_BASE)
	if err != nil {
		return nil, fmt.Errorf("read the token vocabulary: %w", err)
	}
	return enc, nil
})

const (
	// countPiece is how many characters are encoded at once: the encoder takes
	// time by the square of an unbroken run.
	countPiece = 500
	// countLimit is how many characters are encoded at all; what goes beyond
	// counts as a token a character.
	countLimit = 8000
)

// Counter counts tokens. It is safe for use by many goroutines.
type Counter struct {
	enc  *tiktoken.Tiktoken
	mu   sync.Mutex
	memo map[string]int
}

// memoSize bounds the texts whose count is remembered: the few instructions
// that begin every request.
const memoSize = 64

// NewCounter returns a counter. The first one of a process takes half a second
// and some 25 MB.
func NewCounter() (*Counter, error) {
	enc, err := encoding()
	if err != nil {
		return nil, err
	}
	return &Counter{enc: enc, memo: map[string]int{}}, nil
}

// Count returns how many tokens a text has.
func (c *Counter) Count(text string) int {
	n, seen := 0, 0
	for text != "" && seen < countLimit {
		piece := cut(text, countPiece)
		n += len(c.enc.EncodeOrdinary(piece))
		text = text[len(piece):]
		seen += countPiece
	}
	return n + utf8.RuneCountInString(text)
}

// CountStable is Count for a text that comes again and again.
func (c *Counter) CountStable(text string) int {
	c.mu.Lock()
	n, ok := c.memo[text]
	c.mu.Unlock()
	if ok {
		return n
	}
	n = c.Count(text)
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.memo) < memoSize {
		c.memo[text] = n
	}
	return n
}

// cut returns the first n characters of a text.
func cut(text string, n int) string {
	for i := range text {
		if n == 0 {
			return text[:i]
		}
		n--
	}
	return text
}

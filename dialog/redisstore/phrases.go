package redisstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"warmline/dialog"
)

// Phrase is a wording of an act that passed its review: it has placeholders and
// no facts. Key says of what it is a wording; see the phrasing cache.
type Phrase struct {
	Key      string    `json:"-"`
	Text     string    `json:"-"`
	Model    string    `json:"model"`
	Approved bool      `json:"approved,omitempty"`
	At       time.Time `json:"at"`
}

// Refusal is a wording that did not pass.
type Refusal struct {
	At     time.Time     `json:"at"`
	Act    string        `json:"act"`
	Form   string        `json:"form,omitempty"`
	Locale dialog.Locale `json:"locale"`
	Rule   string        `json:"rule"`
	Text   string        `json:"text"`
	Model  string        `json:"model"`
	Prompt string        `json:"prompt"`
}

// maxRefusals bounds the refused wordings that are kept.
const maxRefusals = 1000

// Phrases returns the wordings of a key, oldest first.
func (s *Store) Phrases(ctx context.Context, key string) ([]Phrase, error) {
	fields, err := s.db.HGetAll(ctx, s.keys.phrases(key)).Result()
	if err != nil {
		return nil, fail("read wordings", err)
	}
	list := make([]Phrase, 0, len(fields))
	for text, raw := range fields {
		p := Phrase{Key: key, Text: text}
		if err := json.Unmarshal([]byte(raw), &p); err != nil {
			return nil, broken("a wording of "+key, err)
		}
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b Phrase) int {
		if c := a.At.Compare(b.At); c != 0 {
			return c
		}
		return strings.Compare(a.Text, b.Text)
	})
	return list, nil
}

// KeepPhrase adds a wording, or replaces the same one. The key's wordings go
// when none was added for ttl, unless one of them is approved.
func (s *Store) KeepPhrase(ctx context.Context, p Phrase, ttl time.Duration) error {
	raw, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("write a wording: %w", err)
	}
	name := s.keys.phrases(p.Key)
	if err := s.db.HSet(ctx, name, p.Text, raw).Err(); err != nil {
		return fail("keep a wording", err)
	}
	if p.Approved {
		err = s.db.Persist(ctx, name).Err()
	} else {
		err = s.expireUnapproved(ctx, p.Key, ttl)
	}
	if err != nil {
		return fail("keep a wording", err)
	}
	err = s.db.ZAdd(ctx, s.keys.phraseKeys(), redis.Z{Score: float64(p.At.Unix()), Member: p.Key}).Err()
	return fail("keep a wording", err)
}

func (s *Store) expireUnapproved(ctx context.Context, key string, ttl time.Duration) error {
	list, err := s.Phrases(ctx, key)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(list, func(p Phrase) bool { return p.Approved }) {
		return nil
	}
	return s.db.Expire(ctx, s.keys.phrases(key), ttl).Err()
}

// DropPhrase takes a wording away.
func (s *Store) DropPhrase(ctx context.Context, p Phrase) error {
	return fail("drop a wording", s.db.HDel(ctx, s.keys.phrases(p.Key), p.Text).Err())
}

// AllPhrases returns every wording, by key. Keys whose wordings have gone are
// forgotten on the way.
func (s *Store) AllPhrases(ctx context.Context) ([]Phrase, error) {
	names, err := s.db.ZRange(ctx, s.keys.phraseKeys(), 0, -1).Result()
	if err != nil {
		return nil, fail("list wordings", err)
	}
	slices.Sort(names)
	var all []Phrase
	for _, key := range names {
		list, err := s.Phrases(ctx, key)
		if err != nil {
			return nil, err
		}
		if len(list) == 0 {
			err = s.db.ZRem(ctx, s.keys.phraseKeys(), key).Err()
		}
		if err != nil {
			return nil, fail("list wordings", err)
		}
		all = append(all, list...)
	}
	return all, nil
}

// KeepRefusal notes a wording that did not pass; the thousand latest are kept.
func (s *Store) KeepRefusal(ctx context.Context, r Refusal) error {
	raw, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("write a refusal: %w", err)
	}
	name := s.keys.refused()
	return fail("keep a refusal", errors.Join(
		s.db.LPush(ctx, name, raw).Err(), s.db.LTrim(ctx, name, 0, maxRefusals-1).Err()))
}

// Refusals returns the latest refused wordings, newest first.
func (s *Store) Refusals(ctx context.Context, limit int) ([]Refusal, error) {
	list, err := s.db.LRange(ctx, s.keys.refused(), 0, int64(limit)-1).Result()
	if err != nil {
		return nil, fail("list refusals", err)
	}
	out := make([]Refusal, len(list))
	for i, raw := range list {
		if err := json.Unmarshal([]byte(raw), &out[i]); err != nil {
			return nil, broken("a refusal", err)
		}
	}
	return out, nil
}

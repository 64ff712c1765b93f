package redisstore_test

import (
	"fmt"
	"testing"
	"time"

	"warmline/dialog/redisstore"
)

func TestPhrases(t *testing.T) {
	db := inProcess(t).Client
	s, err := redisstore.Open(t.Context(), db, redisstore.Options{Node: "n"})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	keep := func(key, text string, n int, approved bool) redisstore.Phrase {
		p := redisstore.Phrase{Key: key, Text: text, Model: "m", At: at.Add(time.Duration(n) * time.Second), Approved: approved}
		if err := s.KeepPhrase(t.Context(), p, time.Hour); err != nil {
			t.Fatal(err)
		}
		return p
	}
	keep("greet|en-GB||a", "second", 2, false)
	first := keep("greet|en-GB||a", "first", 1, false)
	keep("greet|en-US||b", "other", 3, false)
	list, err := s.Phrases(t.Context(), "greet|en-GB||a")
	if err != nil || len(list) != 2 || list[0].Text != "first" || list[1].Model != "m" {
		t.Fatalf("got %+v, %v", list, err)
	}
	if all, err := s.AllPhrases(t.Context()); err != nil || len(all) != 3 || all[2].Key != "greet|en-US||b" {
		t.Errorf("all: %+v, %v", all, err)
	}
	if ttl := db.TTL(t.Context(), "wl:phrase:greet|en-GB||a").Val(); ttl <= 0 || ttl > time.Hour {
		t.Errorf("not approved, it stays for %v", ttl)
	}
	keep("greet|en-GB||a", "first", 1, true)
	keep("greet|en-GB||a", "third", 4, false)
	if ttl := db.TTL(t.Context(), "wl:phrase:greet|en-GB||a").Val(); ttl >= 0 {
		t.Errorf("approved, it goes after %v", ttl)
	}
	if err := s.DropPhrase(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	if list, _ := s.Phrases(t.Context(), "greet|en-GB||a"); len(list) != 2 || list[0].Text != "second" {
		t.Errorf("after dropping: %+v", list)
	}
}

func TestRefusalsAreBounded(t *testing.T) {
	s, err := redisstore.Open(t.Context(), inProcess(t).Client, redisstore.Options{Node: "n"})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 1010 {
		if err := s.KeepRefusal(t.Context(), redisstore.Refusal{Rule: "threat", Text: fmt.Sprint(i)}); err != nil {
			t.Fatal(err)
		}
	}
	list, err := s.Refusals(t.Context(), 5000)
	if err != nil || len(list) != 1000 || list[0].Text != "1009" {
		t.Errorf("%d refusals, the newest %+v, %v", len(list), list[:1], err)
	}
}

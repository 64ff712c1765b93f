package desk

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"warmline/dialog"
)

// Role is what a person at the desk is.
type Role string

// The roles.
const (
	RoleAgent      Role = "agent"
	RoleSupervisor Role = "supervisor"
	RoleCompliance Role = "compliance"
	RoleAdmin      Role = "admin"
)

// rights lists what each role may do. The core has the last word on everything
// that touches a conversation.
func rights(r Role) []string {
	switch r {
	case RoleAgent:
		return []string{"chats", "claim", "say", "hold", "grant", "reveal"}
	case RoleSupervisor:
		return []string{"chats", "claim", "say", "hold", "grant", "reveal", "approve", "takeover", "board", "missed", "export", "roster"}
	case RoleCompliance:
		return []string{"chats", "board", "audit", "export", "erase", "legal_hold", "reveal", "missed"}
	case RoleAdmin:
		return []string{"accounts", "settings", "roster", "board"}
	}
	return nil
}

// Preferences are how a person wants the console.
type Preferences struct {
	Language string `json:"language"` // zh, en
	Theme    string `json:"theme"`    // auto, light, dark
	Sound    bool   `json:"sound"`
	Density  string `json:"density,omitempty"` // "", compact, cosy
}

// Account is a person at the desk.
type Account struct {
	ID         string            `json:"id"`
	Name       string            `json:"name"`
	Display    string            `json:"display"` // shown to borrowers where the lender gives names
	Role       Role              `json:"role"`
	Skills     []string          `json:"skills,omitempty"` // queues; none means all
	Teams      []string          `json:"teams,omitempty"`
	Languages  []dialog.Language `json:"languages,omitempty"` // none means all
	Cap        int               `json:"cap,omitempty"`       // chats at once; 0: the desk's
	Disabled   bool              `json:"disabled,omitempty"`
	MustChange bool              `json:"must_change,omitempty"`
	Demo       bool              `json:"demo,omitempty"` // it still has the demonstration's password
	Hash       string            `json:"hash"`
	Settings   Preferences       `json:"settings"`
	Since      time.Time         `json:"since"` // sessions begun before are ended
}

// locale is the language of the console.
func (a Account) locale() dialog.Locale {
	if a.Settings.Language == "en" {
		return dialog.EnGB
	}
	return dialog.ZhHans
}

func (a Account) may(right string) bool { return slices.Contains(rights(a.Role), right) }

var accountID = regexp.MustCompile(`^[a-z][a-z0-9_.-]{1,31}$`)

func (a Account) check() error {
	wrong := func(field, name string) error { return no(dialog.CodeInvalid, name).at(field) }
	switch {
	case !accountID.MatchString(a.ID):
		return wrong("id", "account_id")
	case strings.TrimSpace(a.Name) == "" || len(a.Name) > 60:
		return wrong("name", "name_size")
	case len(a.Display) > 60:
		return wrong("display", "name_size")
	case rights(a.Role) == nil:
		return wrong("role", "choice")
	case a.Cap < 0 || a.Cap > 50:
		return no(dialog.CodeInvalid, "number", "least", "0", "most", "50").at("cap")
	case len(a.Skills) > 20:
		return wrong("skills", "too_many")
	case len(a.Teams) > 20:
		return wrong("teams", "too_many")
	case len(a.Languages) > 5:
		return wrong("languages", "too_many")
	}
	return nil
}

// Cost of a password's hash: 19 MiB, two passes (OWASP's second choice for
// argon2id, which leaves a small machine its memory).
const (
	hashMemory  = 19 << 10 // KiB
	hashPasses  = 2
	hashThreads = 1
	hashSize    = 32
	saltSize    = 16
)

const minPassword = 12

// hashPassword returns "argon2id$salt$hash".
func (s *Server) hashPassword(password string) (string, error) {
	salt := make([]byte, saltSize)
	if _, err := io.ReadFull(s.opts.Random, salt); err != nil {
		return "", fmt.Errorf("salt a password: %w", err)
	}
	sum := s.stretch(password, salt)
	enc := base64.RawStdEncoding
	return "argon2id$" + enc.EncodeToString(salt) + "$" + enc.EncodeToString(sum), nil
}

// stretch bounds how many passwords are worked on at once: each takes memory.
func (s *Server) stretch(password string, salt []byte) []byte {
	s.hashing <- struct{}{}
	defer func() { <-s.hashing }()
	return argon2.IDKey([]byte(password), salt, hashPasses, hashMemory, hashThreads, hashSize)
}

// passes compares a password with a hash, in a time that does not depend on
// either; an account that does not exist costs as much.
func (s *Server) passes(password, hash string) bool {
	parts := strings.Split(hash, "$")
	if len(parts) != 3 {
		parts = []string{"", base64.RawStdEncoding.EncodeToString(make([]byte, saltSize)), ""}
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[1])
	want, err2 := base64.RawStdEncoding.DecodeString(parts[2])
	got := s.stretch(password, salt)
	return err1 == nil && err2 == nil && len(want) == hashSize && subtle.ConstantTimeCompare(got, want) == 1
}

func checkPassword(password string) error {
	if n := utf8.RuneCountInString(password); n < minPassword || n > 200 {
		return no(dialog.CodeInvalid, "password_short", "least", strconv.Itoa(minPassword)).at("password")
	}
	return nil
}

// demoPassword is the demo accounts' until somebody changes it.
const demoPassword = "warmline-demo"

// demoPeople are the accounts of a demonstration.
func demoPeople() []Account {
	zh := Preferences{Language: "zh", Theme: "auto", Sound: true}
	all := []dialog.Language{dialog.LangZhHans, dialog.LangZhHant, dialog.LangEn}
	return []Account{
		{ID: "zhou", Name: "周敏", Display: "小周", Role: RoleAgent, Teams: []string{"care"}, Languages: all, Settings: zh},
		{ID: "wong", Name: "王嘉欣", Display: "王", Role: RoleAgent, Teams: []string{"care"}, Languages: all, Settings: zh},
		{ID: "lin", Name: "林岚", Display: "林", Role: RoleSupervisor, Teams: []string{"care"}, Languages: all, Settings: zh},
		{ID: "he", Name: "何平", Display: "何", Role: RoleCompliance, Settings: zh},
		{ID: "admin", Name: "管理员", Display: "管理员", Role: RoleAdmin, Settings: zh},
	}
}

// seed makes the first accounts: the demo's, or one administrator with a
// password that has to be changed.
func (s *Server) seed(ctx context.Context) error {
	have, err := loadAll[Account](ctx, s.opts.Shelf, kindAccount)
	if err != nil {
		return fmt.Errorf("read accounts: %w", err)
	}
	if len(have) > 0 || !s.opts.Demo {
		return nil
	}
	hash, err := s.hashPassword(demoPassword)
	if err != nil {
		return err
	}
	for _, a := range demoPeople() {
		a.Hash, a.Demo = hash, true
		if err := put(ctx, s.opts.Shelf, kindAccount, a.ID, a); err != nil {
			return fmt.Errorf("make demo accounts: %w", err)
		}
	}
	return nil
}

// AddAccount makes an account, or gives one a new password, from outside of the
// console: how the first administrator comes in. The password has to be changed
// at the first sign-in.
func (s *Server) AddAccount(ctx context.Context, id, name string, role Role, password string) error {
	if err := checkPassword(password); err != nil {
		return err
	}
	hash, err := s.hashPassword(password)
	if err != nil {
		return err
	}
	_, err = change(ctx, s.opts.Shelf, kindAccount, id, func(a *Account, found bool) error {
		if !found {
			*a = Account{ID: id, Name: name, Display: name, Role: role, Settings: Preferences{Language: "zh", Theme: "auto", Sound: true}}
		}
		a.Hash, a.MustChange, a.Demo, a.Since, a.Disabled = hash, true, false, s.opts.Wall(), false
		return a.check()
	})
	return err
}

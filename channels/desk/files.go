package desk

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	_ "image/gif"  // their sizes are looked at
	_ "image/jpeg" // likewise
	_ "image/png"  // likewise
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"warmline/channels"
	"warmline/dialog"
)

// Bounds of an attachment.
const (
	fileLimit  = 8 << 20 // bytes
	pixelLimit = 50_000_000
)

// file is an attachment of a borrower. Its bytes lie apart, under its id.
type file struct {
	ID   string    `json:"id"`
	Chat string    `json:"chat"`
	Name string    `json:"name"`
	Kind string    `json:"kind"` // image, pdf
	Type string    `json:"type"`
	Size int       `json:"size"`
	At   time.Time `json:"at"`
}

type fileView struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Kind string `json:"kind"`
	Size int    `json:"size"`
	URL  string `json:"url"`
}

var fileID = regexp.MustCompile(`^f[0-9a-f]{32}$`)

// fileOf is how a line shows its attachment; nil when it is gone.
func (s *Server) fileOf(id string) *fileView {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	f, version, err := load[file](ctx, s.opts.Shelf, kindFile, id)
	if err != nil || version == 0 {
		return nil
	}
	return &fileView{ID: f.ID, Name: f.Name, Kind: f.Kind, Size: f.Size, URL: Prefix + "/files/" + f.ID}
}

// upload takes a file from a borrower's widget and puts it into the chat.
func (s *Server) upload(w http.ResponseWriter, r *http.Request) error {
	if s.opts.Guests == nil || s.opts.Vault == nil {
		return no(dialog.CodeNotFound, "no_files")
	}
	if !s.share(w, r) {
		return no(dialog.CodeForbidden, "foreign_page")
	}
	chat, session, err := s.opts.Guests.Guest(r)
	if err != nil {
		return err
	}
	name, data, err := readUpload(w, r)
	if err != nil {
		return err
	}
	f, err := s.keepFile(r.Context(), chat, name, data)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), turnWait)
	defer cancel()
	media := map[string]string{"image": "image", "pdf": "document"}[f.Kind]
	_, err = s.opts.Submit.Deliver(ctx, dialog.Envelope{
		ID: "file:" + f.ID, Conversation: chat, At: s.opts.Now(), Channel: dialog.ChannelWeb, Session: session,
		Event: dialog.Event{Kind: dialog.EventText, Text: &dialog.TextEvent{Media: media, File: f.ID}},
	})
	if err != nil {
		if dialog.CodeOf(err) == dialog.CodeUnavailable {
			return err // it may have happened: the file stays
		}
		return errors.Join(err, s.dropFile(context.WithoutCancel(ctx), f))
	}
	return ok(w, fileView{ID: f.ID, Kind: f.Kind, Size: f.Size, Name: f.Name})
}

// share lets the wallet's pages read the answer; false for any other page.
func (s *Server) share(w http.ResponseWriter, r *http.Request) bool {
	origin := strings.ToLower(r.Header.Get("Origin"))
	if !s.allowed(r) && !slices.Contains(s.opts.Origins, origin) {
		return false
	}
	channels.AllowOrigin(w, origin)
	return true
}

func (s *Server) preflight(w http.ResponseWriter, r *http.Request) {
	channels.AnswerPreflight(w, s.share(w, r), "POST", "Authorization")
}

// Bounds of what one chat, and all of them together, may leave with us.
const (
	filesOfOne = 30
	roomOfOne  = 60 << 20 // bytes
)

// taken is how much room attachments take.
type taken struct {
	N     int   `json:"n"`
	Bytes int64 `json:"bytes"`
}

// KeepFile keeps an attachment of a borrower that came by another channel, and
// returns its id. Errors: CodeInvalid for what is not taken, CodeTooLarge.
func (s *Server) KeepFile(ctx context.Context, chat, name string, data []byte) (string, error) {
	f, err := s.keepFile(ctx, chat, name, data)
	return f.ID, err
}

// keepFile makes room for a file, and puts it where every node can read it.
func (s *Server) keepFile(ctx context.Context, chat, name string, data []byte) (file, error) {
	f := file{Chat: chat, Name: cleanName(name), Size: len(data), At: s.opts.Now().UTC()}
	if s.opts.Vault == nil {
		return f, no(dialog.CodeNotFound, "no_files")
	}
	if len(data) > fileLimit {
		return f, no(dialog.CodeTooLarge, "file_large").at("file")
	}
	var err error
	if f.Kind, f.Type, err = kindOf(data); err != nil {
		return f, err
	}
	id := make([]byte, 16)
	if _, err := io.ReadFull(s.opts.Random, id); err != nil {
		return f, fmt.Errorf("name a file: %w", err)
	}
	f.ID = "f" + hex.EncodeToString(id)
	if err := s.makeRoom(ctx, f); err != nil {
		return f, err
	}
	// The entry comes first: bytes without one would never be found again.
	if err = put(ctx, s.opts.Shelf, kindFile, f.ID, f); err == nil {
		err = s.opts.Vault.Keep(ctx, f.ID, data)
	}
	if err != nil {
		return f, errors.Join(fmt.Errorf("keep a file: %w", err), s.dropFile(context.WithoutCancel(ctx), f))
	}
	return f, nil
}

// makeRoom counts a file before it is kept, against its chat's share and the
// room for all.
func (s *Server) makeRoom(ctx context.Context, f file) error {
	add := func(id string, files int, bytes int64) error {
		_, err := change(ctx, s.opts.Shelf, kindRoom, id, func(t *taken, _ bool) error {
			if t.N+1 > files || t.Bytes+int64(f.Size) > bytes {
				return no(dialog.CodeTooLarge, "files_full").at("file")
			}
			t.N, t.Bytes = t.N+1, t.Bytes+int64(f.Size)
			return nil
		})
		return err
	}
	if err := add(f.Chat, filesOfOne, roomOfOne); err != nil {
		return err
	}
	if err := add(allRoom, 1<<30, s.opts.FileRoom); err != nil {
		return errors.Join(err, s.giveRoom(ctx, f, f.Chat))
	}
	return nil
}

// allRoom is the entry of all chats together.
const allRoom = "all"

func (s *Server) giveRoom(ctx context.Context, f file, ids ...string) error {
	for _, id := range ids {
		_, err := change(ctx, s.opts.Shelf, kindRoom, id, func(t *taken, _ bool) error {
			t.N, t.Bytes = max(0, t.N-1), max(0, t.Bytes-int64(f.Size))
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// dropFile takes a file away; whoever removes the entry gives its room back.
func (s *Server) dropFile(ctx context.Context, f file) error {
	if err := s.opts.Vault.Drop(ctx, f.ID); err != nil {
		return fmt.Errorf("drop a file: %w", err)
	}
	_, done, err := take(ctx, s.opts.Shelf, kindFile, f.ID, func(file) bool { return true })
	if err != nil || !done {
		return err
	}
	return s.giveRoom(ctx, f, f.Chat, allRoom)
}

// DropFile takes an attachment away by its id, whether it is there or not.
func (s *Server) DropFile(ctx context.Context, id string) error {
	f, version, err := load[file](ctx, s.opts.Shelf, kindFile, id)
	if err != nil || version == 0 || s.opts.Vault == nil {
		return err
	}
	return s.dropFile(ctx, f)
}

// sweepFiles drops attachments whose time is over, but for those that a legal
// hold or a rule keeps.
func (s *Server) sweepFiles(ctx context.Context, now time.Time) error {
	if s.opts.Vault == nil {
		return nil
	}
	all, err := loadAll[file](ctx, s.opts.Shelf, kindFile)
	if err != nil {
		return err
	}
	for _, f := range all {
		if now.Sub(f.At) < time.Duration(s.opts.FileDays)*24*time.Hour {
			continue
		}
		if _, held, err := s.opts.Shelf.Get(ctx, kindHeld, f.Chat); err != nil || held > 0 {
			if err != nil {
				return err
			}
			continue
		}
		if s.opts.KeepsFile != nil && s.opts.KeepsFile(ctx, f.Chat, f.At) {
			continue
		}
		if err := s.dropFile(ctx, f); err != nil {
			return err
		}
		s.audit(ctx, entry{Kind: "file_expired", Chat: f.Chat, Detail: f.ID})
	}
	return nil
}

func readUpload(w http.ResponseWriter, r *http.Request) (string, []byte, error) {
	r.Body = http.MaxBytesReader(w, r.Body, fileLimit+(64<<10))
	part, head, err := r.FormFile("file")
	if err != nil {
		var big *http.MaxBytesError
		if errors.As(err, &big) {
			return "", nil, no(dialog.CodeTooLarge, "file_large").at("file").because(err)
		}
		return "", nil, no(dialog.CodeInvalid, "one_file").at("file").because(err)
	}
	defer part.Close()
	data, err := io.ReadAll(io.LimitReader(part, fileLimit+1))
	if err != nil {
		return "", nil, no(dialog.CodeInvalid, "file_unreadable").at("file").because(err)
	}
	if len(data) > fileLimit {
		return "", nil, no(dialog.CodeTooLarge, "file_large").at("file")
	}
	return head.Filename, data, nil
}

// kindOf says what a file is by its content; its name and what the browser says
// count for nothing.
func kindOf(data []byte) (kind, mime string, err error) {
	wrong := no(dialog.CodeInvalid, "file_kind").at("file")
	mime = http.DetectContentType(data)
	switch mime {
	case "application/pdf":
		if !bytes.Contains(data[max(0, len(data)-2048):], []byte("%%EOF")) {
			return "", "", wrong
		}
		return "pdf", mime, nil
	case "image/webp":
		return "image", mime, nil // its sides have 14 bits each
	case "image/png", "image/jpeg", "image/gif":
		size, _, err := image.DecodeConfig(bytes.NewReader(data))
		if err != nil || size.Width*size.Height > pixelLimit || size.Width <= 0 || size.Height <= 0 {
			return "", "", wrong
		}
		return "image", mime, nil
	}
	return "", "", wrong
}

// cleanName leaves of a file's name what can be shown.
func cleanName(name string) string {
	name = filepath.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || strings.ContainsRune(`"<>|:*?/`, r) || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return -1
		}
		return r
	}, name)
	return orText(shorten(name, 80), "file")
}

// download shows an attachment to somebody who may see its chat.
func (s *Server) download(w http.ResponseWriter, r *http.Request, who *caller) error {
	id := r.PathValue("id")
	if !fileID.MatchString(id) {
		return no(dialog.CodeNotFound, "no_file")
	}
	f, version, err := load[file](r.Context(), s.opts.Shelf, kindFile, id)
	if err != nil {
		return err
	}
	if version == 0 {
		return no(dialog.CodeNotFound, "no_file")
	}
	c, err := s.open(r.Context(), who, f.Chat)
	if err != nil {
		return err
	}
	if s.opts.Vault == nil {
		return no(dialog.CodeNotFound, "no_file")
	}
	data, err := s.opts.Vault.Fetch(r.Context(), id)
	if dialog.CodeOf(err) == dialog.CodeNotFound {
		return no(dialog.CodeNotFound, "no_file").because(err)
	}
	if err != nil {
		return fmt.Errorf("fetch a file: %w", err)
	}
	s.audit(r.Context(), entry{Kind: "file", Who: who.ID, Role: who.Role, Chat: f.Chat, Borrower: c.Borrower, Detail: id, From: who.addr})
	disposition := "inline"
	if f.Kind != "image" {
		disposition = "attachment"
	}
	h := w.Header()
	h.Set("Content-Type", f.Type)
	h.Set("Content-Disposition", fmt.Sprintf(`%s; filename="%s"`, disposition, asciiName(f)))
	h.Set("Content-Length", fmt.Sprint(len(data)))
	_, _ = w.Write(data) // the client may be gone; there is nobody to tell
	return nil
}

func asciiName(f file) string {
	extension := map[string]string{"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp", "application/pdf": ".pdf"}[f.Type]
	return f.ID[:9] + extension
}

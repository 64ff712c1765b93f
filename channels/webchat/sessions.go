package webchat

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"warmline/channels"
	"warmline/dialog"
)

// maxBody is the largest request body, in bytes.
const maxBody = 16 << 10

// sessionAnswer is what a client gets for a token.
type sessionAnswer struct {
	Session string        `json:"session"`
	Expires time.Time     `json:"expires_at"`
	Level   dialog.Level  `json:"level"`
	Locale  dialog.Locale `json:"locale"`
}

// begin exchanges a wallet token for a session. The commit of the session's
// first event burns the token: a second use is a duplicate there, on any node.
func (s *Server) begin(w http.ResponseWriter, r *http.Request) error {
	claims, err := s.bodyToken(w, r, "")
	if err != nil {
		return err
	}
	conversation := dialog.ConversationID(claims.Subject)
	id := make([]byte, 15)
	if _, err := io.ReadFull(s.opts.Random, id); err != nil {
		return fmt.Errorf("name a session: %w", err)
	}
	now := s.hub.opts.Now()
	sess := session{
		ID: "w" + base64.RawURLEncoding.EncodeToString(id), Conversation: conversation,
		Born: now.Unix(), Expires: now.Add(s.opts.SessionLife).Unix(),
	}
	if err := s.commit(r.Context(), claims, sess, s.bound(claims, sess, now)); err != nil {
		return err
	}
	return s.answer(w, r, sess)
}

// bound is the event that gives a session its level.
func (s *Server) bound(claims Claims, sess session, now time.Time) dialog.SessionEvent {
	e := dialog.SessionEvent{Session: sess.ID, Level: claims.Level, Channel: dialog.ChannelWeb}
	if claims.Level > dialog.LevelLinked {
		e.Expires = now.Add(s.opts.StepUpLife).UTC()
	}
	if claims.Locale.Valid() {
		e.Locale = claims.Locale
	}
	return e
}

// commit brings a session's event, made from a wallet token, to the
// conversation.
func (s *Server) commit(ctx context.Context, claims Claims, sess session, e dialog.SessionEvent) error {
	now := s.hub.opts.Now()
	if !s.identities.allow(sess.Conversation) {
		return dialog.E(dialog.CodeRateLimited, "too many requests at once", nil)
	}
	ctx, cancel := context.WithTimeout(ctx, s.opts.TurnWait)
	defer cancel()
	receipt, err := s.opts.Submit.Deliver(ctx, dialog.Envelope{
		ID: "session:" + claims.ID, Conversation: sess.Conversation, Borrower: claims.Subject, At: now, Channel: dialog.ChannelWeb,
		Session: sess.ID, Event: dialog.Event{Kind: dialog.EventSession, Session: &e},
	})
	switch {
	case err != nil:
		return fmt.Errorf("commit session event: %w", err)
	case receipt.Duplicate:
		return dialog.E(dialog.CodeUnauthenticated, "the token was used before", errReplay)
	}
	return nil
}

var errReplay = errors.New("replay")

// renew gives a session a later end; its level stays what it is.
func (s *Server) renew(w http.ResponseWriter, r *http.Request) error {
	sess, _, err := s.open(r.Context(), bearer(r))
	if err != nil {
		return err
	}
	return s.answer(w, r, s.later(sess))
}

// later moves a session's end, never beyond its longest life.
func (s *Server) later(sess session) session {
	most := sess.Born + int64(s.opts.SessionMost/time.Second)
	sess.Expires = max(sess.Expires, min(s.hub.opts.Now().Add(s.opts.SessionLife).Unix(), most))
	return sess
}

// stepUp raises the level of a session by a fresh wallet token of the same
// borrower.
func (s *Server) stepUp(w http.ResponseWriter, r *http.Request) error {
	sess, _, err := s.open(r.Context(), bearer(r))
	if err != nil {
		return err
	}
	claims, err := s.bodyToken(w, r, "")
	if err != nil {
		return err
	}
	if dialog.ConversationID(claims.Subject) != sess.Conversation {
		return dialog.E(dialog.CodeForbidden, "the token is somebody else's", nil)
	}
	if claims.Level < dialog.LevelBorrower {
		return dialog.E(dialog.CodeForbidden, "the token raises no level", nil)
	}
	if err := s.commit(r.Context(), claims, sess, s.bound(claims, sess, s.hub.opts.Now())); err != nil {
		return err
	}
	return s.answer(w, r, s.later(sess))
}

// finish ends one session. A repeat finds none and is refused.
func (s *Server) finish(w http.ResponseWriter, r *http.Request) error {
	sess, _, err := s.open(r.Context(), bearer(r))
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), s.opts.TurnWait)
	defer cancel()
	_, err = s.opts.Submit.Deliver(ctx, dialog.Envelope{
		ID: "session-end:" + sess.ID, Conversation: sess.Conversation, At: s.hub.opts.Now(),
		Channel: dialog.ChannelWeb, Session: sess.ID,
		Event: dialog.Event{Kind: dialog.EventSession, Session: &dialog.SessionEvent{
			Session: sess.ID, Ended: true, Channel: dialog.ChannelWeb,
		}},
	})
	if err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	s.disconnect(sess.Conversation, sess.ID)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// logout ends all sessions of a borrower, at the word of the wallet's backend.
// The same token may come again, because the backend may not have had our
// answer.
func (s *Server) logout(w http.ResponseWriter, r *http.Request) error {
	claims, err := s.bodyToken(w, r, purposeLogout)
	if err != nil {
		return err
	}
	sess := session{Conversation: dialog.ConversationID(claims.Subject)}
	err = s.commit(r.Context(), claims, sess, dialog.SessionEvent{Ended: true, All: true})
	if err != nil && !errors.Is(err, errReplay) {
		return err
	}
	s.disconnect(sess.Conversation, "")
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// disconnect closes the sockets of a session, or of all of them, on this node;
// other nodes see the conversation's state.
func (s *Server) disconnect(conversation, session string) {
	if r := s.hub.room(conversation); r != nil {
		r.endSession(session, goodbye(CloseLogout))
	}
}

// open returns the session of a token and its conversation. A token whose
// session has no binding any more (logout) is CodeUnauthenticated.
func (s *Server) open(ctx context.Context, token string) (session, dialog.Conversation, error) {
	now := s.hub.opts.Now()
	sess, err := s.seal.open(token, now)
	if err != nil {
		return sess, dialog.Conversation{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.hub.opts.ReadTimeout)
	defer cancel()
	state, err := s.hub.opts.Store.State(ctx, sess.Conversation)
	if err != nil {
		s.hub.opts.Observer.Trouble(TroubleStore, fmt.Errorf("read conversation: %w", err))
		return sess, state, dialog.E(dialog.CodeUnavailable, "the session cannot be looked up now", err)
	}
	for _, b := range state.Bindings {
		if b.Session == sess.ID {
			return sess, state, nil
		}
	}
	return sess, state, dialog.E(dialog.CodeUnauthenticated, "the session has ended", nil)
}

// answer sends a session's token, and gives its open sockets the later end.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, sess session) error {
	token, err := s.seal.close(sess)
	if err != nil {
		return err
	}
	_, state, err := s.open(r.Context(), token)
	if err != nil {
		return err
	}
	if room := s.hub.room(sess.Conversation); room != nil {
		room.extend(sess)
	}
	level := state.Level(sess.ID, s.hub.opts.Now())
	channels.WriteJSON(w, http.StatusOK, sessionAnswer{Session: token, Expires: sess.expires(), Level: level, Locale: state.Locale})
	return nil
}

// bodyToken reads and verifies the wallet token in a request's body.
func (s *Server) bodyToken(w http.ResponseWriter, r *http.Request, purpose string) (Claims, error) {
	var body struct {
		Token string `json:"token"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&body); err != nil {
		var big *http.MaxBytesError
		if errors.As(err, &big) {
			return Claims{}, dialog.E(dialog.CodeTooLarge, "the request is too large", err)
		}
		return Claims{}, dialog.E(dialog.CodeInvalid, "the request cannot be read", errors.New("not JSON with a token"))
	}
	claims, err := s.tokens.verify(r.Context(), body.Token, purpose)
	if dialog.CodeOf(err) == dialog.CodeUnavailable {
		s.hub.opts.Observer.Trouble(TroubleKeys, err)
	}
	return claims, err
}

func bearer(r *http.Request) string {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return ""
	}
	return strings.TrimSpace(token)
}

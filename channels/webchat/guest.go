package webchat

import "net/http"

// Guest returns the conversation and the session of a request that carries a
// widget's session token, for endpoints beside the chat. CodeUnauthenticated:
// there is none, or it has ended.
func (s *Server) Guest(r *http.Request) (conversation, id string, err error) {
	sess, _, err := s.open(r.Context(), bearer(r))
	return sess.Conversation, sess.ID, err
}

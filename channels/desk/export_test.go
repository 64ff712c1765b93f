package desk

// Needs lists every route with the right that it takes, "" for anybody who is
// signed in.
func (s *Server) Needs() map[string]string {
	all := map[string]string{}
	for name, r := range s.routes() {
		all[name] = r.right
	}
	return all
}

// Rights lists what a role may do.
func Rights(r Role) []string { return rights(r) }

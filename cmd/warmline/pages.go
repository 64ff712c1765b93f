package main

import "net/http"

func (s *service) pages(mux *http.ServeMux) {
	if s.demo != nil {
		s.demo.routes(mux)
	}
}

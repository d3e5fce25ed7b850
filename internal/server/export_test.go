package server

import "net/http"

// ReadyOfStopping is /readyz of a node that is told to stop.
func ReadyOfStopping(w http.ResponseWriter, r *http.Request) {
	n := &node{}
	n.stopping.Store(true)
	n.ready(w, r)
}

package live

import (
	"net/http"

	"github.com/almoner/almoner/client/js"
	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/coding"
)

// ClientPath is where pages anywhere import the client for pages from.
const ClientPath = Path + "/almoner-live.js"

// client is the client for pages.
var client = coding.NewBody(js.Live)

// serveClient answers with the client for pages, which is that of the version of the server.
func serveClient(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	h.Set("Content-Type", "text/javascript; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	api.SendShared(w, r, client)
	return nil
}

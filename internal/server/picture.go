package server

import (
	"bytes"
	"net/http"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// picturesForEver lets everybody keep a picture: another picture has another address.
const picturesForEver = "public, max-age=31536000, immutable"

// pictureFiles serves uploaded pictures to everybody who knows their address, also where the fact that shows one is not public: the address holds
// the hash of the picture, which nobody can guess.
func (n *Node) pictureFiles() api.Surface {
	return api.WithEndpoints(reading(http.HandlerFunc(n.servePicture)), []api.Endpoint{{Method: http.MethodGet, Pattern: fund.PicturePath + "{picture}"}})
}

func (n *Node) servePicture(w http.ResponseWriter, r *http.Request) {
	p, width, known := fund.ParsePicture(api.SqueezePath(r.URL.Path))
	if !known {
		noPicture(w)
		return
	}
	if wait := n.limitPages(r); wait > 0 {
		w.Header().Set("Retry-After", api.Seconds(wait))
		api.PlainText(w, http.StatusTooManyRequests, "too many requests: try again later\n")
		return
	}
	size, err := n.app.GetPicture(r.Context(), p, width)
	switch {
	case fault.Is(err, fault.NotFound):
		noPicture(w)
		return
	case err != nil:
		n.Log.WarnContext(r.Context(), "picture", "request_id", api.RequestID(w.Header()), "error", err)
		w.Header().Set("Retry-After", api.Seconds(fault.RetryLater))
		api.PlainText(w, http.StatusServiceUnavailable, "not available: try again later\n")
		return
	}
	h := w.Header()
	h.Set("Content-Type", map[string]string{"jpg": "image/jpeg", "png": "image/png"}[p.Type])
	h.Set("Cache-Control", picturesForEver)
	h.Set("ETag", api.ETag(size.Content))
	// Pictures are for any page, also for one that isolates itself. None of them is one.
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("X-Content-Type-Options", "nosniff")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(size.Content))
}

func noPicture(w http.ResponseWriter) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	api.PlainText(w, http.StatusNotFound, "there is no such picture\n")
}

// picturePrefix is where pictures are mounted.
var picturePrefix = strings.TrimSuffix(fund.PicturePath, "/")

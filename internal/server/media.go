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

// filesForEver lets everybody keep a file: another file has another address.
const filesForEver = "public, max-age=31536000, immutable"

// mediaFiles serves pictures and sounds to everybody who knows their address, also where the fact that has one is not public: the address of an uploaded one
// holds its hash, which nobody can guess.
func (n *Node) mediaFiles() api.Surface {
	return api.WithEndpoints(reading(http.HandlerFunc(n.serveMedia)), []api.Endpoint{
		{Method: http.MethodGet, Pattern: fund.PicturePath + "{picture}"}, {Method: http.MethodGet, Pattern: fund.SoundPath + "{sound}"},
	})
}

func (n *Node) serveMedia(w http.ResponseWriter, r *http.Request) {
	path := api.SqueezePath(r.URL.Path)
	if name, is := strings.CutPrefix(path, fund.SoundPath); is {
		n.serveFile(w, r, "sound", func() ([]byte, string, error) { return n.app.GetSound(r.Context(), name) })
		return
	}
	n.serveFile(w, r, "picture", func() ([]byte, string, error) {
		p, width, known := fund.ParsePicture(path)
		if !known {
			return nil, "", fault.New(fault.NotFound, "There is no such picture.")
		}
		size, err := n.app.GetPicture(r.Context(), p, width)
		return size.Content, p.Type, err
	})
}

// fileTypes are the content types of files, by what their names end in.
var fileTypes = map[string]string{
	"jpg": "image/jpeg", "png": "image/png", "wav": "audio/wav", "ogg": "audio/ogg", "mp3": "audio/mpeg",
}

// serveFile serves a file. The noun stands in the log, and where there is none.
func (n *Node) serveFile(w http.ResponseWriter, r *http.Request, noun string, find func() (content []byte, kind string, err error)) {
	if wait := n.limitPages(r); wait > 0 {
		w.Header().Set("Retry-After", api.Seconds(wait))
		api.PlainText(w, http.StatusTooManyRequests, "too many requests: try again later\n")
		return
	}
	content, kind, err := find()
	switch {
	case fault.Is(err, fault.NotFound):
		noFile(w, noun)
		return
	case err != nil:
		n.Log.WarnContext(r.Context(), noun, "request_id", api.RequestID(w.Header()), "error", err)
		w.Header().Set("Retry-After", api.Seconds(fault.RetryLater))
		api.PlainText(w, http.StatusServiceUnavailable, "not available: try again later\n")
		return
	}
	h := w.Header()
	h.Set("Content-Type", fileTypes[kind])
	h.Set("Cache-Control", filesForEver)
	h.Set("ETag", api.ETag(content))
	// Files are for any page, also for one that isolates itself. None of them is one.
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("X-Content-Type-Options", "nosniff")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
}

func noFile(w http.ResponseWriter, noun string) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	api.PlainText(w, http.StatusNotFound, "there is no such "+noun+"\n")
}

// mediaPrefix is where pictures and sounds are mounted.
var mediaPrefix = strings.TrimSuffix(fund.PicturePath, "/")

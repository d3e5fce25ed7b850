package coding

import (
	"io/fs"
	"mime"
	"net/http"
	"path"
)

// File serves a file that is part of the program, such as a style sheet. Browsers may keep it for an hour. It panics
// where there is no such file.
func File(files fs.FS, name string) http.HandlerFunc {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		panic("coding: " + err.Error())
	}
	body, contentType := NewBody(text), mime.TypeByExtension(path.Ext(name))
	return func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Type", contentType)
		h.Set("Cache-Control", "public, max-age=3600")
		h.Set("Vary", "Accept-Encoding")
		body.Send(w, r, http.StatusOK, body.Choose(r.Header))
	}
}

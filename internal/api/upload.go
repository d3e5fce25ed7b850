package api

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"time"

	"github.com/almoner/almoner/internal/coding"
	"github.com/almoner/almoner/internal/fault"
)

const (
	// uploadTime is how long a file may take to arrive: 10 MB from a phone with little reception.
	uploadTime = 2 * time.Minute
	// answerTime is how long the answer to it may take.
	answerTime = time.Minute
	// formBytes is how much more than its file a form may have.
	formBytes = 64 << 10
)

// readFile is the file that is the body, or the first file of a form (multipart/form-data): what browsers send. What kind of file it is says its
// content, whatever it is called.
func readFile(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, error) {
	if err := coding.Refuse(w.Header(), r); err != nil {
		return nil, err
	}
	kind, parameters, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	form, most := kind == "multipart/form-data", limit
	if form {
		most += formBytes
	}
	if r.ContentLength > most {
		return nil, tooLarge(limit)
	}
	if r.Body == nil || r.Body == http.NoBody {
		return nil, nil
	}
	if kind == "application/json" {
		return nil, fault.New(fault.Unsupported, "The body must be the file itself, or a form with it (Content-Type: multipart/form-data).")
	}
	// Connections that have no deadlines keep having none.
	deadlines, now := http.NewResponseController(w), time.Now()
	_ = deadlines.SetReadDeadline(now.Add(uploadTime))
	_ = deadlines.SetWriteDeadline(now.Add(uploadTime + answerTime))
	var file io.Reader = http.MaxBytesReader(w, r.Body, most)
	if form {
		part, err := firstFile(file, parameters["boundary"])
		if err != nil {
			return nil, unread(err, limit)
		}
		file = part
	}
	read, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err != nil {
		return nil, unread(err, limit)
	}
	if int64(len(read)) > limit {
		return nil, tooLarge(limit)
	}
	return read, nil
}

// unread is the fault for a body that ended early or went on for too long.
func unread(err error, limit int64) error {
	if _, long := errors.AsType[*http.MaxBytesError](err); long {
		return tooLarge(limit)
	}
	return fault.Wrap(err, fault.Malformed, "The body could not be read to its end.")
}

// firstFile is the first file of a form; other fields before it are skipped.
func firstFile(form io.Reader, boundary string) (io.Reader, error) {
	if boundary == "" {
		return nil, errors.New("the form has no boundary")
	}
	parts := multipart.NewReader(form, boundary)
	for {
		part, err := parts.NextPart()
		if err != nil || part.FileName() != "" {
			return part, err
		}
	}
}

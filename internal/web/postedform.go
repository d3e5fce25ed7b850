package web

import (
	"bufio"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/almoner/almoner/internal/coding"
	"github.com/almoner/almoner/internal/fault"
)

const (
	// maxBody is how many bytes of a form are read. It is far more than is kept, so that whoever pasted a book
	// into a comment gets the page back with the rest of what they typed.
	maxBody = 32 << 20
	// maxPostedForm is how many bytes of a form are kept, maxValue how many of one field.
	maxPostedForm = 512 << 10
	maxValue      = 64 << 10
)

// postedForm is a form as it came.
type postedForm struct {
	url.Values
	// cut tells that of some field only the beginning was kept.
	cut bool
}

// readPostedForm reads a form. It keeps no fields that are empty, and of one that is far too long its beginning. Its
// errors are TooLarge, Unsupported, and Malformed.
func readPostedForm(w http.ResponseWriter, r *http.Request) (postedForm, error) {
	s := postedForm{Values: url.Values{}}
	if err := coding.Refuse(w.Header(), r); err != nil {
		return s, err
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return s, fault.New(fault.Unsupported, "Only forms as browsers send them are read here.")
	}
	from := bufio.NewReader(http.MaxBytesReader(w, r.Body, maxBody))
	for kept := 0; ; {
		pair, cut, end := nextPair(from)
		if end != nil && !errors.Is(end, io.EOF) {
			return s, unread(end)
		}
		if kept += len(pair); kept > maxPostedForm {
			return s, tooLarge()
		}
		if err := s.add(string(pair), cut); err != nil || end != nil {
			return s, err
		}
	}
}

func unread(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return tooLarge()
	}
	return fault.Wrap(err, fault.Malformed, "The form could not be read.")
}

func tooLarge() error {
	return fault.New(fault.TooLarge, "That is far more than a form can hold.")
}

// nextPair reads up to the end of a field. With an error, the form is over.
func nextPair(from *bufio.Reader) (pair []byte, cut bool, err error) {
	for {
		part, err := from.ReadSlice('&')
		room := maxValue - len(pair)
		cut = cut || len(part) > room
		pair = append(pair, part[:min(len(part), room)]...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return pair, cut, err
		}
	}
}

func (s *postedForm) add(pair string, cut bool) error {
	name, value, _ := strings.Cut(strings.TrimSuffix(pair, "&"), "=")
	if at := strings.LastIndexByte(value, '%'); cut && at >= len(value)-2 && at >= 0 {
		value = value[:at]
	}
	name, err := url.QueryUnescape(name)
	if err != nil {
		return unread(err)
	}
	if value, err = url.QueryUnescape(value); err != nil {
		return unread(err)
	}
	if cut {
		value, s.cut = strings.ToValidUTF8(value, ""), true
	}
	if value != "" {
		s.Add(name, value)
	}
	return nil
}

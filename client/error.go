package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Error is a server's answer that refuses a request.
type Error struct {
	// Status is the HTTP status.
	Status int
	// Message says what is wrong, in the server's words.
	Message string
	// Fields are the invalid fields of the request, sorted by name; empty if the message says it all.
	Fields []Field
	// Location is the target of a redirect.
	Location string
	// RetryAfter is how long the server asks to wait; 0 if it does not say.
	RetryAfter time.Duration
}

// Field is an invalid field, and what is wrong with it.
type Field struct{ Name, Text string }

// Error returns the status, the message and the fields.
func (e *Error) Error() string {
	text := fmt.Sprintf("the server answered %d: %s", e.Status, e.Message)
	for _, f := range e.Fields {
		text += fmt.Sprintf(" [%s %s]", f.Name, f.Text)
	}
	if e.Location != "" {
		text += " (it is at another address: " + e.Location + ")"
	}
	return text
}

// ConnectionError is the error of a request or connection that got no answer, or an answer that is not Almoner's. It may be temporary.
type ConnectionError struct {
	// Server is the address of the server.
	Server string
	err    error
}

// Error returns the cause, with the server's address.
func (e *ConnectionError) Error() string { return e.Server + ": " + e.err.Error() }

// Unwrap returns the cause.
func (e *ConnectionError) Unwrap() error { return e.err }

// The causes that this package finds.
var (
	errForeign = errors.New("its answer is not Almoner's")
	errSilent  = errors.New("it went silent")
	errCut     = errors.New("the connection broke")
)

// ErrMessageTooLong ends a loop whose server sends a message of more than [MaxMessage] bytes. It would come again after reconnecting.
var ErrMessageTooLong = errors.New("message too long")

func (c *Client) tooLong() error {
	return fmt.Errorf("%s: %w: more than %d bytes", c.Server(), ErrMessageTooLong, MaxMessage)
}

// broken wraps the error of a request or connection that failed. It leaves out the URL, which may be long.
func (c *Client) broken(err error) error {
	if asked, is := errors.AsType[*url.Error](err); is {
		err = asked.Err
	}
	return &ConnectionError{Server: c.Server(), err: err}
}

// passing reports whether an error may be temporary.
func passing(err error) bool {
	if refused, is := errors.AsType[*Error](err); is {
		return refused.Status >= http.StatusInternalServerError || refused.Status == http.StatusTooManyRequests
	}
	_, is := errors.AsType[*ConnectionError](err)
	return is
}

// problem is the body of an error of V5 or of OAuth.
type problem struct {
	Error json.RawMessage `json:"error"`
	// Description is OAuth's.
	Description string `json:"error_description"`
}

// detail is the value of "error" in V5.
type detail struct {
	Message string                     `json:"message"`
	Fields  map[string]json.RawMessage `json:"fields"`
}

// refusal makes the error of an answer that refuses a request.
func refusal(answer *http.Response, text []byte) *Error {
	e := &Error{Status: answer.StatusCode, Location: short(clean(answer.Header.Get("Location"))), RetryAfter: retryAfter(answer.Header.Get("Retry-After"), time.Second)}
	e.Message, e.Fields = read(text)
	if why := reason(answer.Header.Get("WWW-Authenticate")); why != "" && len(e.Fields) == 0 {
		e.Message = why
	}
	if e.Message == "" {
		e.Message = http.StatusText(answer.StatusCode)
	}
	e.Message = short(e.Message)
	return e
}

// retryAfter reads the wait that a server asks for, in a unit, at most longestPause; 0 if it is not a number.
func retryAfter(text string, unit time.Duration) time.Duration {
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil {
		return 0
	}
	return min(time.Duration(n)*unit, longestPause)
}

// description finds the description in WWW-Authenticate (RFC 6750, section 3). The body of such an answer in V5 only names the status.
var description = regexp.MustCompile(`error_description="([^"\\]*)"`)

// reason returns why a token was refused; "" if the header does not say.
func reason(header string) string {
	if found := description.FindStringSubmatch(header); found != nil {
		return clean(found[1])
	}
	return ""
}

// noField is V5's name for an error that concerns no single field.
const noField = "base"

// read reads the body of an error.
func read(text []byte) (said string, fields []Field) {
	var p problem
	if json.Unmarshal(text, &p) != nil {
		return "", nil
	}
	var d detail
	if json.Unmarshal(p.Error, &d) != nil {
		return clean(p.Description), nil
	}
	if base, is := d.Fields[noField]; is {
		return clean(fieldText(base)), nil
	}
	for _, name := range slices.Sorted(maps.Keys(d.Fields)) {
		fields = append(fields, Field{Name: short(clean(name)), Text: short(clean(fieldText(d.Fields[name])))})
	}
	return clean(d.Message), fields
}

// fieldText returns what is wrong with a field, which is one text or several.
func fieldText(value json.RawMessage) string {
	var one string
	if json.Unmarshal(value, &one) == nil {
		return one
	}
	var several []string
	if json.Unmarshal(value, &several) == nil {
		return strings.Join(several, "; ")
	}
	return "is not valid"
}

// maxSaid is how many characters of a server's text an error quotes. It is enough for all of Almoner's messages, which end with what to do.
const maxSaid = 500

// short cuts a text to what an error quotes.
func short(text string) string {
	if letters := []rune(text); len(letters) > maxSaid {
		return string(letters[:maxSaid]) + "…"
	}
	return text
}

// clean replaces the characters of a server's text that could control a terminal.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return ' '
		}
		return r
	}, text)
}

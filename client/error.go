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

// Error is the answer of a server that does not do what was asked.
type Error struct {
	// Status is that of HTTP.
	Status int
	// Message says what is wrong, in the server's words.
	Message string
	// Fields are the invalid fields of what was sent, sorted by name; none where the message says it all.
	Fields []Field
	// Location is where the server says that it is, of a redirect.
	Location string
	// RetryAfter is how long the server asks to wait; 0 where it does not say.
	RetryAfter time.Duration
}

// Field is what is wrong with a field.
type Field struct{ Name, Text string }

// Error is the status and the message, with the fields.
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

// BrokenError is the error of a request or connection that got no answer, or one that is not Almoner's. It may go away on its own.
type BrokenError struct {
	// Server is the address of the server.
	Server string
	err    error
}

// Error names the server.
func (e *BrokenError) Error() string { return e.Server + ": " + e.err.Error() }

// Unwrap is the cause.
func (e *BrokenError) Unwrap() error { return e.err }

// The causes that are found here.
var (
	errForeign = errors.New("it does not answer as Almoner does")
	errSilent  = errors.New("it says nothing any more")
	errCut     = errors.New("the connection broke")
)

// broken is the error of something that failed on the way, without the address, which may be long.
func (c *Client) broken(err error) error {
	if asked, is := errors.AsType[*url.Error](err); is {
		err = asked.Err
	}
	return &BrokenError{Server: c.Server(), err: err}
}

// passing reports whether an error may go away on its own.
func passing(err error) bool {
	if refused, is := errors.AsType[*Error](err); is {
		return refused.Status >= http.StatusInternalServerError || refused.Status == http.StatusTooManyRequests
	}
	_, is := errors.AsType[*BrokenError](err)
	return is
}

// problem is the body of an error: of the API in version 5, or of OAuth.
type problem struct {
	Error json.RawMessage `json:"error"`
	// Description is that of OAuth.
	Description string `json:"error_description"`
}

// detail is what stands below "error" in version 5.
type detail struct {
	Message string                     `json:"message"`
	Fields  map[string]json.RawMessage `json:"fields"`
}

// refusal is the error of an answer that is not what was asked for.
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

// retryAfter is the wait that a server asks for in a unit, within bounds; 0 where it is no number.
func retryAfter(text string, unit time.Duration) time.Duration {
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil {
		return 0
	}
	return min(time.Duration(n)*unit, longestPause)
}

// description is that of the header of a refusal (RFC 6750, section 3), whose body in version 5 only names the status.
var description = regexp.MustCompile(`error_description="([^"\\]*)"`)

// reason is why a token was refused; "" where the header does not say so.
func reason(header string) string {
	if found := description.FindStringSubmatch(header); found != nil {
		return clean(found[1])
	}
	return ""
}

// noField is the name that version 5 has for what no field is wrong with.
const noField = "base"

// read takes apart the body of an error.
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

// fieldText is what is wrong with a field: a text, or several.
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

// maxSaid is how many characters of a text an error repeats: all of Almoner's messages, whose way out comes last.
const maxSaid = 500

// short is a text as an error repeats it.
func short(text string) string {
	if letters := []rune(text); len(letters) > maxSaid {
		return string(letters[:maxSaid]) + "…"
	}
	return text
}

// clean is text of a server without what would move the cursor of a terminal, or color it.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return ' '
		}
		return r
	}, text)
}

package client

import (
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/almoner/almoner/internal/fault"
)

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

// kinds are the faults that statuses stand for.
var kinds = map[int]fault.Kind{
	http.StatusBadRequest:            fault.Malformed,
	http.StatusUnauthorized:          fault.Unauthenticated,
	http.StatusForbidden:             fault.Forbidden,
	http.StatusNotFound:              fault.NotFound,
	http.StatusConflict:              fault.Conflict,
	http.StatusGone:                  fault.Gone,
	http.StatusRequestEntityTooLarge: fault.TooLarge,
	http.StatusUnprocessableEntity:   fault.Invalid,
	http.StatusTooManyRequests:       fault.RateLimited,
}

// refusal is the fault of an answer that is not what was asked for. Those of 5xx are Unavailable.
func (c *Client) refusal(answer *http.Response, text []byte) error {
	kind, known := kinds[answer.StatusCode]
	if !known {
		kind = fault.Unavailable
	}
	if to := answer.Header.Get("Location"); to != "" {
		return fault.New(fault.Conflict, "The server is at another address: %s. Use that one for --server.", fault.Echo(to))
	}
	said, fields := read(text)
	if len(fields) > 0 {
		return &fault.Error{Kind: fault.Invalid, Message: said, Fields: fields}
	}
	if why := reason(answer.Header.Get("WWW-Authenticate")); why != "" {
		said = why
	}
	if said == "" {
		said = http.StatusText(answer.StatusCode)
	}
	said = short(said)
	if kind == fault.Unauthenticated {
		said += " " + c.wayOut()
	}
	return fault.New(kind, "The server answered %d: %s", answer.StatusCode, said)
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

// wayOut is what to do when the server does not take the token, or there is none.
func (c *Client) wayOut() string {
	if tokens, can := c.tokens.(interface{ wayOut() string }); can {
		return tokens.wayOut()
	}
	return "Name a file with a token with --token-file, or log in with: almoner login --server " + c.Server()
}

// read takes apart the body of an error.
func read(text []byte) (said string, fields fault.Fields) {
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
		fields.Add(clean(name), clean(fieldText(d.Fields[name])))
	}
	return clean(d.Message), fields
}

// maxSaid is how many characters of a server's message are repeated: all of those of Almoner, whose way out comes last.
const maxSaid = 500

// short is a server's message as an error repeats it.
func short(said string) string {
	if letters := []rune(said); len(letters) > maxSaid {
		return string(letters[:maxSaid]) + "…"
	}
	return said
}

// noField is the name that version 5 has for what no field is wrong with.
const noField = "base"

// clean is text of a server without what would move the cursor of a terminal, or color it.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return ' '
		}
		return r
	}, text)
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

package oauth

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/coding"
	"github.com/almoner/almoner/internal/fault"
)

// maxBody is how many bytes of a body are read.
const maxBody = 64 << 10

// parameters are what a program sent, wherever it put it. Programs written for V3 and V5 use the
// query, a form, multipart, JSON, HTTP Basic, and all of them mixed. A parameter of the body wins over
// one of the query, which may stem from a configured address. Credentials that differ between
// HTTP Basic and the parameters are refused: one of them is a mistake, and guessing which one would
// authenticate somebody else than was meant. A parameter without a value counts as left out
// (RFC 6749, section 3.2).
type parameters struct {
	values map[string]string
	// bearer is the token of an Authorization header; "" for none.
	bearer string
}

func (p parameters) get(name string) string { return p.values[name] }

// list are the words of a parameter that holds several.
func (p parameters) list(name string) []string { return strings.Fields(p.values[name]) }

// readParameters gathers what was sent. Its faults are Malformed, TooLarge and Unsupported.
func readParameters(w http.ResponseWriter, r *http.Request) (parameters, error) {
	p := parameters{values: map[string]string{}}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return p, fault.Wrap(err, fault.Malformed, "The query cannot be read.")
	}
	if err := p.add(query); err != nil {
		return p, err
	}
	body, err := readBody(w, r)
	if err != nil {
		return p, err
	}
	sent, err := parseBody(r.Header.Get("Content-Type"), body)
	if err != nil {
		return p, err
	}
	if err := p.add(sent); err != nil {
		return p, err
	}
	return p, p.addAuthorization(r.Header.Get("Authorization"))
}

// add takes over one part of the request; no parameter may come twice in it.
func (p parameters) add(values url.Values) error {
	for name := range asked {
		switch all := values[name]; {
		case len(all) > 1:
			return fault.New(fault.Malformed, "The parameter %s was sent twice.", name)
		case len(all) == 1 && all[0] != "":
			p.values[name] = all[0]
		}
	}
	return nil
}

// addAuthorization takes over the credentials of the header.
func (p *parameters) addAuthorization(header string) error {
	p.bearer = tokenOf(header, "Bearer")
	scheme, rest, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Basic") {
		return nil
	}
	id, secret, ok := decodeBasic(strings.TrimSpace(rest))
	if !ok {
		return fault.New(fault.Malformed, "The Authorization header cannot be read.")
	}
	for name, value := range map[string]string{"client_id": id, "client_secret": secret} {
		if sent := p.values[name]; sent != "" && sent != value {
			return fault.New(fault.Malformed, "The %s of the parameters is not that of the Authorization header.", name)
		}
		p.values[name] = value
	}
	return nil
}

// tokenOf returns the token of an Authorization header with one of the schemes, "" for none.
func tokenOf(header string, schemes ...string) string {
	scheme, rest, _ := strings.Cut(header, " ")
	if !slices.ContainsFunc(schemes, func(one string) bool { return strings.EqualFold(one, scheme) }) {
		return ""
	}
	return strings.TrimSpace(rest)
}

// decodeBasic reads credentials, which are encoded as in a form before they are put together
// (RFC 6749, section 2.3.1); those that are not are taken as they are.
func decodeBasic(encoded string) (id, secret string, ok bool) {
	text, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return "", "", false
	}
	id, secret, ok = strings.Cut(string(text), ":")
	return unescaped(id), unescaped(secret), ok
}

func unescaped(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}

func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	if err := coding.Refuse(w.Header(), r); err != nil {
		return nil, err
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, fault.New(fault.TooLarge, "The body must not be larger than %d bytes.", maxBody)
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Malformed, "The body could not be read to its end.")
	}
	return bytes.TrimSpace(api.WithoutByteOrderMark(body)), nil
}

// parseBody reads a body by what it looks like: many programs send JSON under the name of a form, or
// no name at all.
func parseBody(contentType string, body []byte) (url.Values, error) {
	media, options, err := mime.ParseMediaType(contentType)
	if err != nil {
		media = ""
	}
	switch {
	case len(body) == 0:
		return nil, nil
	case media == "multipart/form-data":
		return parseMultipart(body, options["boundary"])
	case body[0] == '{' || media == "application/json" || strings.HasSuffix(media, "+json"):
		return parseJSON(body)
	}
	values, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, fault.Wrap(err, fault.Malformed, "The body is not a form.")
	}
	return values, nil
}

func parseMultipart(body []byte, boundary string) (url.Values, error) {
	if boundary == "" {
		return nil, fault.New(fault.Malformed, "The Content-Type of the body names no boundary.")
	}
	form, err := multipart.NewReader(bytes.NewReader(body), boundary).ReadForm(maxBody)
	if err != nil {
		return nil, fault.Wrap(err, fault.Malformed, "The body is not multipart/form-data.")
	}
	defer func() { _ = form.RemoveAll() }()
	return form.Value, nil
}

// parseJSON reads an object of texts and numbers; null counts as left out. No key may come twice, for
// whoever stands before the server may have looked at the other one.
func parseJSON(body []byte) (url.Values, error) {
	object, err := api.DecodeJSON(body)
	if err != nil {
		return nil, err
	}
	values := url.Values{}
	for _, member := range object {
		switch v := member.Value.(type) {
		case nil:
		case string:
			values.Set(member.Key, v)
		case json.Number:
			values.Set(member.Key, v.String())
		default:
			if asked[member.Key] {
				return nil, fault.New(fault.Malformed, "The parameter %s must be a text.", member.Key)
			}
		}
	}
	return values, nil
}

// asked are the parameters that programs may send. All others are passed over, whatever they are.
var asked = map[string]bool{
	"grant_type": true, "client_id": true, "client_secret": true, "code": true, "code_verifier": true,
	"redirect_uri": true, "refresh_token": true, "scope": true, "token": true, "token_type_hint": true,
}

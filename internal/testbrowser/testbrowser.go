// Package testbrowser is a browser without scripts for tests of pages: it keeps cookies, sends forms as pages of ours would, and follows no redirect.
package testbrowser

import (
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/must"
)

// FormType is the content type of forms.
const FormType = "application/x-www-form-urlencoded"

// Browser is somebody's browser.
type Browser struct {
	*http.Client

	t   *testing.T
	url string
}

// Stay is a client that follows no redirect and keeps no cookies.
var Stay = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// New makes a browser for the server at an address.
func New(t *testing.T, url string) Browser {
	t.Helper()
	jar := must.Get(cookiejar.New(nil))(t)
	return Browser{&http.Client{Jar: jar, CheckRedirect: Stay.CheckRedirect}, t, url}
}

// Answer is an answer that has been read.
type Answer struct {
	*http.Response

	Text string
}

// Read reads an answer.
func Read(t *testing.T, r *http.Response, err error) Answer {
	t.Helper()
	must.Do(t, err)
	text := must.Get(io.ReadAll(r.Body))(t)
	must.Do(t, r.Body.Close())
	return Answer{r, string(text)}
}

// Get asks for a page.
func (b Browser) Get(path string) Answer {
	b.t.Helper()
	r := must.Get(http.NewRequestWithContext(b.t.Context(), http.MethodGet, b.url+path, nil))(b.t)
	answer, err := b.Do(r)
	return Read(b.t, answer, err)
}

// Follow opens a link of the server, as a mail has it.
func (b Browser) Follow(link string) Answer {
	b.t.Helper()
	return b.Get(strings.TrimPrefix(link, b.url))
}

// Post sends a form as a page of ours would, with more headers in pairs; one without a value is left out.
func (b Browser) Post(path string, values url.Values, header ...string) Answer {
	b.t.Helper()
	r := must.Get(http.NewRequestWithContext(b.t.Context(), http.MethodPost, b.url+path, strings.NewReader(values.Encode())))(b.t)
	r.Header.Set("Content-Type", FormType)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Origin", b.url)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
		if header[i+1] == "" {
			r.Header.Del(header[i])
		}
	}
	answer, err := b.Do(r)
	return Read(b.t, answer, err)
}

// JSON decodes an answer for programs.
func (a Answer) JSON(t *testing.T) map[string]any {
	t.Helper()
	var body map[string]any
	if err := json.Unmarshal([]byte(a.Text), &body); err != nil {
		t.Fatalf("got %d %q, want JSON: %v", a.StatusCode, a.Text, err)
	}
	return body
}

// LedTo is the query that a redirect to that address has.
func (a Answer) LedTo(t *testing.T, address string) url.Values {
	t.Helper()
	to := must.Get(url.Parse(a.Header.Get("Location")))(t)
	if a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(to.String(), address+"?") {
		t.Fatalf("got %d to %q, want 303 to %s\n%s", a.StatusCode, to, address, a.Text)
	}
	return to.Query()
}

var (
	formTag  = regexp.MustCompile(`(?s)<form method="post" action="([^"]*)".*?</form>`)
	inputTag = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)
)

// Form are the hidden fields of the form for that path, which the page must have.
func (a Answer) Form(t *testing.T, path string) url.Values {
	t.Helper()
	for _, form := range formTag.FindAllStringSubmatch(a.Text, -1) {
		if form[1] != path {
			continue
		}
		values := url.Values{}
		for _, input := range inputTag.FindAllStringSubmatch(form[0], -1) {
			values.Set(input[1], html.UnescapeString(input[2]))
		}
		return values
	}
	t.Fatalf("got %d without a form for %s\n%s", a.StatusCode, path, a.Text)
	return nil
}

// With is a form with more fields, in pairs.
func With(values url.Values, pairs ...string) url.Values {
	for i := 0; i < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	return values
}

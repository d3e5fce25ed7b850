// Package live is what goes out while things happen: server-sent events, WebSockets, the Phoenix socket of version 3, and plain text for chat
// bots.
package live

import (
	"context"
	"encoding/hex"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/text"
)

const (
	// TextPath is where the plain text for chat bots is.
	TextPath = "/text"
	// MaxTemplate is how long a template may be, in bytes.
	MaxTemplate = 500
	// textAge is for how long an answer may be kept, by bots and by proxies.
	textAge = 5 * time.Second
)

// TextOptions configures a Text.
type TextOptions struct {
	App *app.App
	// Log takes what went wrong, since the answers do not say it.
	Log *slog.Logger
	// Limit counts a request and reports how long its sender has to wait, 0 to be served; nil limits nothing.
	Limit func(*http.Request) time.Duration
	// Mode is the mode of the database where it holds play money; "" else.
	Mode func(context.Context) string
}

// Text answers chat bots with one line of plain text about a campaign. Its status is always 200, because bots write error pages into the chat,
// and it says only what everybody may see.
type Text struct{ o TextOptions }

// NewText makes a Text.
func NewText(o TextOptions) *Text {
	if o.Limit == nil {
		o.Limit = func(*http.Request) time.Duration { return 0 }
	}
	return &Text{o}
}

// Endpoints names what is served.
func (t *Text) Endpoints() []api.Endpoint {
	var all []api.Endpoint
	for _, fact := range []string{"@{user}/{slug}", "+{team}/{slug}", "{cause}/{event}", "{cause}", "{id}"} {
		for _, word := range []string{"{value}", "poll/{number}", "counter/{number}"} {
			all = append(all, api.Endpoint{Method: http.MethodGet, Pattern: TextPath + "/" + fact + "/" + word})
		}
	}
	return all
}

// ServeHTTP answers one request.
func (t *Text) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	switch r.Method {
	case http.MethodGet, http.MethodHead:
	case http.MethodOptions:
		h.Set("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS")
		w.WriteHeader(http.StatusNoContent)
		return
	default:
		h.Set("Allow", "GET, HEAD, OPTIONS")
		api.PlainText(w, http.StatusMethodNotAllowed, "this can only be read\n")
		return
	}
	l := t.locale(r)
	line, err := t.line(r, l)
	h.Set("Cache-Control", "public, max-age="+strconv.Itoa(int(textAge.Seconds())))
	if err != nil {
		h.Set("Cache-Control", "no-store")
		line = t.excuse(r.Context(), l, err)
	}
	if t.o.Mode != nil {
		if mode := t.o.Mode(r.Context()); mode != "" {
			h.Set(api.ModeHeader, mode)
		}
	}
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Length", strconv.Itoa(len(line)))
	_, _ = io.WriteString(w, line) //nolint:gosec // plain text, which no browser takes for a page
}

// Refuse answers a request whose path cannot be read as it does any other that names no campaign.
func (t *Text) Refuse(w http.ResponseWriter, r *http.Request) { t.ServeHTTP(w, r) }

// line is the answer to a request.
func (t *Text) line(r *http.Request, l *text.Locale) (string, error) {
	if wait := t.o.Limit(r); wait > 0 {
		return "", &fault.Error{Kind: fault.RateLimited, RetryAfter: wait}
	}
	name, word := asked(api.SqueezePath(r.URL.Path))
	if word == "" {
		return l.Text("live.unknown_word", "Words", strings.Join(append(words(), "poll/1", "counter/1"), ", ")), nil
	}
	template := typedTemplate(r.URL.RawQuery)
	if template == "" {
		template = "{" + word + "}"
	}
	if len(template) > MaxTemplate {
		return l.Text("live.long_template", "Max", strconv.Itoa(MaxTemplate)), nil
	}
	seen, err := t.o.App.SeeByName(r.Context(), app.Actor{}, name)
	if err != nil {
		return "", err
	}
	said, err := fill(r.Context(), template, newValues(t.o.App, seen, l))
	if err != nil {
		return "", err
	}
	if said = chatLine(said); said == "" {
		said = l.Text("live.empty")
	}
	return said, nil
}

// locale is that of the language that the query asks for, else that of the site. What a bot accepts says nothing of who reads its chat.
func (t *Text) locale(r *http.Request) *text.Locale {
	language := r.URL.Query().Get("lang")
	if language == "" {
		language, _ = t.o.App.Language(r.Context()) // an answer in English, where it cannot be read, is better than none
	}
	return text.Accepted(language)
}

// typedTemplate is the template of a query. Who types one into a chat bot writes "50%" as it stands, so that a percent sign that begins no escape counts as one.
func typedTemplate(query string) string {
	for pair := range strings.SplitSeq(query, "&") {
		key, value, _ := strings.Cut(pair, "=")
		if key != "template" {
			continue
		}
		if whole, err := url.QueryUnescape(value); err == nil {
			return whole
		}
		if whole, err := url.QueryUnescape(barePercent(value)); err == nil {
			return whole
		}
	}
	return ""
}

// barePercent escapes each percent sign without two hexadecimal digits behind it.
func barePercent(typed string) string {
	var escaped strings.Builder
	for i := range len(typed) {
		escaped.WriteByte(typed[i])
		if typed[i] != '%' {
			continue
		}
		if _, err := hex.DecodeString(typed[i+1 : min(i+3, len(typed))]); err != nil || i+3 > len(typed) {
			escaped.WriteString("25")
		}
	}
	return escaped.String()
}

// asked are the name of a fact and a word about it; no word where the path has none that is known.
func asked(path string) (name, word string) {
	rest, last, _ := cutLast(strings.TrimPrefix(path, TextPath+"/"))
	if name, list, is := cutLast(rest); is && (list == "poll" || list == "counter") {
		if _, err := strconv.ParseUint(last, 10, 16); err == nil {
			return name, list + "/" + last
		}
	}
	for _, known := range words() {
		if strings.EqualFold(last, known) {
			return rest, known
		}
	}
	return "", ""
}

// cutLast cuts a path before its last part.
func cutLast(path string) (before, last string, found bool) {
	i := strings.LastIndexByte(path, '/')
	if i < 0 {
		return "", path, false
	}
	return path[:i], path[i+1:], true
}

// excuse says in a chat what went wrong, as far as it is the chat's business.
func (t *Text) excuse(ctx context.Context, l *text.Locale, err error) string {
	switch {
	case fault.Is(err, fault.NotFound):
		return l.Text("live.unknown_fact")
	case fault.Is(err, fault.RateLimited):
		return l.Text("live.busy")
	}
	if t.o.Log != nil && ctx.Err() == nil {
		t.o.Log.WarnContext(ctx, "no text for a chat", "error", err)
	}
	return l.Text("live.busy")
}

package live

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/bearer"
	"github.com/almoner/almoner/internal/coding"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/feed"
	"github.com/almoner/almoner/internal/fund"
)

const (
	// Path is where the streams and the socket are.
	Path = "/live"
	// SocketPath is the WebSocket.
	SocketPath = Path + "/socket"
	// eventsPath streams several facts; the streams of one fact end in streamEnd.
	eventsPath = Path + "/events"
	streamEnd  = "/events"
	factsPath  = Path + "/facts/"
	// writeWithin is how long a receiver may take to read what is written at once.
	writeWithin = 10 * time.Second
	// maxName is how long the name of a fact may be, in bytes.
	maxName = 300
)

// Options configures a Feed.
type Options struct {
	App *app.App
	Hub *Hub
	// Objects reads what messages show.
	Objects Objects
	// BaseURL is where browsers reach the server.
	BaseURL string
	// Log takes what went wrong; nil discards it.
	Log *slog.Logger
	// Limit counts a request for its address and reports how long that has to wait, 0 to be served; nil limits nothing.
	Limit func(context.Context, netip.Addr) time.Duration
	// Address is where a request comes from; nil for nowhere, which is not limited.
	Address func(*http.Request) netip.Addr
	// Session is the text of the session cookie; "" without one. Nil reads no cookies.
	Session func(*http.Request) string
	// Grant is the text of the cookie of a browser without an account that accepted a grant on a fact; "" without one. Nil reads no such cookies.
	Grant func(*http.Request) string
	// Mode is the mode of the database where it holds play money; "" else.
	Mode func(context.Context) string
}

// Feed serves the events of facts as they happen: as server-sent events, and over a WebSocket.
type Feed struct {
	o      Options
	format *objectFormat
	origin string
	schema func() (*coding.Body, error)
}

// NewFeed makes a Feed.
func NewFeed(o Options) *Feed {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Limit == nil {
		o.Limit = func(context.Context, netip.Addr) time.Duration { return 0 }
	}
	if o.Address == nil {
		o.Address = func(*http.Request) netip.Addr { return netip.Addr{} }
	}
	if o.Session == nil {
		o.Session = func(*http.Request) string { return "" }
	}
	if o.Grant == nil {
		o.Grant = func(*http.Request) string { return "" }
	}
	if o.Mode == nil {
		o.Mode = func(context.Context) string { return "" }
	}
	f := &Feed{o: o, format: &objectFormat{hub: o.Hub, objects: o.Objects}}
	f.schema = sync.OnceValues(f.makeSchema)
	if u, err := url.Parse(o.BaseURL); err == nil && u.Host != "" {
		f.origin = u.Scheme + "://" + u.Host
	}
	return f
}

// Endpoints names what is served.
func (f *Feed) Endpoints() []api.Endpoint {
	var all []api.Endpoint
	for _, path := range []string{eventsPath, SocketPath, SchemaPath, ClientPath} {
		all = append(all, api.Endpoint{Method: http.MethodGet, Pattern: path})
	}
	for _, fact := range []string{"facts/{id}", "@{user}/{slug}", "+{team}/{slug}", "{cause}/{event}", "{cause}"} {
		all = append(all, api.Endpoint{Method: http.MethodGet, Pattern: Path + "/" + fact + streamEnd})
	}
	return all
}

// ServeHTTP answers one request, and returns when its connection has ended.
func (f *Feed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	if mode := f.o.Mode(r.Context()); mode != "" {
		h.Set(api.ModeHeader, mode)
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
	case http.MethodOptions:
		h.Set("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS")
		h.Set("Access-Control-Allow-Headers", api.AllowedHeaders(r)+", Last-Event-ID")
		w.WriteHeader(http.StatusNoContent)
		return
	default:
		h.Set("Allow", "GET, HEAD, OPTIONS")
		f.refuse(w, r, &fault.Error{Kind: fault.WrongMethod, Message: "Events can only be read."})
		return
	}
	if err := f.serve(w, r); err != nil {
		f.refuse(w, r, err)
	}
}

// serve is ServeHTTP for a request that may be answered; its error is one before anything was written.
func (f *Feed) serve(w http.ResponseWriter, r *http.Request) error {
	if wait := f.o.Limit(r.Context(), f.o.Address(r)); wait > 0 {
		return &fault.Error{Kind: fault.RateLimited, Message: "There were too many requests.", RetryAfter: wait}
	}
	if err := refuseSecrets(r.URL.Query()); err != nil {
		return err
	}
	path := api.SqueezePath(r.URL.Path)
	switch path {
	case SocketPath:
		return f.serveSocket(w, r)
	case SchemaPath:
		return f.serveSchema(w, r)
	case ClientPath:
		return serveClient(w, r)
	}
	if names, ok := f.named(path, r.URL.Query()); ok {
		return f.serveStream(w, r, names)
	}
	return fault.New(fault.NotFound, "There is nothing here. Events are at /live/facts/{id}/events, /live/@user/slug/events, "+
		"/live/events?facts=…, and over the WebSocket /live/socket.")
}

// secrets are the names under which tokens are put into addresses elsewhere.
var secrets = []string{"access_token", "token", "authorization", "bearer", "api_key"}

// refuseSecrets refuses a token in the address: those end up in logs, histories and Referer headers.
func refuseSecrets(q url.Values) error {
	for name := range q {
		if slices.Contains(secrets, strings.ToLower(name)) {
			return fault.New(fault.Malformed, "A token does not belong into the address (%s), where logs and browsers keep it: "+
				"send it as the header \"Authorization: Bearer <token>\", or over the WebSocket in the first frame, {\"type\":\"hello\",\"token\":\"…\"}. "+
				"Then revoke this one.", name)
		}
	}
	return nil
}

// named are the names of the facts that a stream is of.
func (f *Feed) named(path string, q url.Values) ([]string, bool) {
	if path == eventsPath {
		var names []string
		for _, some := range q["facts"] {
			names = append(names, strings.FieldsFunc(some, func(c rune) bool { return c == ',' || c == ' ' })...)
		}
		return names, true
	}
	name, ok := strings.CutSuffix(path, streamEnd)
	if !ok {
		return nil, false
	}
	if id, of := strings.CutPrefix(name, factsPath); of {
		return []string{id}, true
	}
	name = strings.TrimPrefix(name, Path+"/")
	return []string{name}, name != ""
}

// see finds a fact by its UUID, the legacy id of a campaign, or its slugs.
func (f *Feed) see(ctx context.Context, actor app.Actor, name string) (app.Seen, error) {
	if len(name) > maxName {
		return app.Seen{}, fault.New(fault.NotFound, "There is no fact %s.", fault.Echo(name))
	}
	if number, err := strconv.ParseInt(name, 10, 64); err == nil && number > 0 {
		return f.o.App.See(ctx, actor, app.FactKey{Key: fund.Key{LegacyID: number}})
	}
	return f.o.App.SeeByName(ctx, actor, name)
}

// ask is what somebody wants to watch.
type ask struct {
	names []string
	types Types
	// after is the cursor to resume from; "" for only what happens from now on.
	after string
	// brief leaves the facts out of the state.
	brief bool
	// ref is repeated in the answer; answer is sent before the state, nil for none.
	ref    string
	answer *Message
	// address is whom the facts are counted for.
	address netip.Addr
}

// charge counts facts that are about to be read, each as a request of an address: reading the state of one costs as much.
func (f *Feed) charge(ctx context.Context, facts int, address netip.Addr) error {
	for range facts {
		if wait := f.o.Limit(ctx, address); wait > 0 {
			return &fault.Error{Kind: fault.RateLimited, Message: "There were too many facts asked for; each counts as a request.", RetryAfter: wait}
		}
	}
	return nil
}

// watch begins to watch. What the connection is sent first is the present state.
func (f *Feed) watch(ctx context.Context, c *Conn, a ask) error {
	if len(a.names) == 0 {
		return fault.New(fault.Malformed, "Name the facts, by their ids or as @user/slug: facts=a,b.")
	}
	if len(a.names) > MaxFacts {
		return ErrTooManyFacts
	}
	if err := f.charge(ctx, len(a.names), a.address); err != nil {
		return err
	}
	place, reset, err := f.place(ctx, a.after)
	if err != nil {
		return err
	}
	w := Watch{Types: a.types, From: place, Answer: a.answer}
	seen, err := f.seeAll(ctx, c.audience.actor(), a, &w)
	if err != nil {
		return err
	}
	if a.brief {
		seen = nil
	}
	if w.First, err = f.state(ctx, c, seen, stateMessage{Ref: a.ref, Reason: reset, Cursor: place.Cursor.String()}); err != nil {
		return err
	}
	return c.Watch(w)
}

// seeAll finds the facts to be watched, each once. Who comes back may have lost the sight of some while they were away: the others go on, as
// they would have over one connection. Else nothing is watched while some are missing, and the error names them all.
func (f *Feed) seeAll(ctx context.Context, actor app.Actor, a ask, w *Watch) (seen []app.Seen, err error) {
	var missing fault.Error
	refused := false
	for _, name := range a.names {
		one, err := f.see(ctx, actor, name)
		if fault.Is(err, fault.NotFound) {
			missing.Kind, missing.Message = fault.NotFound, fault.From(err).Message
			missing.Fields.Add(fault.Echo(name), "is not there, or you may not see it: leave it out")
			id, unnamed := fund.ParseID(name)
			w.Lost = append(w.Lost, id)
			refused = refused || a.after == "" || unnamed != nil
			continue
		}
		if err != nil {
			return nil, err
		}
		if id := one.Fact().ID; !slices.Contains(w.Facts, id) {
			w.Facts, seen = append(w.Facts, id), append(seen, one)
		}
	}
	if refused || len(seen) == 0 {
		return nil, &missing
	}
	return seen, nil
}

// The reasons of a reset.
const (
	resetForeign = "foreign"
	resetExpired = "expired"
)

// place is where to begin after a cursor: behind it, or here, with the reason, where that is not possible.
func (f *Feed) place(ctx context.Context, after string) (p Place, reset string, err error) {
	here := f.o.Hub.Here()
	if after == "" {
		return here, "", nil
	}
	cursor, err := feed.ParseCursor(after)
	if err != nil {
		return here, resetForeign, nil //nolint:nilerr // it is of no history of ours
	}
	p, err = f.o.Hub.Resume(ctx, cursor)
	switch {
	case err == nil:
		return p, "", nil
	case feed.Expired(err):
		return here, resetExpired, nil
	case errors.Is(err, feed.ErrReset):
		return here, resetForeign, nil
	default:
		return here, "", err
	}
}

// state is the message with the present state of the facts. It is read after the place, and has everything up to it.
func (f *Feed) state(ctx context.Context, c *Conn, seen []app.Seen, m stateMessage) (*Message, error) {
	m.Type, m.At = "state", f.o.App.Now().Format(instants)
	if m.Reason != "" {
		m.Type = "reset"
	}
	m.RetryMS, m.HeartbeatMS = c.hint.Milliseconds(), HeartbeatEvery.Milliseconds()
	m.Facts = make([]json.RawMessage, 0, len(seen))
	for _, one := range seen {
		body, err := f.o.Hub.State(ctx, c, one, f.readState)
		if err != nil {
			return nil, err
		}
		m.Facts = append(m.Facts, body)
	}
	body, err := api.Marshal(m)
	return &Message{Name: m.Type, Cursor: m.Cursor, Body: body}, err
}

func (f *Feed) readState(ctx context.Context, seen app.Seen) ([]byte, error) {
	return f.o.Objects.State(ctx, seen)
}

// refuse answers a request that is not served.
func (f *Feed) refuse(w http.ResponseWriter, r *http.Request, err error) {
	refused := fault.From(err)
	code := status(refused)
	if code == http.StatusInternalServerError && r.Context().Err() == nil {
		f.o.Log.ErrorContext(r.Context(), "live", "error", err)
		refused = &fault.Error{Message: "Something went wrong here; try again."}
	}
	h := w.Header()
	if wait := refused.Wait(); wait > 0 {
		h.Set("Retry-After", api.Seconds(wait))
	}
	if refusal := bearer.Refusal(refused, code); refusal != "" {
		h.Set("WWW-Authenticate", refusal)
	}
	body, err := api.Marshal(struct {
		Error errorMessage `json:"error"`
	}{errorOf(refused, "")})
	if err != nil {
		body = []byte("{}")
	}
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(code)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}

// errorOf is a refusal as it is written.
func errorOf(f *fault.Error, ref string) errorMessage {
	m := errorMessage{Type: "error", Ref: ref, Status: status(f), Message: f.Message}
	for _, field := range f.Fields {
		if m.Fields == nil {
			m.Fields = map[string]string{}
		}
		m.Fields[field.Path] = field.Text
	}
	if m.Message == "" {
		m.Message = http.StatusText(m.Status)
	}
	return m
}

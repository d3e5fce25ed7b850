// Package remote is the alert desk for programs: buttons of a Stream Deck, Companion and the like, at /api/desk and below. A program has a key of the desk, sends
// it as a bearer token, and is told the state of the desk after each act. There are no headers for pages of other sites: a key in a page would be everybody's.
package remote

import (
	"context"
	"crypto/sha256"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/bearer"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/text"
)

const (
	// Path is where the state of a desk is; acts are below it.
	Path = "/api/desk"
	// test is the act that shows an alert of a donation that is made up.
	test = "test"
	// maxBody is how much of a body is read: programs send some that nobody asked for.
	maxBody = 4 << 10
	// replayed marks an answer that was given before.
	replayed = "Idempotent-Replayed"
)

// Options configure a Server.
type Options struct {
	App *app.App
	// Log takes what went wrong; nil discards it.
	Log *slog.Logger
	// Limit counts a request for its address, LimitKey for its key, by the id of that; both report how long it has to wait, 0 to be served. Nil limits nothing.
	Limit    func(*http.Request) time.Duration
	LimitKey func(key string) time.Duration
	// Address is where a request comes from; nil for nowhere.
	Address func(*http.Request) netip.Addr
}

// Server serves alert desks.
type Server struct{ o Options }

// New makes a Server. Mount it at Path, with everything below.
func New(o Options) *Server {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Limit == nil {
		o.Limit = func(*http.Request) time.Duration { return 0 }
	}
	if o.LimitKey == nil {
		o.LimitKey = func(string) time.Duration { return 0 }
	}
	if o.Address == nil {
		o.Address = func(*http.Request) netip.Addr { return netip.Addr{} }
	}
	return &Server{o}
}

// acts are what can be done.
func acts() []string {
	all := []string{test}
	for _, act := range fund.DeskActs() {
		all = append(all, string(act))
	}
	return all
}

// Endpoints names what is served.
func (s *Server) Endpoints() []api.Endpoint {
	return []api.Endpoint{{Method: http.MethodGet, Pattern: Path}, {Method: http.MethodPost, Pattern: Path + "/{act}"}}
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	answer, again, err := s.serve(r)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	if again {
		h.Set(replayed, "true")
	}
	write(w, r, answer.Status, answer.Body)
}

// Refuse answers a request whose path cannot be read.
func (s *Server) Refuse(w http.ResponseWriter, r *http.Request) {
	s.refuse(w, r, &fault.Error{Kind: fault.NotFound})
}

// serve is the answer to a request, and whether it was given before.
func (s *Server) serve(r *http.Request) (answer fund.Answer, again bool, err error) {
	if wait := s.o.Limit(r); wait > 0 {
		return answer, false, tooMany(wait)
	}
	act, wrong := asked(r)
	if wrong != nil {
		return answer, false, wrong
	}
	key, err := api.Bearer(r)
	if err != nil || key == "" {
		return answer, false, &fault.Error{Kind: fault.Unauthenticated}
	}
	visit, err := s.o.App.OpenDesk(r.Context(), key, s.o.Address(r))
	if err != nil {
		return answer, false, err //nolint:wrapcheck // its kind is the answer
	}
	if wait := s.o.LimitKey(visit.Actor().Desk.String()); wait > 0 {
		return answer, false, tooMany(wait)
	}
	if act == "" {
		answer, err = s.state(r.Context(), visit)
		return answer, false, err
	}
	return s.once(r, visit, act)
}

// asked is the act that a request is for; "" for the state alone.
func asked(r *http.Request) (act string, err error) {
	act, below := strings.CutPrefix(api.SqueezePath(r.URL.Path), Path+"/")
	method := http.MethodPost
	if !below {
		act, method = "", http.MethodGet
	} else if !slices.Contains(acts(), act) {
		return "", fault.New(fault.NotFound, "There is no such act. POST to %s/{act}: %s.", Path, strings.Join(acts(), ", "))
	}
	if r.Method != method && (below || r.Method != http.MethodHead) {
		return "", fault.New(fault.WrongMethod, "The state is read with GET %s, and acts are sent with POST.", Path)
	}
	return act, nil
}

// once does what is asked for, once for each Idempotency-Key.
func (s *Server) once(r *http.Request, visit app.DeskVisit, act string) (answer fund.Answer, again bool, err error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil || len(body) > maxBody {
		return answer, false, fault.New(fault.Malformed, "The body is larger than %d bytes, or was cut off. It needs none.", maxBody)
	}
	work := func(ctx context.Context, actor app.Actor) (fund.Answer, error) {
		if err := s.do(ctx, text.Of(r), actor, visit, act); err != nil {
			return fund.Answer{}, err
		}
		return s.state(ctx, visit)
	}
	keys := r.Header.Values("Idempotency-Key")
	if len(keys) == 0 {
		answer, err = work(r.Context(), visit.Actor())
		return answer, false, err
	}
	request := app.OnceRequest{Key: strings.Join(keys, ", "), Hash: sha256.Sum256(append([]byte(act+"\x00"), body...))}
	return s.o.App.Once(r.Context(), visit.Actor(), request, work) //nolint:wrapcheck // its kind is the answer
}

// do does one act.
func (s *Server) do(ctx context.Context, l *text.Locale, actor app.Actor, visit app.DeskVisit, act string) error {
	key, f := visit.Key(), visit.Seen().Fact()
	if act != test {
		return s.o.App.RunStage(ctx, actor, key, fund.DeskAct(act), fund.ID{}) //nolint:wrapcheck // its kind is the answer
	}
	digits, err := money.Digits(f.Currency)
	if err != nil {
		return err //nolint:wrapcheck // facts have known currencies
	}
	amount, _ := money.Parse(fund.TriggerAmount, digits)
	sample := fund.AlertSample{Name: l.Text("dash.air.gift.name"), Amount: amount, Comment: l.Text("dash.air.gift.comment")}
	return s.o.App.TestAlert(ctx, actor, key, sample) //nolint:wrapcheck // its kind is the answer
}

// desk is the state of a desk. It names nobody.
type desk struct {
	// State is "on", "paused" or "off".
	State string `json:"state"`
	// Waiting is how many alerts wait, Alert the one that is shown, null for none; Pinned reports whether it stays.
	Waiting int     `json:"waiting"`
	Alert   *string `json:"alert"`
	Pinned  bool    `json:"pinned"`
}

// state is the state of a desk, as it is answered.
func (s *Server) state(ctx context.Context, visit app.DeskVisit) (fund.Answer, error) {
	d, err := s.o.App.Desk(ctx, visit.Seen())
	if err != nil {
		return fund.Answer{}, err //nolint:wrapcheck // its kind is the answer
	}
	now := desk{State: "on", Waiting: d.Waiting}
	switch {
	case !d.OffAt.IsZero():
		now.State = "off"
	case !d.PausedAt.IsZero():
		now.State = "paused"
	}
	if d.Playing != nil {
		id := d.Playing.ID.String()
		now.Alert, now.Pinned = &id, d.Playing.Pinned()
	}
	body, err := api.Marshal(now)
	return fund.Answer{Status: http.StatusOK, Body: body}, err //nolint:wrapcheck // what is ours can be written
}

func tooMany(wait time.Duration) error {
	return &fault.Error{Kind: fault.RateLimited, Message: "There were too many requests.", RetryAfter: wait}
}

// statuses are those of the faults that somebody can do something about.
var statuses = map[fault.Kind]int{
	fault.Unauthenticated: http.StatusUnauthorized, fault.Forbidden: http.StatusUnauthorized, fault.NotFound: http.StatusNotFound, fault.WrongMethod: http.StatusMethodNotAllowed,
	fault.Malformed: http.StatusBadRequest, fault.Invalid: http.StatusUnprocessableEntity, fault.Conflict: http.StatusConflict,
	fault.RateLimited: http.StatusTooManyRequests, fault.Unavailable: http.StatusServiceUnavailable,
}

// refusal is the body of a refusal, as version 5 of the API has it.
type refusal struct {
	Status  int               `json:"status"`
	Message string            `json:"message"`
	Fields  map[string]string `json:"fields"`
}

// refuse says why a request is refused. Of a key that is none, or ended, it says nothing.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	f := fault.From(err)
	status, h := statuses[f.Kind], w.Header()
	said := refusal{Message: f.Message}
	switch status {
	case 0:
		status = http.StatusInternalServerError
		if r.Context().Err() == nil {
			s.o.Log.ErrorContext(r.Context(), "desk", "request_id", api.RequestID(h), "error", err)
		}
		said.Message = ""
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", bearer.Refusal(&fault.Error{}, status))
		said.Message = ""
	case http.StatusMethodNotAllowed:
		h.Set("Allow", "GET, HEAD, POST")
	}
	if wait := f.Wait(); wait > 0 {
		h.Set("Retry-After", api.Seconds(wait))
	}
	for _, one := range f.Fields {
		if said.Fields == nil {
			said.Fields = map[string]string{}
		}
		said.Fields[one.Path] = one.Text
	}
	if said.Message == "" {
		said.Message = http.StatusText(status)
	}
	said.Status = status
	body, err := api.Marshal(map[string]refusal{"error": said})
	if err != nil {
		body = []byte("{}")
	}
	write(w, r, status, body)
}

func write(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}

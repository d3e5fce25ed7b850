package sandbox

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/bearer"
	"github.com/almoner/almoner/internal/coding"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay"
)

// TriggerPath is where donations are made in one step.
const TriggerPath = "/pay/sandbox/donations"

// maxBody is the most bytes of one donation: the longest comment in escapes, and room.
const maxBody = 64 << 10

// TriggerOptions are what making donations in one step needs.
type TriggerOptions struct {
	// Authenticate lets callers in.
	Authenticate pay.Authenticate
	// Log takes internal errors; nil discards them.
	Log *slog.Logger
	// RequestID makes the id of a request that failed; nil is a random one.
	RequestID func() string
}

// NewTrigger makes the handler of TriggerPath, where whoever has a token of scope "sandbox" says that a donation
// was made, and it is recorded at once. The command `almoner trigger donation`, the demo's users and the
// benchmarks use it.
//
// POST /pay/sandbox/donations takes one JSON object:
//
//	{"campaign": 7 | "UUID" | "@user/slug" | "+team/slug", "amount": "12.34" | 12.34, "currency": "USD",
//	 "name": "", "comment": "", "email": "", "anonymous": false, "poll_option": 3, "target": 4,
//	 "rewards": [{"id": 5, "quantity": 1}], "reference": ""}
//
// of which only campaign and amount are needed. It answers 201 and the donation, after it is
// durable, or {"error":{"message":…,"fields":{…}}}. A key that is not listed above is refused
// rather than overlooked. When it is not the sender's fault, the answer carries the request id
// that the log has, and after a 503 how long to wait. The same reference again answers the
// donation that was recorded first, so that a retry never gives twice.
func NewTrigger(o TriggerOptions) api.Surface {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.RequestID == nil {
		o.RequestID = rand.Text
	}
	return api.WithEndpoints(&trigger{authenticate: o.Authenticate, log: o.Log, requestID: o.RequestID},
		[]api.Endpoint{{Method: http.MethodPost, Pattern: TriggerPath}})
}

type trigger struct {
	authenticate pay.Authenticate
	log          *slog.Logger
	requestID    func() string
}

// ServeHTTP records one donation.
func (h *trigger) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodOptions {
		w.Header().Set("Allow", strings.Join(methods(), ", "))
		w.WriteHeader(http.StatusNoContent)
		return
	}
	donation, err := h.take(w, r)
	if err != nil {
		h.refuse(w, r, fault.From(err))
		return
	}
	body, err := encode(donation)
	if err != nil {
		h.refuse(w, r, fault.From(err))
		return
	}
	w.Header()["Content-Type"] = contentType
	w.WriteHeader(http.StatusCreated)
	_, _ = w.Write(body) //nolint:gosec // JSON of ids and numbers only; nothing in it was typed by anybody
}

func methods() []string { return []string{http.MethodOptions, http.MethodPost} }

var contentType = []string{"application/json; charset=utf-8"}

func (h *trigger) take(w http.ResponseWriter, r *http.Request) (fund.Donation, error) {
	if r.Method != http.MethodPost {
		return fund.Donation{}, &fault.Error{
			Kind: fault.WrongMethod, Message: "Donations are made with POST.", Allow: methods(),
		}
	}
	token, err := tokenOf(r.Header.Get("Authorization"))
	if err != nil {
		return fund.Donation{}, err
	}
	taker, err := h.authenticate(r.Context(), token)
	if err != nil {
		return fund.Donation{}, err
	}
	body, err := read(w, r)
	if err != nil {
		return fund.Donation{}, err
	}
	d, err := parse(body)
	if err != nil {
		return fund.Donation{}, unreadable(err)
	}
	return taker.Take(r.Context(), d.input())
}

func tokenOf(header string) (string, error) {
	scheme, token, _ := strings.Cut(strings.TrimSpace(header), " ")
	if token = strings.TrimSpace(token); token == "" || !strings.EqualFold(scheme, "Bearer") {
		return "", fault.New(fault.Unauthenticated, `This needs a token of scope sandbox: send it as "Authorization: Bearer <token>".`)
	}
	return token, nil
}

// read reads the whole body in one piece where its length is known.
func read(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if err := coding.Refuse(w.Header(), r); err != nil {
		return nil, err
	}
	var body bytes.Buffer
	if n := r.ContentLength; n > 0 && n <= maxBody {
		body.Grow(int(n) + bytes.MinRead)
	}
	if _, err := body.ReadFrom(http.MaxBytesReader(w, r.Body, maxBody)); err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return nil, fault.New(fault.TooLarge, "The body has more than %d bytes.", large.Limit)
		}
		return nil, fault.Wrap(err, fault.Malformed, "The body could not be read to its end.")
	}
	return body.Bytes(), nil
}

// parse reads one donation and nothing after it.
func parse(body []byte) (donation, error) {
	var d donation
	from := json.NewDecoder(bytes.NewReader(body))
	from.DisallowUnknownFields()
	if err := from.Decode(&d); err != nil {
		return d, err
	}
	if _, err := from.Token(); !errors.Is(err, io.EOF) {
		return d, errors.New("there is more after the object")
	}
	return d, nil
}

// unreadable says in public words why a body is not a donation.
func unreadable(err error) error {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) && wrong.Field != "" {
		return fault.Wrap(err, fault.Malformed, "The field %s cannot be a JSON %s.", wrong.Field, wrong.Value)
	}
	if quoted, unknown := strings.CutPrefix(err.Error(), "json: unknown field "); unknown {
		key, unquoted := strconv.Unquote(quoted)
		if unquoted != nil {
			key = quoted
		}
		return fault.Wrap(err, fault.Malformed, "There is no field %q here.", fault.Echo(key))
	}
	return fault.Wrap(err, fault.Malformed, "The body is not a JSON object.")
}

// statuses says which status each kind of fault has on this wire.
var statuses = map[fault.Kind]int{
	fault.Internal:        http.StatusInternalServerError,
	fault.Malformed:       http.StatusBadRequest,
	fault.Invalid:         http.StatusUnprocessableEntity,
	fault.Unauthenticated: http.StatusUnauthorized,
	fault.Forbidden:       http.StatusForbidden,
	fault.NotFound:        http.StatusNotFound,
	fault.WrongMethod:     http.StatusMethodNotAllowed,
	fault.Conflict:        http.StatusConflict,
	fault.Gone:            http.StatusGone,
	fault.Stale:           http.StatusPreconditionFailed,
	fault.TooLarge:        http.StatusRequestEntityTooLarge,
	fault.Unsupported:     http.StatusUnsupportedMediaType,
	fault.PaymentFailed:   http.StatusPaymentRequired,
	fault.RateLimited:     http.StatusTooManyRequests,
	fault.Unavailable:     http.StatusServiceUnavailable,
}

func (h *trigger) refuse(w http.ResponseWriter, r *http.Request, f *fault.Error) {
	answer := refusalOf(f)
	if f.Kind == fault.Internal || f.Kind == fault.Unavailable {
		id := api.RequestID(w.Header())
		if id == "" {
			id = h.requestID()
			w.Header().Set(api.RequestIDHeader, id)
		}
		answer.Error.Message += " If you report it, please quote the request id " + id + "."
		if r.Context().Err() == nil {
			h.log.ErrorContext(r.Context(), "sandbox donation", "request_id", id, "error", f)
		}
	}
	if f.Kind == fault.Unavailable || f.Kind == fault.RateLimited {
		w.Header().Set("Retry-After", api.Seconds(max(time.Second, f.Wait())))
	}
	if why := bearer.Refusal(f, statuses[f.Kind]); why != "" {
		w.Header().Set("WWW-Authenticate", why)
	}
	if len(f.Allow) > 0 {
		w.Header().Set("Allow", strings.Join(f.Allow, ", "))
	}
	w.Header()["Content-Type"] = contentType
	w.WriteHeader(statuses[f.Kind])
	_ = json.NewEncoder(w).Encode(answer)
}

type refusal struct {
	Error struct {
		Message string            `json:"message"`
		Fields  map[string]string `json:"fields,omitempty"`
	} `json:"error"`
}

func refusalOf(f *fault.Error) refusal {
	var out refusal
	out.Error.Message = f.Message
	switch {
	case f.Kind == fault.Forbidden:
		out.Error.Message = "This token may not make donations: it needs the scope sandbox."
	case f.Message != "":
	default:
		out.Error.Message = "Something went wrong here; try again with the same reference."
	}
	for _, field := range f.Fields {
		if out.Error.Fields == nil {
			out.Error.Fields = make(map[string]string, len(f.Fields))
		}
		out.Error.Fields[wireName(field.Path)] = field.Text
	}
	return out
}

// wireName turns the domain's name of a field into the one on this wire.
func wireName(path string) string {
	if path == "fact" {
		return "campaign"
	}
	if number, is := strings.CutSuffix(path, ".reward"); is {
		return number + ".id"
	}
	return path
}

package session

import (
	"net/http"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/text"
)

// Stop is what a page shows that leads no further. RequestID is for whoever reports it; "" for a problem that is not ours.
type Stop struct{ Heading, Text, RequestID string }

// StopView is the page that says why it goes no further.
func StopView(status int, said Stop) View {
	return View{Template: "stop.html", Status: status, Title: said.Heading, Data: said}
}

// problems are the heading and the text of the page for a status.
var problems = map[int][2]text.ID{
	http.StatusBadRequest:            {"account.problem.400", "account.problem.400.text"},
	http.StatusForbidden:             {"account.problem.403", "account.problem.403.text"},
	http.StatusNotFound:              {"account.problem.404", "account.problem.404.text"},
	http.StatusMethodNotAllowed:      {"account.problem.405", "account.problem.405.text"},
	http.StatusConflict:              {"account.problem.409", "account.problem.409.text"},
	http.StatusUnsupportedMediaType:  {"account.problem.400", "account.problem.400.text"},
	http.StatusRequestEntityTooLarge: {"account.problem.400", "account.problem.400.text"},
	http.StatusTooManyRequests:       {"account.problem.429", "account.problem.429.text"},
	http.StatusServiceUnavailable:    {"account.problem.503", "account.problem.503.text"},
	http.StatusInternalServerError:   {"account.problem.500", "account.problem.500.text"},
}

// closed are those of a page that somebody may not see; a form that is refused is most often an old one.
var closed = [2]text.ID{"account.problem.closed", "account.problem.closed.text"}

// problem stands in for a page that cannot be shown. A problem on our side quotes the id of the request.
func problem(w http.ResponseWriter, r *http.Request, status int) View {
	ids, l := problems[status], text.Of(r)
	if status == http.StatusForbidden && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
		ids = closed
	}
	said := Stop{Heading: l.Text(ids[0]), Text: l.Text(ids[1])}
	if status >= http.StatusInternalServerError {
		said.RequestID = api.RequestID(w.Header())
	}
	return StopView(status, said)
}

// statuses are those of the pages for faults; another fault is one of ours. What a page says itself of a field that somebody typed is not among them: an
// invalid one that is left is of a form that was not made here.
var statuses = map[fault.Kind]int{
	fault.Forbidden: http.StatusForbidden, fault.Malformed: http.StatusBadRequest, fault.Invalid: http.StatusBadRequest, fault.NotFound: http.StatusNotFound,
	fault.Conflict: http.StatusConflict, fault.RateLimited: http.StatusTooManyRequests,
	fault.TooLarge: http.StatusRequestEntityTooLarge, fault.Unsupported: http.StatusUnsupportedMediaType, fault.Unavailable: http.StatusServiceUnavailable,
}

// Fail shows the page for an error that the page that was asked for does not speak of itself.
func (p Pages) Fail(w http.ResponseWriter, r *http.Request, err error) {
	f := fault.From(err)
	status := statuses[f.Kind]
	if status == 0 {
		status = http.StatusInternalServerError
	}
	// Nobody is left to tell if the caller went away.
	if status >= http.StatusInternalServerError && r.Context().Err() == nil {
		p.log.ErrorContext(r.Context(), "page", "request_id", api.RequestID(w.Header()), "path", r.URL.Path, "error", f)
	}
	retryAfter(w, f)
	p.Show(w, r, problem(w, r, status))
}

// Limited says in the headers and the log that somebody has to wait; the page says it in words.
func (s *Site) Limited(w http.ResponseWriter, r *http.Request, f *fault.Error) {
	api.LogLimited(r.Context(), s.log, s.address(r), f)
	retryAfter(w, f)
}

// retryAfter says how long to wait, where that is known.
func retryAfter(w http.ResponseWriter, f *fault.Error) {
	if wait := f.Wait(); wait > 0 {
		w.Header().Set("Retry-After", api.Seconds(wait))
	}
}

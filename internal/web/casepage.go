package web

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/ui"
)

// fieldMessage is the field of what a donor says is wrong with a donation.
const fieldMessage = "message"

// casePage is where a donor says what is wrong with a donation, and sees what was answered.
type casePage struct {
	Gift, Name, Cause string
	// Said is what became of the cases before, newest first.
	Said []string
	// Message is what is typed; nil where no case can be opened. Intro says what becomes of it, Problem what is wrong with it.
	Message        *ui.Field
	Intro, Problem string
	Action         string
}

// problemPage is the page where the donor of a donation opens a case.
func (s *Site) problemPage(key string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		secret(w.Header())
		w.Header().Set("Content-Security-Policy", ui.ContentPolicy("'self'", ui.Sources{}))
		if r.Method == http.MethodPost {
			s.openCase(w, r, key)
			return
		}
		s.showCase(w, r, key, caseOutcome{})
	}
}

// wrongAt is where the donor of a donation says what is wrong with it, or reads what was answered; "" where neither is possible.
func (s *Site) wrongAt(ctx context.Context, key string, d fund.Donation) (string, error) {
	if !d.TakesCases() {
		if cases, err := s.app.CasesOf(ctx, key); err != nil || len(cases) == 0 {
			return "", err
		}
	}
	return donationPath + key + problemPath, nil
}

// caseOutcome is what became of a case that was sent; the zero value for none.
type caseOutcome struct {
	typed string
	err   error
}

func (s *Site) openCase(w http.ResponseWriter, r *http.Request, key string) {
	if err := s.origins.Check(r); err != nil {
		s.write(w, s.render(r, s.problem(text.Of(r), http.StatusForbidden)))
		return
	}
	form, err := readPostedForm(w, r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	typed := form.Get(fieldMessage)
	if _, err := s.app.OpenCase(r.Context(), key, typed, s.address(r)); err != nil {
		s.showCase(w, r, key, caseOutcome{typed, err})
		return
	}
	s.write(w, rendered{status: http.StatusSeeOther, location: donationPath + key + problemPath})
}

// caseErrors are what the page says of a message, by the domain's text.
var caseErrors = map[string]text.ID{fund.Blank: "case.error.blank", fund.TooLong(fund.MaxCaseMessage): "case.error.long", fund.ControlText: "case.error.characters"}

func (s *Site) showCase(w http.ResponseWriter, r *http.Request, key string, o caseOutcome) {
	g, err := s.app.GetDonorView(r.Context(), key)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	cases, err := s.app.CasesOf(r.Context(), key)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	l := text.Of(r)
	page := casePage{Gift: donationPath + key, Name: g.Fact.Name, Cause: g.Cause.Name, Action: donationPath + key + problemPath}
	for _, c := range cases {
		page.Said = append(page.Said, caseText(l, g.Cause, g.Donation.Currency, c))
	}
	if g.Donation.TakesCases() && len(cases) < fund.MaxCases && (len(cases) == 0 || cases[0].State != fund.CaseOpen) {
		limit := l.Number(strconv.Itoa(fund.MaxCaseMessage))
		page.Message = &ui.Field{Name: fieldMessage, Label: l.Text("case.message"), Hint: l.Text("case.message.hint", "Max", limit), Rows: 5, Value: o.typed}
		page.Intro = l.Text("case.text", "Cause", g.Cause.Name, "Wait", daysOf(l, fund.CaseAnswer))
	} else if len(cases) == 0 {
		page.Problem = l.Text("case.error.closed")
	}
	status, title := 0, l.Text("gift.problem")
	if o.err != nil {
		status, title = s.tellCase(w, r, &page, o.err), l.Text("donate.error_title", "Title", title)
	}
	s.write(w, s.render(r, view{template: "case.html", status: status, Title: title, Data: page, Theme: themeOf(g.Fact)}))
}

// tellCase puts why a case was not opened onto its page, and gives the status of that.
func (s *Site) tellCase(w http.ResponseWriter, r *http.Request, page *casePage, err error) int {
	f, l := fault.From(err), text.Of(r)
	switch f.Kind {
	case fault.Invalid:
		if page.Message != nil && len(f.Fields) > 0 {
			page.Message.Problem = l.Text(caseErrors[f.Fields[0].Text], "Max", l.Number(strconv.Itoa(fund.MaxCaseMessage)))
		}
		return http.StatusUnprocessableEntity
	case fault.Conflict:
		if page.Message == nil && len(page.Said) == 0 {
			page.Problem = l.Text("case.error.closed")
		}
		return http.StatusConflict
	case fault.RateLimited:
		wait := max(f.RetryAfter, time.Second)
		w.Header().Set("Retry-After", api.Seconds(wait))
		page.Problem = l.Text("case.error.limited", "Wait", l.Wait(wait))
		return http.StatusTooManyRequests
	default:
		id := api.RequestID(w.Header())
		s.logFailure(r, "case not opened", id, err)
		page.Problem = l.Text("problem.503.text") + " " + l.Text("problem.request", "ID", id)
		return http.StatusServiceUnavailable
	}
}

// caseText says what became of a case.
func caseText(l *text.Locale, cause fund.Cause, currency string, c fund.Case) string {
	switch c.State {
	case fund.CaseRefunded:
		return l.Text("case.refunded", "Cause", cause.Name, "Amount", l.Amount(c.Refunded, currency))
	case fund.CaseDeclined:
		if c.Reason == "" {
			return l.Text("case.declined.erased", "Cause", cause.Name)
		}
		return l.Text("case.declined", "Cause", cause.Name, "Reason", c.Reason)
	default:
		if c.Message == "" {
			return l.Text("case.open.erased", "Cause", cause.Name)
		}
		return l.Text("case.open", "Cause", cause.Name, "Date", l.Day(c.AnswerBy.In(fund.Zone(cause.TimeZone))))
	}
}

func daysOf(l *text.Locale, d time.Duration) string {
	return l.Text("case.days", "Count", int64(d/(24*time.Hour)))
}

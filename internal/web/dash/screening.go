package dash

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
	"github.com/almoner/almoner/internal/web/ui"
)

// heldAtOnce is how many donations the list of all that wait has, decidedAtOnce how many of the last ones the page of the screening has.
const heldAtOnce, decidedAtOnce = 50, 20

// screenedDonation is a donation as screeners see it.
type screenedDonation struct {
	ID, Name, Comment, Amount, State string
	At                               time.Time
	// Was is the screening, so that nobody decides about what they did not see.
	Was fund.Screening
	// Screener is who has it; "" for nobody, and where everything is the screener's own.
	Screener string
	// Shown and Hidden report whether there is no button for that.
	Shown, Hidden bool
}

type screeningPage struct {
	place

	// Held are the donations to decide about, Latest the last ones that wait for nobody.
	Held, Latest []screenedDonation
	// All is set for the list of all that wait, More where there are more of those than it has. Heads reports whether there is such a list.
	All, More, Heads bool
	// Waiting says how many wait, Screeners who screens; "" where nobody does.
	Waiting, Screeners string
	// Problem is why a button did nothing; "" for nothing.
	Problem string
}

var screeningTexts = map[fund.Screening]text.ID{
	fund.ScreeningShown: "dash.screening.shown", fund.ScreeningCommentHeld: "dash.screening.comment_held", fund.ScreeningHeld: "dash.screening.held",
	fund.ScreeningHidden: "dash.screening.hidden", fund.ScreeningHostOnly: "dash.screening.host_only",
}

// screeningProblems are why a button did nothing, by what the address says then.
var screeningProblems = map[string]text.ID{"barred": "dash.screening.barred", "pins": "dash.screening.pins", "late": "dash.screening.late"}

// screening is GET /dashboard/{fact}/screening: what a screener has, or with all what waits at all.
func (s *Server) screening(w http.ResponseWriter, r *http.Request, p place) error {
	l, asked := text.Of(r), r.URL.Query()
	page := screeningPage{place: p, Heads: sets(p.Rights)}
	page.All = page.Heads && asked.Has("all")
	desk, err := s.deskOf(r, p, &page)
	if err != nil {
		return err
	}
	page.Waiting = l.Text("dash.screening.count", "Count", desk.Waiting, "Number", l.Count(int64(desk.Waiting)))
	var names []string
	for _, one := range desk.Screeners {
		names = append(names, l.Donor(one.Name))
	}
	page.Screeners = strings.Join(names, ", ")
	last, err := s.app.LatestDonations(r.Context(), p.actor, p.key(), decidedAtOnce)
	if err != nil {
		return err
	}
	for _, d := range last {
		if !d.Screening.Waits() {
			page.Latest = append(page.Latest, toScreened(l, p, d))
		}
	}
	for of, id := range screeningProblems {
		if asked.Has(of) {
			page.Problem = l.Text(id)
		}
	}
	s.Show(w, r, session.View{
		Template: "screening.html", Title: session.Say(r, "dash.screening.title", "Name", p.Fact.Name), Data: page, Scripts: []*ui.Asset{ui.Screening}, Fetches: true,
	})
	return nil
}

// deskOf fills in what there is to decide about.
func (s *Server) deskOf(r *http.Request, p place, page *screeningPage) (desk app.ScreeningDesk, err error) {
	l := text.Of(r)
	if !page.All {
		desk, err = s.app.TakeHeld(r.Context(), p.actor, p.key())
		for _, d := range desk.Mine {
			page.Held = append(page.Held, toScreened(l, p, d))
		}
		return desk, err
	}
	if desk, err = s.app.ScreeningDeskOf(r.Context(), p.actor, p.key()); err != nil {
		return desk, err
	}
	held, err := s.app.HeldDonations(r.Context(), p.actor, p.key(), heldAtOnce+1)
	if err != nil {
		return desk, err
	}
	if page.More = len(held) > heldAtOnce; page.More {
		held = held[:heldAtOnce]
	}
	by := map[fund.ID]string{}
	for _, lease := range desk.Leases {
		by[lease.DonationID] = l.Donor(lease.Screener.Name)
	}
	for _, d := range held {
		one := toScreened(l, p, d)
		one.Screener = by[d.ID]
		page.Held = append(page.Held, one)
	}
	return desk, nil
}

func toScreened(l *text.Locale, p place, d fund.Donation) screenedDonation {
	one := screenedDonation{
		ID: d.ID.String(), Name: l.Donor(d.Name), Comment: d.Comment, Amount: l.Amount(d.Net(), d.Currency), At: d.CompletedAt.In(fund.Zone(p.Fact.TimeZone)),
		Was: d.Screening, Shown: d.Screening.CommentRead(), Hidden: d.Screening == fund.ScreeningHidden,
	}
	if state := screeningTexts[d.Screening]; state != "" {
		one.State = l.Text(state)
	}
	return one
}

// screen decides about a donation, and shows the page again.
func (s *Server) screen(w http.ResponseWriter, r *http.Request, p place) error {
	id, err := fund.ParseID(r.PostForm.Get("id"))
	if err != nil {
		return fault.New(fault.Malformed, "The form names no donation.")
	}
	back := url.Values{}
	if r.PostForm.Has("all") {
		back.Set("all", "yes")
	}
	anchor := ""
	switch err := s.decide(r, p, fund.Key{ID: id}); {
	case fault.Is(err, fault.Invalid):
		back.Set("barred", "yes")
	case (fault.Is(err, fault.Conflict) || fault.Is(err, fault.NotFound)) && arranges(r):
		back.Set("pins", "yes")
	case fault.Is(err, fault.Conflict):
		back.Set("late", "yes")
	case err != nil:
		return err
	default:
		anchor = toNext
	}
	to := p.Base() + "/screening"
	if len(back) > 0 {
		to += "?" + back.Encode()
	}
	session.Redirect(w, to+anchor)
	return nil
}

// What a screener does with a donation that is shown, besides hiding it: it is read aloud next, or stays in view of those who read.
const (
	toReader = "read"
	toPin    = "pin"
)

// arranges reports whether a form is about what is read aloud.
func arranges(r *http.Request) bool {
	to := r.PostForm.Get("to")
	return to == toReader || to == toPin
}

// decide does what the button of a form says about a donation.
func (s *Server) decide(r *http.Request, p place, key fund.Key) error {
	to, was := fund.Screening(strings.TrimSpace(r.PostForm.Get("to"))), fund.Screening(r.PostForm.Get("was"))
	switch to {
	case fund.ScreeningShown:
		return s.app.DecideDonation(r.Context(), p.actor, key, app.Decision{Was: was})
	case toReader:
		return s.app.SendToReader(r.Context(), p.actor, key)
	case toPin:
		return s.app.PinReading(r.Context(), p.actor, key)
	case "":
		return fault.New(fault.Malformed, "The form does not say what to do.")
	default:
		return s.app.DecideDonation(r.Context(), p.actor, key, app.Decision{To: to, Was: was})
	}
}

package dash

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// onAir is how ready a campaign is for a show, and how the show goes.
type onAir struct {
	place

	// Said is what came of the last button, Problem why nothing did; "" for nothing.
	Said, Problem string
	// Draft leads to the steps of a campaign that was never published; Address is where its page is, once it is public.
	Draft, Address string
	Checks         []check
	// Ready reports whether all checks are passed, Done how many are.
	Ready bool
	Done  int
	Live  bool
	// Session is what came since the streamer went live.
	Session string
}

// check is one line of the list before a show.
type check struct {
	Name, Text string
	Done       bool
	// Link leads to where it is done; Item is what a button confirms. Both are "" for none. Do says what either does, and Lead
	// what the link does where there are both.
	Link, Item, Do, Lead string
	// Lines are to be copied. Gift is set where a test gift can be sent.
	Lines []string
	Gift  bool
}

// airTexts are what came of a button, by the query that its answer leads to.
var airTexts = map[string]text.ID{
	"published": "dash.air.said.published", "gift": "dash.air.said.gift", "live": "dash.air.said.live", "ended": "dash.air.said.ended",
}

// airProblemTexts are why a button did nothing.
var airProblemTexts = map[string]text.ID{"gift": "dash.air.problem.gift", "live": "dash.air.problem.live", "wait": "dash.air.problem.wait"}

// onAir is what the overview shows of the campaign's way on air; nil for those who do not change it.
func (s *Server) onAir(r *http.Request, p place, overlays int) (*onAir, error) {
	if !p.Rights.Edit || !p.Fact.Kind.HasGrants() || !p.Open() {
		return nil, nil //nolint:nilnil // there is nothing to show
	}
	state, err := s.app.GetOnAir(r.Context(), p.seen)
	if err != nil {
		return nil, err
	}
	l, page := text.Of(r), s.prefix(p.Fact)+p.Fact.Slug
	air := &onAir{place: p, Live: state.Live, Session: l.Amount(state.Session, p.Fact.Currency)}
	if id := airTexts[r.URL.Query().Get("said")]; id != "" {
		air.Said = l.Text(id)
	}
	if id := airProblemTexts[r.URL.Query().Get("problem")]; id != "" {
		air.Problem = l.Text(id)
	}
	if isDraft(p.Fact) {
		air.Draft = p.Base() + "/setup"
	} else if state.Published {
		air.Address = page
	}
	lines := s.BaseURL() + "/text" + strings.TrimPrefix(page, s.BaseURL())
	air.Checks = []check{
		{Name: l.Text("dash.air.page"), Do: l.Text("dash.air.page.do"), Text: l.Text("dash.air.page.text"), Done: state.Published, Link: air.Draft},
		{Name: l.Text("dash.air.picture"), Do: l.Text("dash.air.picture.do"), Text: l.Text("dash.air.picture.text"), Done: state.Picture, Link: cmp.Or(air.Draft, p.Base()+"/page")},
		{Name: l.Text("dash.air.screening"), Do: l.Text("dash.air.screening.do"), Text: l.Text("dash.air.screening.text"), Done: state.Screening, Link: p.Base() + "/safety"},
		{Name: l.Text("dash.air.moderator"), Do: l.Text("dash.air.moderator.do"), Text: l.Text("dash.air.moderator.text"), Done: state.Moderator, Link: p.Base() + "/people"},
		{
			Name: l.Text("dash.air.overlay"), Do: l.Text("dash.air.overlay.do"), Text: l.Text("dash.air.overlay.text", "Number", l.Count(int64(overlays))),
			Done: state.Tried[fund.PreflightOverlay] || overlays > 0, Link: p.Base() + "/stage", Lead: l.Text("dash.air.overlay.lead"), Item: string(fund.PreflightOverlay),
		},
		{Name: l.Text("dash.air.sound"), Do: l.Text("dash.air.sound.do"), Text: l.Text("dash.air.sound.text"), Done: state.Tried[fund.PreflightSound], Item: string(fund.PreflightSound)},
		{
			Name: l.Text("dash.air.chat"), Do: l.Text("dash.air.chat.do"), Text: l.Text("dash.air.chat.text"), Done: state.Tried[fund.PreflightChat], Item: string(fund.PreflightChat),
			Lines: []string{page + "/donate", "!addcom !raised $(urlfetch " + lines + "/total)", "!cmd add !raised ${customapi." + lines + "/total}"},
		},
		{Name: l.Text("dash.air.gift"), Do: l.Text("dash.air.gift.do"), Text: l.Text("dash.air.gift.text"), Done: state.Tried[fund.PreflightGift], Item: string(fund.PreflightGift), Gift: true},
	}
	for _, one := range air.Checks {
		if one.Done {
			air.Done++
		}
	}
	air.Ready = air.Done == len(air.Checks)
	return air, nil
}

// overlaysAmong is how many of the live connections are overlays.
func overlaysAmong(counts map[app.Listener]int) (overlays int) {
	for l, n := range counts {
		if l.By == app.ActorOverlay {
			overlays += n
		}
	}
	return overlays
}

// changeOnAir does what a button of the way on air says, and shows the overview again.
func (s *Server) changeOnAir(w http.ResponseWriter, r *http.Request, p place) error {
	var said, problem string
	var err error
	switch do := r.PostForm.Get("do"); do {
	case "live":
		said, problem = "live", "live"
		_, err = s.app.StartLive(r.Context(), p.actor, p.key())
	case "end":
		said = "ended"
		_, err = s.app.EndLive(r.Context(), p.actor, p.key())
	case "send":
		said, problem = "gift", "gift"
		_, err = s.app.Trigger(r.Context(), p.actor, p.key(), fund.TriggerInput{
			Event: fund.Some(string(fund.TriggerDonation)), Name: fund.Some(text.Of(r).Text("dash.air.gift.name")), Comment: fund.Some(text.Of(r).Text("dash.air.gift.comment")),
		}, s.sample)
	default:
		err = s.app.ConfirmPreflight(r.Context(), p.actor, p.key(), fund.Preflight(do))
	}
	to := p.Base()
	switch {
	case err == nil && said != "":
		to += "?said=" + said
	case err == nil:
	case fault.Is(err, fault.RateLimited):
		s.Limited(w, r, fault.From(err))
		to += "?problem=wait"
	case problem != "" && (fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict)):
		to += "?problem=" + problem
	default:
		return err
	}
	session.Redirect(w, to)
	return nil
}

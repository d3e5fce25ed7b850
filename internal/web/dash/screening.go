package dash

import (
	"net/http"
	"net/url"
	"slices"
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
	of                               fund.Donation
	ID, Name, Comment, Amount, State string
	At                               time.Time
	// Was is the screening, so that nobody decides about what they did not see.
	Was fund.Screening
	// Screener is who has it; "" for nobody, and where everything is the screener's own.
	Screener string
	// Shown and Hidden report whether there is no button for that, Named whether there is a name to edit.
	Shown, Hidden, Named bool
	// First reports whether who looks at it passes it on for another one to show it. Passed is who did; "" for nobody.
	First  bool
	Passed string
	// Group is the group that it is marked with; the zero value for none. Names and Comments are the name and the comment in pieces, Large is set for an amount that
	// is highlighted.
	Group           groupShown
	Names, Comments []fund.Piece
	Large           bool
	// Note is what screeners tell each other about it; nil for nothing.
	Note *written
	Page *screeningPage
}

type screeningPage struct {
	place

	// Held are the donations to decide about, Latest the last ones that wait for nobody.
	Held, Latest []screenedDonation
	// All is set for the list of all that wait, More where there are more of those than it has. Heads reports whether there is such a list.
	All, More, Heads bool
	// Waiting says how many wait, Screeners who screens; "" where nobody does.
	Waiting, Screeners string
	// Handover is what one shift tells the next one. Idle is set where the screener did nothing for so long that others get what they had.
	Handover *written
	Idle     bool
	// GroupTabs lead to the gifts of the groups, Group is the one that is shown alone; "" for all. marked are the gifts that are marked with it.
	GroupTabs []groupTab
	Group     string
	marked    []fund.Donation
	// MaxName and MaxNote are how long a name and a note may be.
	MaxName, MaxNote int
	// Problem is why a button did nothing; "" for nothing.
	Problem string
}

var screeningTexts = map[fund.Screening]text.ID{
	fund.ScreeningShown: "dash.screening.shown", fund.ScreeningCommentHeld: "dash.screening.comment_held", fund.ScreeningHeld: "dash.screening.held",
	fund.ScreeningHidden: "dash.screening.hidden", fund.ScreeningHostOnly: "dash.screening.host_only",
}

// screeningProblems are why a button did nothing, by what the address says then.
var screeningProblems = map[string]text.ID{"barred": "dash.screening.barred", "pins": "dash.screening.pins", "late": "dash.screening.late", "name": "dash.screening.name.problem", "note": "dash.screening.note.problem", "undo": "dash.screening.undo.problem"}

// screening is GET /dashboard/{fact}/screening: what a screener has, or with all what waits at all.
func (s *Server) screening(w http.ResponseWriter, r *http.Request, p place) error {
	l, asked := text.Of(r), r.URL.Query()
	page := screeningPage{place: p, Heads: sets(p.Rights), Idle: asked.Has("idle"), MaxName: fund.MaxDonorName, MaxNote: fund.MaxScreeningNote}
	page.All = page.Heads && asked.Has("all")
	if err := s.groupOf(r, p, &page); err != nil {
		return err
	}
	var err error
	if page.Handover, err = s.handoverOf(r, p); err != nil {
		return err
	}
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
	last := page.marked
	if page.Group == "" {
		if last, err = s.app.LatestDonations(r.Context(), p.actor, p.key(), decidedAtOnce); err != nil {
			return err
		}
	}
	for _, d := range last {
		if !d.Screening.Waits() {
			page.Latest = append(page.Latest, toScreened(l, p, d))
		}
	}
	if err := s.annotate(r, p, &page); err != nil {
		return err
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

// groupOf fills in the groups, and the gifts of the one that is shown alone.
func (s *Server) groupOf(r *http.Request, p place, page *screeningPage) error {
	tabs, group, err := s.groupTabs(r, p, p.Base()+"/screening")
	if page.GroupTabs = tabs; err != nil || group.IsZero() {
		return err
	}
	page.Group = group.String()
	page.marked, err = s.app.MarkedDonations(r.Context(), p.seen, group, heldAtOnce)
	return err
}

// deskOf fills in what there is to decide about.
func (s *Server) deskOf(r *http.Request, p place, page *screeningPage) (desk app.ScreeningDesk, err error) {
	l := text.Of(r)
	if !page.All {
		desk, err = s.app.TakeHeld(r.Context(), p.actor, p.key(), page.Idle)
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
	if page.Group != "" {
		page.More = false
		held = slices.DeleteFunc(slices.Clone(page.marked), func(d fund.Donation) bool { return !d.Screening.Waits() })
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

// annotate adds notes, groups and what is highlighted to the donations of a page, and how far they are in two passes.
func (s *Server) annotate(r *http.Request, p place, page *screeningPage) error {
	all := slices.Concat(page.Held, page.Latest)
	donations, ids := make([]fund.Donation, len(all)), make([]fund.ID, len(all))
	for i, one := range all {
		donations[i], ids[i] = one.of, one.of.ID
	}
	notes, err := s.app.NotesOf(r.Context(), p.seen, ids)
	if err != nil {
		return err
	}
	passes, err := s.app.PassesOf(r.Context(), p.seen, donations)
	if err != nil {
		return err
	}
	marks, err := s.app.MarksOf(r.Context(), p.seen, ids)
	if err != nil {
		return err
	}
	highlights, err := s.app.HighlightsOf(r.Context(), p.seen)
	if err != nil {
		return err
	}
	for _, list := range [][]screenedDonation{page.Held, page.Latest} {
		for i, one := range list {
			list[i].Page = page
			list[i].Names, list[i].Comments = highlights.Mark(one.Name), highlights.Mark(one.Comment)
			list[i].Large = highlights.Amount > 0 && one.of.Net() >= highlights.Amount
			if g, is := marks[one.of.ID]; is {
				list[i].Group = toGroup(g)
			}
			pass := passes[one.of.ID]
			if list[i].First = pass.First; !pass.By.ID.IsZero() {
				list[i].Passed = text.Of(r).Donor(pass.By.Name)
			}
			if n, has := notes[one.of.ID]; has {
				list[i].Note = p.written(text.Of(r), n)
			}
		}
	}
	if page.Group != "" {
		page.Held = slices.DeleteFunc(page.Held, func(one screenedDonation) bool { return one.Group.ID != page.Group })
	}
	return nil
}

func toScreened(l *text.Locale, p place, d fund.Donation) screenedDonation {
	one := screenedDonation{
		of: d, ID: d.ID.String(), Name: l.Donor(d.Name), Named: d.Name != "", Comment: d.Comment, Amount: l.Amount(d.Net(), d.Currency), At: d.CompletedAt.In(fund.Zone(p.Fact.TimeZone)),
		Was: d.Screening, Shown: d.Screening.CommentRead(), Hidden: d.Screening == fund.ScreeningHidden,
	}
	if state := screeningTexts[d.Screening]; state != "" {
		one.State = l.Text(state)
	}
	return one
}

// screen does what a form of the page says, and shows the page again.
func (s *Server) screen(w http.ResponseWriter, r *http.Request, p place) error {
	back, anchor := url.Values{}, ""
	if r.PostForm.Has("all") {
		back.Set("all", "yes")
	}
	if group := r.PostForm.Get("group"); group != "" {
		back.Set("group", group)
	}
	problem, err := s.screens(r, p)
	switch {
	case err != nil:
		return err
	case problem != "":
		back.Set(problem, "yes")
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

// screens does it. The problem is one of screeningProblems; "" for none.
func (s *Server) screens(r *http.Request, p place) (problem string, err error) {
	to := r.PostForm.Get("to")
	if to == toUndo {
		err := s.app.UndoDecision(r.Context(), p.actor, p.key())
		return problemOf(err, "undo", "undo")
	}
	id, err := fund.ParseID(r.PostForm.Get("id"))
	if err != nil {
		return "", fault.New(fault.Malformed, "The form names no donation.")
	}
	key := fund.Key{ID: id}
	switch to {
	case toName:
		return problemOf(s.app.EditShownName(r.Context(), p.actor, key, r.PostForm.Get("was"), r.PostForm.Get("name")), "name", "late")
	case toNote:
		return problemOf(s.app.WriteNote(r.Context(), p.actor, key, r.PostForm.Get("note")), "note", "late")
	case toMark:
		var group fund.ID
		if chosen := r.PostForm.Get("mark"); chosen != "" {
			if group, err = fund.ParseID(chosen); err != nil {
				return "", fault.New(fault.Malformed, "The form names no group.")
			}
		}
		return problemOf(s.app.MarkDonation(r.Context(), p.actor, key, group), "late", "late")
	case toReader, toPin:
		err = s.decide(r, p, key)
		if fault.Is(err, fault.NotFound) {
			return "pins", nil
		}
		return problemOf(err, "pins", "pins")
	}
	return problemOf(s.decide(r, p, key), "barred", "late")
}

// problemOf is what the page says about a refusal: of what was typed or chosen, or because of what others did meanwhile.
func problemOf(err error, invalid, late string) (string, error) {
	switch {
	case fault.Is(err, fault.Invalid):
		return invalid, nil
	case fault.Is(err, fault.Conflict):
		return late, nil
	}
	return "", err
}

// What a screener does besides showing and hiding: a donation is read aloud next, or stays in view of those who read, also one that is shown only then; its name, the
// note about it or its group changes; the last decision is taken back; it is passed on for another one to show it.
const (
	toReader     = "read"
	toPin        = "pin"
	toShowReader = "shown_read"
	toShowPin    = "shown_pin"
	toName       = "name"
	toNote       = "note"
	toUndo       = "undo"
	toPass       = "pass"
	toMark       = "mark"
)

// decide does what the button of a form says about a donation.
func (s *Server) decide(r *http.Request, p place, key fund.Key) error {
	to, was, ctx := strings.TrimSpace(r.PostForm.Get("to")), fund.Screening(r.PostForm.Get("was")), r.Context()
	shows := app.Decision{Was: was, Passes: fund.Some(false)}
	switch to {
	case toPass:
		return s.app.DecideDonation(ctx, p.actor, key, app.Decision{Was: was, Passes: fund.Some(true)})
	case string(fund.ScreeningShown):
		return s.app.DecideDonation(ctx, p.actor, key, shows)
	case toReader:
		return s.app.SendToReader(ctx, p.actor, key)
	case toPin:
		return s.app.PinReading(ctx, p.actor, key)
	case toShowReader, toShowPin:
		if err := s.app.DecideDonation(ctx, p.actor, key, shows); err != nil {
			return err
		}
		if to == toShowPin {
			return s.app.PinReading(ctx, p.actor, key)
		}
		return s.app.SendNewToReader(ctx, p.actor, key)
	case "":
		return fault.New(fault.Malformed, "The form does not say what to do.")
	default:
		return s.app.DecideDonation(ctx, p.actor, key, app.Decision{To: fund.Screening(to), Was: was})
	}
}

package dash

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
	"github.com/almoner/almoner/internal/web/ui"
)

// reads reports whether somebody reads donations aloud.
func reads(r app.FactRights) bool { return r.Read }

// readDonation is a donation as those see it who read it aloud.
type readDonation struct {
	ID, Name, Comment, Amount, Takes string
	At                               time.Time
	// For says what the donor chose: an option, a challenge, rewards.
	For []string
	// Note is what screeners say about it; nil for nothing.
	Note *written
	// Group is the group that screeners marked it with; the zero value for none.
	Group groupShown
	// First is set for one that was moved to the front, Pinned for one that is pinned.
	First, Pinned bool
}

type readPage struct {
	place

	// Next is what is read now; nil for nothing. Then come after it.
	Next               *readDonation
	Then, Pinned, Last []readDonation
	// Waiting is how many wait. Pace is what comes in an hour, Left the time that is left; "" where the campaign has no end.
	Waiting, Total, Goal, Pace, Left string
	// Handover is what one shift tells the next one.
	Handover *written
	// GroupTabs lead to the gifts of the groups of the screening. Action is where the buttons of gifts go, with the group that is read alone.
	GroupTabs []groupTab
	Action    string
	// Until is when the page was made, for who skips what came before; Problem why a button did nothing, "" for nothing.
	Until, Problem string
}

// read is GET /dashboard/{fact}/read. With now, the donation of that id stays the one that is read now, if it waits.
func (s *Server) read(w http.ResponseWriter, r *http.Request, p place) error {
	l, f, now := text.Of(r), p.Fact, s.app.Now()
	tabs, group, err := s.groupTabs(r, p, p.Base()+"/read")
	if err != nil {
		return err
	}
	all, err := s.app.ReadingsOf(r.Context(), p.seen, group)
	if err != nil {
		return err
	}
	page := readPage{place: p, GroupTabs: tabs, Action: p.Base() + "/read", Waiting: l.Count(int64(all.Backlog)), Total: l.Amount(f.Total(), f.Currency), Until: strconv.FormatInt(now.UnixMicro(), 10)}
	if all.Backlog >= fund.MaxReadingBacklog {
		page.Waiting += "+"
	}
	if f.Goal > 0 {
		page.Goal = l.Amount(f.Goal, f.Currency)
	}
	if page.Pace, err = s.pace(r, p, now); err != nil {
		return err
	}
	if page.Handover, err = s.handoverOf(r, p); err != nil {
		return err
	}
	notes, err := s.notesOf(r, p, all)
	if err != nil {
		return err
	}
	marks, err := s.app.MarksOf(r.Context(), p.seen, readingIDs(all))
	if err != nil {
		return err
	}
	if !group.IsZero() {
		page.Action += "?group=" + group.String()
	}
	if left := f.EndsAt.Sub(now); left > 0 {
		page.Left = l.Wait(left)
	}
	if r.URL.Query().Has("late") {
		page.Problem = l.Text("dash.read.late")
	}
	to := func(of []fund.Reading) (list []readDonation) {
		for _, one := range of {
			shown := toRead(l, f, one)
			shown.Note = notes[one.ID]
			if g, is := marks[one.ID]; is {
				shown.Group = toGroup(g)
			}
			if group.IsZero() || group == marks[one.ID].ID {
				list = append(list, shown)
			}
		}
		return list
	}
	page.Pinned, page.Last, page.Then = to(all.Pinned), to(all.Read), to(all.Waiting)
	if len(page.Then) > 0 {
		now := max(0, slices.IndexFunc(page.Then, func(one readDonation) bool { return one.ID == r.URL.Query().Get("now") }))
		next := page.Then[now]
		page.Next, page.Then = &next, slices.Delete(page.Then, now, now+1)
	}
	s.Show(w, r, session.View{
		Template: "read.html", Title: session.Say(r, "dash.read.title", "Name", f.Name), Data: page, Scripts: []*ui.Asset{ui.Reader}, Fetches: true,
	})
	return nil
}

// notesOf are the notes about what a reader sees.
func (s *Server) notesOf(r *http.Request, p place, all app.Readings) (map[fund.ID]*written, error) {
	notes, err := s.app.NotesOf(r.Context(), p.seen, readingIDs(all))
	if err != nil {
		return nil, err
	}
	shown := map[fund.ID]*written{}
	for id, n := range notes {
		shown[id] = p.written(text.Of(r), n)
	}
	return shown, nil
}

// readingIDs are the gifts that a reader sees.
func readingIDs(all app.Readings) (ids []fund.ID) {
	for _, one := range slices.Concat(all.Waiting, all.Pinned, all.Read) {
		ids = append(ids, one.ID)
	}
	return ids
}

// pace is what came in an hour, taken over the last one to two.
func (s *Server) pace(r *http.Request, p place, now time.Time) (string, error) {
	points, err := s.app.RaisedSince(r.Context(), p.seen, now.Add(-time.Hour))
	if err != nil {
		return "", err
	}
	last := points[len(points)-1]
	hours := max(time.Hour, now.Sub(points[0].At)).Hours()
	return text.Of(r).Amount(int64(float64(last.Total)/hours), p.Fact.Currency), nil
}

func toRead(l *text.Locale, f fund.Fact, r fund.Reading) readDonation {
	one := readDonation{
		ID: r.ID.String(), Name: l.Donor(r.Name), Comment: r.Comment, Amount: l.Amount(r.Amount, r.Currency), Takes: l.Wait(r.Takes()),
		At: r.CompletedAt.In(fund.Zone(f.TimeZone)), First: !r.SentAt.IsZero(), Pinned: !r.PinnedAt.IsZero(),
	}
	if r.PollOption != nil && r.Poll != nil {
		one.For = append(one.For, l.Text("dash.read.vote", "Poll", r.Poll.Name, "Option", r.PollOption.Name))
	}
	if r.Target != nil {
		one.For = append(one.For, l.Text("dash.read.target", "Name", r.Target.Name))
	}
	for _, reward := range r.Rewards {
		one.For = append(one.For, l.Text("dash.read.reward", "Count", reward.Quantity, "Name", reward.Name))
	}
	return one
}

// changeReading does what a button of the page says, and shows the page again.
func (s *Server) changeReading(w http.ResponseWriter, r *http.Request, p place) error {
	if r.PostForm.Get("do") == "all" {
		until, err := strconv.ParseInt(r.PostForm.Get("until"), 10, 64)
		if err != nil {
			return fault.New(fault.Malformed, "The form does not say until when.")
		}
		if err := s.app.ReadAll(r.Context(), p.actor, p.key(), time.UnixMicro(until)); err != nil {
			return err
		}
		session.Redirect(w, p.Base()+"/read")
		return nil
	}
	id, err := fund.ParseID(r.PostForm.Get("id"))
	if err != nil {
		return fault.New(fault.Malformed, "The form names no donation.")
	}
	key, ctx := fund.Key{ID: id}, r.Context()
	switch r.PostForm.Get("do") {
	case "read":
		err = s.app.ReadDonation(ctx, p.actor, key)
	case "undo":
		err = s.app.UnreadDonation(ctx, p.actor, key)
	case "send":
		err = s.app.SendToReader(ctx, p.actor, key)
	case "pin":
		err = s.app.PinReading(ctx, p.actor, key)
	case "unpin":
		err = s.app.UnpinReading(ctx, p.actor, key)
	default:
		err = fault.New(fault.Malformed, "The form does not say what to do.")
	}
	back := url.Values{}
	if group := r.URL.Query().Get("group"); group != "" {
		back.Set("group", group)
	}
	switch {
	case fault.Is(err, fault.Conflict), fault.Is(err, fault.NotFound):
		back.Set("late", "yes")
	case err != nil:
		return err
	}
	to := p.Base() + "/read"
	if len(back) > 0 {
		to += "?" + back.Encode()
	}
	session.Redirect(w, to)
	return nil
}

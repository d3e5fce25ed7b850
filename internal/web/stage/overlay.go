package stage

import (
	"context"
	"html/template"
	"slices"
	"strconv"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/ui"
)

// lines is how many lines a list has: the latest donations, the donors, the milestones, what is on.
const lines = 5

// tickerLines is how many donations a ticker has, tickerPace how long each of them takes.
const tickerLines, tickerPace = 10, 4 * time.Second

// about stands before an amount that was converted.
const about = "≈\u00a0"

// everything asks for all that a fact has of a kind.
var everything = fund.Page{Limit: fund.MaxPerFact}

// overlay is what an overlay shows.
type overlay struct {
	locale *text.Locale
	fact   fund.Fact
	seen   app.Seen
	now    time.Time
	// until is when it changes if nothing happens; the zero time for never.
	until time.Time
	// in is how amounts of the currency of the fact are shown in another one; nil where they are shown as they are.
	in *app.ShownMoney

	Kind  fund.OverlayKind
	Theme fund.OverlayTheme
	// Title stands above it, Note below its title; "" for nothing.
	Title, Note string
	// Amount is what was raised, Of what it is measured against, Percent and Share how much of it that is: in words, and as a number from 0 to 100. "" for
	// nothing.
	Amount, Of, Percent, Share string
	Lines                      []line
	// Round is how long what moves takes to come by once, in milliseconds; "" for what stands.
	Round string
	// Ends is when what is shown ends, in milliseconds since 1970; "" for never.
	Ends string
	// Clock is when a timer that runs ends, in milliseconds since 1970; "" for nothing.
	Clock string
	Code  template.HTML
	// Alert is the alert that is shown, Cue the one that a page may start; "" for none. Starts and Ends are when the alert began and ends, Lasts how long it is to be
	// seen, in milliseconds.
	Alert, Cue, Starts, Lasts string
	// Sound is what the alert sounds like on the page that started it, Gain what its samples are multiplied by; "" for nothing.
	Sound, Gain string
	// Speech is where that page reads aloud from, after the sound.
	Speech, SpeechGain string
	// Variant is what the variant of the alert is called, Look how it looks where that differs from the overlay, and Direction that of its words; "" for nothing.
	Variant, Direction string
	Look               fund.OverlayTheme
	// Test reports whether the alert is a test.
	Test bool
	// Play reports whether all money is play money.
	Play bool
	// Empty says why there is nothing to be seen; "" where there is.
	Empty text.ID
	// Placed are what a scene holds. At begins the ids of what one of them shows, so that no two are the same.
	Placed []placed
	At     string
}

// placed is an overlay at its place in a scene.
type placed struct {
	overlay
	fund.ScenePlace

	// ID is that of the overlay.
	ID string
}

// line is one line of a list.
type line struct {
	// Key is the same for what the line is about, whatever it says.
	Key, Name, Amount, Text string
	// Share is how much of the whole it is, from 0 to 100; "" for nothing.
	Share string
	// Done is set for a milestone that was reached, Now for what is on now.
	Done, Now bool
}

// draw reads what an overlay shows now. Of a scene it draws what kept does not have; nil keeps nothing.
func (s *Server) draw(ctx context.Context, l *text.Locale, v app.OverlayVisit, kept *keptParts) (overlay, error) {
	o := overlay{locale: l, fact: v.Seen().Fact(), seen: v.Seen(), now: s.o.App.Now(), Kind: v.Kind, Theme: v.Theme, Play: s.o.App.Mode(ctx).Play()}
	if v.OffAir {
		o.Empty = "overlay.empty.off"
		return o, nil
	}
	var err error
	if o.in, err = s.o.App.ShownMoney(ctx, v); err != nil {
		return o, err
	}
	switch v.Kind {
	case fund.OverlayAlerts:
		return o, s.alerts(ctx, v, &o)
	case fund.OverlayScene:
		return o, s.scene(ctx, v, &o, kept)
	}
	err = map[fund.OverlayKind]func(context.Context, *overlay) error{
		fund.OverlayGoal: s.goal, fund.OverlayTotal: s.total, fund.OverlayStream: s.stream, fund.OverlayLatest: s.latest, fund.OverlayTicker: s.ticker, fund.OverlayDonors: s.donors,
		fund.OverlayPoll: s.poll, fund.OverlayTarget: s.target, fund.OverlayMilestones: s.milestones, fund.OverlayMatch: s.match,
		fund.OverlaySchedule: s.schedule, fund.OverlayCode: s.code,
		fund.OverlayTimer:   func(ctx context.Context, o *overlay) error { return s.timer(ctx, v, o) },
		fund.OverlayCounter: func(ctx context.Context, o *overlay) error { return s.counter(ctx, v, o) },
	}[v.Kind](ctx, &o)
	if v.Title != "" {
		o.Title = v.Title
	}
	return o, err
}

// timer shows a timer. While it runs, the page counts down to its end by the clock of the server.
func (s *Server) timer(ctx context.Context, v app.OverlayVisit, o *overlay) error {
	t, err := s.o.App.ShownTimer(ctx, v)
	if t == nil {
		o.Empty = "overlay.empty.timer"
		return err
	}
	o.Title = t.Name
	if t.StateAt(o.now) == fund.TimerRunning {
		o.Clock = strconv.FormatInt(t.EndsAt.UnixMilli(), 10)
		o.changesAt(t.EndsAt)
		return err
	}
	o.Amount = fund.ClockText(t.LeftAt(o.now))
	return err
}

// counter shows a counter.
func (s *Server) counter(ctx context.Context, v app.OverlayVisit, o *overlay) error {
	c, until, err := s.o.App.ShownCounter(ctx, v)
	o.changesAt(until)
	if c == nil {
		o.Empty = "overlay.empty.counter"
		return err
	}
	o.Title = c.Name
	o.measure(c.Raised, 0)
	return err
}

// changesAt notes when what is shown changes if nothing happens.
func (o *overlay) changesAt(at time.Time) {
	if at.After(o.now) && (o.until.IsZero() || at.Before(o.until)) {
		o.until = at
	}
}

// ends notes when what is shown ends; the zero time for never. The time left is shown in its last day.
func (o *overlay) ends(at time.Time) {
	if at.IsZero() {
		return
	}
	if lastDay := at.Add(-24 * time.Hour); lastDay.After(o.now) {
		o.changesAt(lastDay)
		return
	}
	o.Ends = strconv.FormatInt(at.UnixMilli(), 10)
	o.changesAt(at)
}

// amount is an amount in the currency of the fact, as the stage shows it.
func (o *overlay) amount(minor int64) string { return o.given(minor, o.fact.Currency) }

// given is an amount in a currency, as the stage shows it. What was converted says that it is about so much.
func (o *overlay) given(minor int64, currency string) string {
	if o.in == nil || currency != o.fact.Currency {
		return o.locale.Amount(minor, currency)
	}
	return about + o.locale.Amount(o.in.Apply(minor), o.in.Currency)
}

// measure says how much of an aim was raised; an aim of 0 is none.
func (o *overlay) measure(raised, aim int64) {
	o.Amount = o.amount(raised)
	if aim > 0 {
		o.Of, o.Percent, o.Share = o.amount(aim), o.locale.Percent(raised*100/aim*100), shareOf(raised, aim)
	}
}

// shareOf is part of whole, from 0 to 100 with one decimal.
func shareOf(part, whole int64) string {
	return strconv.FormatFloat(min(100, max(0, float64(part)/float64(whole)*100)), 'f', 1, 64)
}

func (s *Server) goal(_ context.Context, o *overlay) error {
	o.Title = o.fact.Name
	o.measure(o.fact.Total(), o.fact.Goal)
	return nil
}

func (s *Server) total(_ context.Context, o *overlay) error {
	o.Title = o.locale.Text("overlay.total")
	o.measure(o.fact.Total(), 0)
	return nil
}

// stream shows what was raised since the streamer went live, while they are.
func (s *Server) stream(ctx context.Context, o *overlay) error {
	o.Title = o.locale.Text("overlay.stream")
	raised, err := s.o.App.RaisedLive(ctx, o.seen)
	switch {
	case err != nil:
		return err
	case !o.fact.Live(o.now):
		o.Empty = "overlay.empty.stream"
	default:
		o.measure(raised, 0)
		o.changesAt(o.fact.LiveUntil)
	}
	return nil
}

func (s *Server) latest(ctx context.Context, o *overlay) error {
	o.Title = o.locale.Text("overlay.latest")
	all, err := s.o.App.NewestDonations(ctx, o.seen, lines)
	for _, d := range all {
		o.Lines = append(o.Lines, line{Key: d.ID.String(), Name: o.locale.Donor(d.Name), Amount: o.given(d.Amount, d.Currency), Text: d.Comment})
	}
	o.orEmpty("overlay.empty.latest")
	return err
}

// ticker shows the latest donations in a line that moves: who and how much, without what they wrote.
func (s *Server) ticker(ctx context.Context, o *overlay) error {
	o.Title = o.locale.Text("overlay.latest")
	all, err := s.o.App.NewestDonations(ctx, o.seen, tickerLines)
	for _, d := range all {
		o.Lines = append(o.Lines, line{Key: d.ID.String(), Name: o.locale.Donor(d.Name), Amount: o.given(d.Amount, d.Currency)})
	}
	o.Round = strconv.FormatInt((time.Duration(len(all)+1) * tickerPace).Milliseconds(), 10)
	o.orEmpty("overlay.empty.latest")
	return err
}

// orEmpty says why there is nothing to be seen where there are no lines.
func (o *overlay) orEmpty(why text.ID) {
	if len(o.Lines) == 0 {
		o.Empty = why
	}
}

func (s *Server) donors(ctx context.Context, o *overlay) error {
	o.Title = o.locale.Text("overlay.donors")
	all, err := s.o.App.Leaderboard(ctx, o.seen, app.BoardQuery{Board: fund.BoardDonor, Period: fund.PeriodAll}, fund.Page{Limit: lines})
	if fault.Is(err, fault.Forbidden) {
		o.Empty = "overlay.empty.hidden"
		return nil
	}
	for _, e := range all {
		o.Lines = append(o.Lines, line{Key: e.ID.String(), Name: o.locale.Donor(e.Name), Amount: o.amount(e.Raised)})
	}
	o.orEmpty("overlay.empty.latest")
	return err
}

// poll shows the open poll that was made last.
func (s *Server) poll(ctx context.Context, o *overlay) error {
	all, err := s.o.App.Polls(ctx, o.seen, everything)
	var shown *fund.Poll
	for i, p := range all {
		o.changesAt(p.EndsAt)
		if p.Active(o.now) && (shown == nil || p.LegacyID > shown.LegacyID) {
			shown = &all[i]
		}
	}
	if shown == nil {
		o.Empty = "overlay.empty.poll"
		return err
	}
	o.Title = shown.Name
	o.ends(shown.EndsAt)
	var votes int64
	for _, one := range shown.Options {
		if sum, ok := money.Add(votes, one.Raised); ok {
			votes = sum
		}
	}
	for _, one := range shown.Ordered() {
		row := line{Key: one.ID.String(), Name: one.Name, Amount: o.amount(one.Raised), Share: "0"}
		if votes > 0 {
			row.Share = shareOf(one.Raised, votes)
		}
		o.Lines = append(o.Lines, row)
	}
	return err
}

// target shows the open target that was made last.
func (s *Server) target(ctx context.Context, o *overlay) error {
	all, err := s.o.App.Targets(ctx, o.seen, everything)
	var shown *fund.Target
	for i, t := range all {
		o.changesAt(t.EndsAt)
		if t.Active(o.now) && (shown == nil || t.LegacyID > shown.LegacyID) {
			shown = &all[i]
		}
	}
	if shown == nil {
		o.Empty = "overlay.empty.target"
		return err
	}
	o.Title = shown.Name
	o.ends(shown.EndsAt)
	o.measure(shown.Raised, shown.Amount)
	return err
}

// milestones shows the last milestone that was reached, and those that are next.
func (s *Server) milestones(ctx context.Context, o *overlay) error {
	o.Title = o.locale.Text("overlay.milestones")
	all, err := s.o.App.Milestones(ctx, o.seen, app.MilestoneQuery{}, everything)
	next := slices.IndexFunc(all, func(m fund.Milestone) bool { return m.ReachedAt.IsZero() })
	if next < 0 {
		next = len(all)
	}
	from := max(0, min(next-1, len(all)-lines))
	for _, m := range all[from:min(len(all), from+lines)] {
		o.Lines = append(o.Lines, line{
			Key: m.ID.String(), Name: m.Name, Amount: o.amount(m.Amount), Share: shareOf(o.fact.Total(), max(1, m.Amount)), Done: !m.ReachedAt.IsZero(),
		})
	}
	o.orEmpty("overlay.empty.milestones")
	return err
}

// match shows the donation match that ends first of those that count donations now.
func (s *Server) match(ctx context.Context, o *overlay) error {
	all, err := s.o.App.Matches(ctx, o.seen, app.MatchQuery{}, everything)
	active := slices.DeleteFunc(all, func(m fund.DonationMatch) bool {
		o.changesAt(m.StartsAt)
		return !m.Active(o.now)
	})
	if len(active) == 0 {
		o.Empty = "overlay.empty.match"
		return err
	}
	m := slices.MinFunc(active, func(a, b fund.DonationMatch) int { return a.EndsAt.Compare(b.EndsAt) })
	o.Title, o.Note = o.locale.Text("overlay.match"), o.locale.Text("overlay.match.by", "Name", o.locale.Donor(m.DisplayName()))
	if m.Type == fund.MatchAmount {
		o.measure(m.Raised, m.Pledged)
	}
	o.ends(m.EndsAt)
	return err
}

// schedule shows what is on now and next.
func (s *Server) schedule(ctx context.Context, o *overlay) error {
	o.Title = o.locale.Text("overlay.schedule")
	all, err := s.o.App.Schedule(ctx, o.seen, everything)
	zone := fund.Zone(o.fact.TimeZone)
	on := 0
	for i, one := range all {
		o.changesAt(one.StartsAt)
		o.changesAt(one.EndsAt)
		if !one.StartsAt.After(o.now) {
			on = i
		}
	}
	for i, one := range all[min(on, len(all)):min(on+lines, len(all))] {
		started := !one.StartsAt.After(o.now)
		if started && !one.EndsAt.IsZero() && !one.EndsAt.After(o.now) {
			continue
		}
		row := line{Key: one.ID.String(), Name: one.Name, Text: o.locale.Instant(one.StartsAt.In(zone)), Now: i == 0 && started}
		if row.Now {
			row.Text = o.locale.Text("overlay.schedule.now")
		}
		o.Lines = append(o.Lines, row)
	}
	o.orEmpty("overlay.empty.schedule")
	return err
}

// code shows where to donate.
func (s *Server) code(_ context.Context, o *overlay) error {
	o.Title = o.locale.Text("overlay.code")
	o.Note = s.o.Page(o.fact)
	drawn, err := ui.QRCode(o.Note)
	o.Code = template.HTML(drawn) //nolint:gosec // it has nothing but numbers
	return err
}

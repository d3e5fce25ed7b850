package web

import (
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/ui"
)

// factPage is what the page of a fact shows.
type factPage struct {
	ui.Card
	// Preview is set where the page is only looked at before others may see it: nothing on it moves.
	Preview bool
	// Spread is within how many milliseconds after an event of the fact the page is read again.
	Spread int
	// Until is when something on the page begins or ends, if nothing happens; see instant.
	Until string
	// Donate is where to give, and Closed why nothing is taken now: one of them is "".
	Donate, Closed string
	About          string
	// Next is the next milestone; nil where there is none.
	Next *milestone
	// Stream is where the fact is streamed; nil if nowhere.
	Stream *stream
	Share  []ui.ShareLink
	// Anchors lead to the parts of a long page.
	Anchors []anchor
	Events  []ui.Card
	// Fundraisers are the campaigns that raise for the fact.
	Fundraisers []ui.Card
	// Donations are the newest ones, Earlier those that are folded away, and Empty stands there where there are none.
	Donations, Earlier []ui.Donation
	Empty              *ui.Empty
	Matches            []match
	// Milestones are ordered by their sums, the other offers by what is open, the order of their owner, and their age.
	Milestones []milestone
	Polls      []poll
	Targets    []target
	Rewards    []reward
	Schedule   []moment
	// Calendar is where the schedule is a calendar.
	Calendar string
	// Chart is the money over time; nil while nobody gave.
	Chart  *ui.Chart
	Boards []board
	// Items are what an auction house offers, the oldest first.
	Items []item

	fact   fund.Fact
	locale *text.Locale
	// now is when the page is made, and next the instant of Until.
	now, next time.Time
}

// changesAt notes that time changes the page at some instants, of which those that have passed, and the zero time, count for nothing.
func (p *factPage) changesAt(instants ...time.Time) {
	for _, at := range instants {
		if at.After(p.now) {
			p.next = sooner(p.next, at)
		}
	}
}

// anchor leads to a part of the page.
type anchor struct {
	ID   string
	Name text.ID
}

type match struct {
	// Name is the matcher's, Pledge the most that they give, "" where they double every gift, and Left how much of that is left.
	Name, Pledge, Left string
	// EndsAt is when it ends; the zero time if it does not.
	EndsAt time.Time
}

type milestone struct {
	Name, Amount string
	Reached      bool
}

type poll struct {
	Name    string
	Open    bool
	EndsAt  time.Time
	Options []option
}

// option is an option of a poll. Bar is its share of all votes; nil before the first one.
type option struct {
	Name, Raised string
	Bar          *ui.Goal
}

type target struct {
	Name, Raised, Goal string
	Bar                *ui.Goal
	Open               bool
	EndsAt             time.Time
}

type reward struct {
	Name, Description, Price string
	Picture                  string
	// Left says how many are left; "" where there is no limit.
	Left string
	Open bool
}

type item struct {
	Name, Description, Price string
	Open                     bool
}

type moment struct {
	Name, Description string
	At                time.Time
}

// fewAnchors is from how many parts on a page is long enough for anchors.
const fewAnchors = 3

// newestShown is how many donations a page shows before the others are folded away.
const newestShown = 8

// finish adds what follows from the rest of the page.
func (p *factPage) finish(address string) {
	p.changesAt(p.fact.StartsAt, p.fact.EndsAt, p.LiveUntil, endOf(p.Fundraisers))
	p.Until = instant(p.next)
	said := p.locale.Text("share.text", "Name", p.Name)
	if p.Cause != "" {
		said = p.locale.Text("share.text_for", "Name", p.Name, "Cause", p.Cause)
	}
	p.Share = ui.ShareLinks(address, said, p.locale.Text("share.mail"))
	if p.Donate != "" {
		p.Share = append(p.Share, ui.ShareLink{Icon: "qr", Name: p.locale.Text("share.code"), URL: p.Link + codePath})
	}
	p.Share = append(p.Share, ui.ShareLink{Icon: "code", Name: p.locale.Text("share.embed"), URL: p.Link + embedPath})
	if len(p.Donations) > newestShown {
		p.Donations, p.Earlier = p.Donations[:newestShown], p.Donations[newestShown:]
	}
	if len(p.Donations) == 0 {
		p.Empty = p.empty()
	}
	for _, part := range []struct {
		anchor
		is bool
	}{
		{anchor{"about", "fact.about"}, p.About != ""}, {anchor{"matches", "fact.matches"}, len(p.Matches) > 0},
		{anchor{"donations", "fact.latest"}, true},
		{anchor{"milestones", "fact.milestones"}, len(p.Milestones) > 0}, {anchor{"polls", "fact.polls"}, len(p.Polls) > 0},
		{anchor{"challenges", "fact.challenges"}, len(p.Targets) > 0}, {anchor{"rewards", "fact.rewards"}, len(p.Rewards) > 0},
		{anchor{"auction", "fact.auction"}, len(p.Items) > 0}, {anchor{"schedule", "fact.schedule"}, len(p.Schedule) > 0},
		{anchor{"progress", "fact.progress"}, p.Chart != nil}, {anchor{"boards", "fact.boards"}, len(p.Boards) > 0},
		{anchor{"events", "fact.events"}, len(p.Events) > 0}, {anchor{"fundraisers", "fact.fundraisers"}, len(p.Fundraisers) > 0},
	} {
		if part.is {
			p.Anchors = append(p.Anchors, part.anchor)
		}
	}
	if len(p.Anchors) < fewAnchors {
		p.Anchors = nil
	}
}

// empty says what stands where no donations are.
func (p *factPage) empty() *ui.Empty {
	t := p.locale.Text
	switch {
	case p.Ended:
		return &ui.Empty{Icon: "heart", Heading: t("fact.empty.ended"), Text: t("fact.empty.ended.text")}
	case p.Donate == "":
		return &ui.Empty{Icon: "clock", Heading: t("fact.empty.closed"), Text: p.Closed}
	case !p.StartsAt.IsZero():
		return &ui.Empty{Icon: "calendar", Heading: t("fact.empty.first"), Text: t("fact.empty.upcoming.text", "Name", p.Name)}
	default:
		return &ui.Empty{Icon: "heart", Heading: t("fact.empty.first"), Text: t("fact.empty.first.text", "Name", p.Name)}
	}
}

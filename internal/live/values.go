package live

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
)

const (
	// maxPolls is how many polls of a fact have a place.
	maxPolls = 50
	// maxFilled is how many bytes of values are put into a template, about: far more than a chat gets to see.
	maxFilled = 16 << 10
	// maxGoals bounds how often a goal was reached, as far as it is counted.
	maxGoals = 1_000_000
)

// behindAll sorts behind every id, as a cursor behind all milestones of an amount.
var behindAll = fund.ID(bytes.Repeat([]byte{0xff}, len(fund.ID{})))

// values are what may be said of a fact, each read when it is asked for.
type values struct {
	app  *app.App
	seen app.Seen
	fact fund.Fact
	// l is the language of what is said.
	l *text.Locale
	// money says amounts of the currency of the fact; nil for as they are.
	money func(minor int64) string
	// last, top, polls and counters are nil until they are read.
	last  []fund.PublicDonation
	top   []fund.LeaderboardEntry
	polls []fund.Poll
	// counters are in the order of their age.
	counters []fund.Counter
	// said are the values that were found, by name: one that a template repeats is not read again.
	said map[string]string
}

func newValues(a *app.App, seen app.Seen, l *text.Locale) *values {
	return &values{app: a, seen: seen, fact: seen.Fact(), l: l, said: map[string]string{}}
}

// value finds one value.
type value func(*values, context.Context) (string, error)

// named are the values by their names in a template. That of a poll has its number besides.
var named = map[string]value{
	"name":           plain(func(v *values) string { return v.fact.Name }),
	"cause":          plain(func(v *values) string { return v.fact.Cause.Name }),
	"total":          plain(func(v *values) string { return v.amount(v.fact.Total()) }),
	"goal":           plain((*values).goal),
	"left":           plain((*values).left),
	"percent":        plain((*values).percent),
	"last":           (*values).lastDonation,
	"last-name":      ofLast(func(v *values, d fund.PublicDonation) string { return v.l.Donor(d.Name) }),
	"last-amount":    ofLast(func(v *values, d fund.PublicDonation) string { return v.amount(d.Amount) }),
	"last-comment":   ofLast(func(_ *values, d fund.PublicDonation) string { return d.Comment }),
	"top":            (*values).topDonor,
	"top-name":       ofTop(func(v *values, e fund.LeaderboardEntry) string { return v.l.Donor(e.Name) }),
	"top-amount":     ofTop(func(v *values, e fund.LeaderboardEntry) string { return v.amount(e.Raised) }),
	"next-milestone": (*values).nextMilestone,
	"timer":          (*values).timer,
}

// words are the values that have an address of their own.
func words() []string {
	return []string{"total", "goal", "left", "last", "top", "next-milestone", "timer"}
}

// plain is a value that needs no further read.
func plain(of func(*values) string) value {
	return func(v *values, _ context.Context) (string, error) { return of(v), nil }
}

// fill puts values into a template: {total} is the total. A name that there is not is said, so that who tries a template out sees it.
func fill(ctx context.Context, template string, v *values) (string, error) {
	var said strings.Builder
	for part := range fund.TemplateParts(template) {
		if said.Len() >= maxFilled {
			break
		}
		one := part.Text
		if part.Value {
			var err error
			if one, err = v.get(ctx, part.Text); err != nil {
				return "", err
			}
		}
		said.WriteString(one)
	}
	return said.String(), nil
}

// get is the value of a name.
func (v *values) get(ctx context.Context, name string) (string, error) {
	if one, known := v.said[name]; known {
		return one, nil
	}
	one, err := v.find(ctx, name)
	v.said[name] = one
	return one, err
}

// find is get without its memory.
func (v *values) find(ctx context.Context, name string) (string, error) {
	if of, known := named[name]; known {
		return of(v, ctx)
	}
	for list, of := range map[string]func(context.Context, int) (string, error){"poll/": v.poll, "counter/": v.counter} {
		if number, is := strings.CutPrefix(name, list); is {
			if n, err := strconv.Atoi(number); err == nil && n > 0 {
				return of(ctx, n)
			}
		}
	}
	return v.l.Text("live.unknown_value", "Name", name), nil
}

func (v *values) amount(minor int64) string {
	if v.money != nil {
		return v.money(minor)
	}
	return v.l.Amount(minor, v.fact.Currency)
}

func (v *values) goal() string {
	if v.fact.Goal <= 0 {
		return v.l.Text("live.no_goal")
	}
	return v.amount(v.fact.Goal)
}

func (v *values) left() string {
	if v.fact.Goal <= 0 {
		return v.l.Text("live.no_goal")
	}
	return v.amount(max(0, v.fact.Goal-v.fact.Total()))
}

// percent is how much of the goal is there, rounded down: it is 100 only once all is.
func (v *values) percent() string {
	if v.fact.Goal <= 0 {
		return v.l.Text("live.no_goal")
	}
	whole, part := v.fact.Total()/v.fact.Goal, v.fact.Total()%v.fact.Goal
	// Both are below 2^53, so that a hundred times the part fits.
	return v.l.Percent((min(whole, maxGoals)*100 + part*100/v.fact.Goal) * 100)
}

// ofLast is a value of the last donation.
func ofLast(of func(*values, fund.PublicDonation) string) value {
	return func(v *values, ctx context.Context) (string, error) {
		if v.last == nil {
			last, err := v.app.NewestDonations(ctx, v.seen, 1)
			if err != nil {
				return "", err
			}
			v.last = append([]fund.PublicDonation{}, last...)
		}
		if len(v.last) == 0 {
			return v.l.Text("live.no_donation"), nil
		}
		return of(v, v.last[0]), nil
	}
}

func (v *values) lastDonation(ctx context.Context) (string, error) {
	return ofLast(func(v *values, d fund.PublicDonation) string { return v.l.Donor(d.Name) + ": " + v.amount(d.Amount) })(v, ctx)
}

// ofTop is a value of the donor who gave most.
func ofTop(of func(*values, fund.LeaderboardEntry) string) value {
	return func(v *values, ctx context.Context) (string, error) {
		if v.top == nil {
			top, err := v.app.Leaderboard(ctx, v.seen, app.BoardQuery{Board: fund.BoardDonor, Period: fund.PeriodAll}, fund.Page{Limit: 1})
			if fault.Is(err, fault.Forbidden) {
				return v.l.Text("live.hidden"), nil
			}
			if err != nil {
				return "", err
			}
			v.top = append([]fund.LeaderboardEntry{}, top...)
		}
		if len(v.top) == 0 {
			return v.l.Text("live.no_donation"), nil
		}
		return of(v, v.top[0]), nil
	}
}

func (v *values) topDonor(ctx context.Context) (string, error) {
	return ofTop(func(v *values, e fund.LeaderboardEntry) string { return v.l.Donor(e.Name) + ": " + v.amount(e.Raised) })(v, ctx)
}

// nextMilestone is the lowest milestone that the total has not reached.
func (v *values) nextMilestone(ctx context.Context) (string, error) {
	total := v.fact.Total()
	next, err := v.app.Milestones(ctx, v.seen, app.MilestoneQuery{}, fund.Page{Limit: 1, After: &fund.Cursor{Number: total, ID: behindAll}})
	if err != nil {
		return "", err
	}
	if len(next) == 0 {
		return v.l.Text("live.no_milestone"), nil
	}
	return v.l.Text("live.milestone", "Name", next[0].Name, "Amount", v.amount(next[0].Amount), "Left", v.amount(next[0].Amount-total)), nil
}

// poll is a poll by its place, from 1, in the order that its owner gave them or else of their age, with its options, the leading one first.
func (v *values) poll(ctx context.Context, place int) (string, error) {
	if v.polls == nil {
		polls, err := v.app.Polls(ctx, v.seen, fund.Page{Limit: fund.MaxPerFact, Order: fund.OldestFirst})
		if err != nil {
			return "", err
		}
		v.polls = append([]fund.Poll{}, polls...)
		slices.SortStableFunc(v.polls, func(a, b fund.Poll) int { return fund.ComparePositions(a.Position, b.Position) })
		v.polls = v.polls[:min(len(v.polls), maxPolls)]
	}
	if place > len(v.polls) {
		return v.l.Text("live.no_poll", "Number", strconv.Itoa(place)), nil
	}
	poll := v.polls[place-1]
	options := poll.Ordered()
	slices.SortStableFunc(options, func(a, b fund.PollOption) int { return cmp.Compare(b.Raised, a.Raised) })
	return v.l.Text("live.poll", "Name", poll.Name, "Options", v.options(options)), nil
}

// counter is a counter by its place, from 1, in the order of their age, with what it counted.
func (v *values) counter(ctx context.Context, place int) (string, error) {
	if v.counters == nil {
		counters, err := v.app.Counters(ctx, v.seen, fund.Page{Limit: fund.MaxCounters})
		if err != nil {
			return "", err
		}
		v.counters = append([]fund.Counter{}, counters...)
	}
	if place > len(v.counters) {
		return v.l.Text("live.no_counter", "Number", strconv.Itoa(place)), nil
	}
	c := v.counters[place-1]
	return c.Name + ": " + v.amount(c.Raised), nil
}

// timer is what is left of the timer that was made last, or that it has ended.
func (v *values) timer(ctx context.Context) (string, error) {
	all, err := v.app.Timers(ctx, v.seen, fund.Page{Limit: fund.MaxTimers})
	if err != nil {
		return "", err
	}
	if len(all) == 0 {
		return v.l.Text("live.no_timer"), nil
	}
	t, now := all[len(all)-1], v.app.Now()
	if t.StateAt(now) == fund.TimerOver {
		return v.l.Text("live.timer_ended"), nil
	}
	return fund.ClockText(t.LeftAt(now)), nil
}

// options are those of a poll with what they raised.
func (v *values) options(options []fund.PollOption) string {
	said := make([]string, len(options))
	for i, o := range options {
		said[i] = o.Name + " " + v.amount(o.Raised)
	}
	return strings.Join(said, ", ")
}

package apiv5

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/submit"
)

// timer is a clock that runs down, and that donations add to. The original has none.
type timer struct {
	ID                 string  `json:"id" format:"uuid"`
	FactID             string  `json:"fact_id" format:"uuid" doc:"The fact whose donations add to it, with everything below it."`
	Name               string  `json:"name"`
	Status             string  `json:"status" enum:"off,running,paused,over" doc:"How it is now; off before it is first started."`
	SecondsLeft        int64   `json:"seconds_left" doc:"What is left now, with the second that has begun."`
	StartedAt          *string `json:"started_at" format:"date-time" doc:"When it was started last."`
	EndsAt             *string `json:"ends_at" format:"date-time" doc:"When it ends while it runs, and when it ended once it is over; null otherwise."`
	StartingSeconds    int64   `json:"starting_seconds" doc:"What it starts with."`
	SecondsGranted     int64   `json:"seconds_granted" doc:"What it got since it was started, with what it started with."`
	SecondsPerUnit     int64   `json:"seconds_per_unit" doc:"What one unit of the currency of the fact adds."`
	SecondsPerDonation int64   `json:"seconds_per_donation" doc:"What one donation adds."`
	MaximumSeconds     *int64  `json:"maximum_seconds" doc:"What it gets at most since it was started; null for no limit of its own."`
	LatestEnd          *string `json:"latest_end" format:"date-time" doc:"When it ends at the latest."`
	Factor             int64   `json:"factor" doc:"How many times as much donations add from factor_from to factor_until."`
	FactorFrom         *string `json:"factor_from" format:"date-time" doc:"From when on donations add so many times as much; null for always."`
	FactorUntil        *string `json:"factor_until" format:"date-time" doc:"Until when they do; null for always."`
	Offline            bool    `json:"offline_adds" doc:"Whether donations without a payment add."`
	Matches            bool    `json:"matches_add" doc:"Whether donations of matchers add."`
	Refunds            bool    `json:"refunds_subtract" doc:"Whether what goes back is taken off."`
	InsertedAt         string  `json:"inserted_at" format:"date-time"`
	UpdatedAt          string  `json:"updated_at" format:"date-time"`
}

func (v *version) toTimer(t fund.Timer) timer {
	now := v.now()
	made := timer{
		ID: t.ID.String(), FactID: t.FactID.String(), Name: t.Name, Status: string(t.StateAt(now)), SecondsLeft: wholeSecondsOf(t.LeftAt(now) + time.Second - 1),
		StartedAt: secondsOrNull(t.StartedAt), EndsAt: secondsOrNull(t.EndsAt), StartingSeconds: wholeSecondsOf(t.Length), SecondsGranted: wholeSecondsOf(t.Granted),
		SecondsPerUnit: wholeSecondsOf(t.PerUnit), SecondsPerDonation: wholeSecondsOf(t.PerDonation), LatestEnd: secondsOrNull(t.LatestEnd), Factor: t.Factor,
		FactorFrom: secondsOrNull(t.FactorFrom), FactorUntil: secondsOrNull(t.FactorUntil), Offline: t.Offline, Matches: t.Matches, Refunds: t.Refunds,
		InsertedAt: seconds(t.CreatedAt), UpdatedAt: seconds(t.UpdatedAt),
	}
	if t.MaxLength > 0 {
		most := wholeSecondsOf(t.MaxLength)
		made.MaximumSeconds = &most
	}
	return made
}

func wholeSecondsOf(d time.Duration) int64 { return int64(d / time.Second) }

type timerInput struct {
	Name               string `json:"name"`
	StartingSeconds    int64  `json:"starting_seconds" doc:"From 1 to 31622400, which is 366 days."`
	SecondsPerUnit     int64  `json:"seconds_per_unit" doc:"86400 at most."`
	SecondsPerDonation int64  `json:"seconds_per_donation" doc:"86400 at most."`
	MaximumSeconds     int64  `json:"maximum_seconds" null:"true" doc:"31622400 at most, and no less than starting_seconds; null and 0 for no limit of its own."`
	LatestEnd          string `json:"latest_end" format:"date-time" null:"true" doc:"One that runs ends no later from then on."`
	Factor             int64  `json:"factor" doc:"From 1 to 10."`
	FactorFrom         string `json:"factor_from" format:"date-time" null:"true" doc:"Null for always."`
	FactorUntil        string `json:"factor_until" format:"date-time" null:"true" doc:"Null for always."`
	Offline            bool   `json:"offline_adds" doc:"Donations without a payment add."`
	Matches            bool   `json:"matches_add" doc:"Donations of matchers add."`
	Refunds            bool   `json:"refunds_subtract" doc:"What goes back is taken off."`
}

var timerModel = model[fund.TimerPatch]{
	invalid: func(p *fund.TimerPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.TimerPatch) []submit.Field {
		return []submit.Field{
			submit.Text(&p.Name, "name", "name"),
			secondsField(&p.Length, "starting_length", "starting_seconds"),
			secondsField(&p.PerUnit, "per_unit", "seconds_per_unit"),
			secondsField(&p.PerDonation, "per_donation", "seconds_per_donation"),
			secondsField(&p.MaxLength, "max_length", "maximum_seconds"),
			momentField(&p.LatestEnd, "latest_end", "latest_end"),
			submit.Value(&p.Factor, submit.ReadWhole, "factor", "factor"),
			momentField(&p.FactorFrom, "factor_from", "factor_from"),
			momentField(&p.FactorUntil, "factor_until", "factor_until"),
			submit.Flag(&p.Offline, "offline", "offline_adds"),
			submit.Flag(&p.Matches, "matches", "matches_add"),
			submit.Flag(&p.Refunds, "refunds", "refunds_subtract"),
		}
	},
}

// secondsField is a length in whole seconds; null is none. One that no timer can have is one more second than the longest.
func secondsField(to *fund.Opt[time.Duration], path, key string) submit.Field {
	const most = int64(fund.MaxTimerLength/time.Second) + 1
	return submit.Clearable(to, func(value any) (time.Duration, string) {
		n, problem := submit.ReadWhole(value)
		return time.Duration(max(-most, min(n, most))) * time.Second, problem
	}, path, key)
}

type timerReasonInput struct {
	Reason string `json:"reason" null:"true" doc:"For the log of the timer; 200 characters at most."`
}

type timerAddInput struct {
	Seconds int64  `json:"seconds" doc:"How much is added; less than 0 takes it off."`
	Reason  string `json:"reason" null:"true" doc:"For the log of the timer; 200 characters at most."`
}

// timerRunPatch is something to do with a timer, as a caller submits it.
type timerRunPatch struct {
	by      fund.Opt[time.Duration]
	reason  fund.Opt[string]
	invalid fault.Fields
}

var (
	timerNames       = map[string]string{"state": "status"}
	timerReasonModel = model[timerRunPatch]{
		names:   timerNames,
		invalid: func(p *timerRunPatch) *fault.Fields { return &p.invalid },
		fields: func(p *timerRunPatch) []submit.Field {
			return []submit.Field{submit.Text(&p.reason, "reason", "reason")}
		},
	}
	timerAddModel = model[timerRunPatch]{
		names:   timerNames,
		invalid: func(p *timerRunPatch) *fault.Fields { return &p.invalid },
		fields: func(p *timerRunPatch) []submit.Field {
			return []submit.Field{secondsField(&p.by, "seconds", "seconds"), submit.Text(&p.reason, "reason", "reason")}
		},
	}
)

// timerEntry is a line of the log of a timer.
type timerEntry struct {
	Number    int64   `json:"number" doc:"1, 2, 3 … in the order of the log."`
	At        string  `json:"at" format:"date-time" doc:"When; of gifts, that of the last one."`
	Act       string  `json:"act" enum:"start,pause,resume,add,gifts,end" doc:"What somebody did; gifts that added time or went back, one after the other; or that it ran out."`
	Seconds   int64   `json:"seconds" doc:"What was added; less than 0 was taken off."`
	Gifts     int64   `json:"gifts" doc:"How many gifts that were, of an entry of gifts."`
	Reason    *string `json:"reason" doc:"Why somebody did it, if they said so."`
	ActorID   *string `json:"actor_id" format:"uuid" doc:"Who did it: a user, a grant or an application; null for nobody."`
	ActorName *string `json:"actor_name" doc:"What they are called now, if they still have a name."`
}

func toTimerEntry(e fund.TimerEntry) timerEntry {
	one := timerEntry{
		Number: e.Number, At: seconds(e.At), Act: string(e.Act), Seconds: wholeSecondsOf(e.By), Gifts: e.Gifts, Reason: textOrNull(e.Reason), ActorName: textOrNull(e.Name),
	}
	if !e.Actor.IsZero() {
		id := e.Actor.String()
		one.ActorID = &id
	}
	return one
}

// timerRows are for those who set up the stage of a fact, and acts for those who run it; reading is for all who see it.
func (v *version) timerRows() []route {
	r := resourceOf(
		timerModel, timer{},
		shown(v.toTimer),
		func(t fund.Timer) string { return at("timers", t.ID) },
	)
	in, out, key := timerInput{}, timer{}, uuidKeyAt("timer_id")
	h := factParent
	all := h.right.get(h.pattern("timers"), tagTimers, "List the timers of "+h.noun+", the oldest first", []timer{}, v.listTimers)
	all.Query = pageQuery
	log := asOwner.get("/timers/{timer_id}/log", tagTimers, "List what became of a timer, the latest first", []timerEntry{}, v.listTimerLog)
	log.Query = pageQuery
	act := func(act fund.TimerAct, summary string, body any, m model[timerRunPatch]) route {
		return asOwner.action("/timers/{timer_id}/"+string(act), api.Doc{Tag: tagTimers, Summary: summary, ID: string(act) + "Timer"}, body, out,
			api.Changes(actionOf(m, r.Show), key, nil, v.runTimer(act)))
	}
	return []route{
		all,
		h.right.post(h.pattern("timers"), tagTimers, "Add a timer to "+h.noun, in, out, api.Creates(r, h.key, v.app.CreateTimer)),
		asOwner.get("/timers/{timer_id}", tagTimers, "Get a timer", out, api.Gets(key, v.app.GetTimer, r.Reply)),
		log,
		asOwner.patch("/timers/{timer_id}", tagTimers, "Change the rules of a timer", in, out, api.Changes(r, key, v.app.GetTimer, v.app.UpdateTimer)),
		asOwner.remove("/timers/{timer_id}", tagTimers, "Delete a timer", deletes(key, v.app.DeleteTimer)),
		act(fund.TimerStart, "Start a timer that does not run from its beginning, also one that is paused or over", timerReasonInput{}, timerReasonModel),
		act(fund.TimerPause, "Pause a timer that runs", timerReasonInput{}, timerReasonModel),
		act(fund.TimerResume, "Resume a timer that is paused", timerReasonInput{}, timerReasonModel),
		act(fund.TimerAdd, "Add time to a timer that runs or is paused, or take it off", timerAddInput{}, timerAddModel),
	}
}

// runTimer does something with a timer.
func (v *version) runTimer(act fund.TimerAct) func(context.Context, app.Actor, fund.Key, timerRunPatch) (fund.Timer, error) {
	return func(ctx context.Context, actor app.Actor, key fund.Key, p timerRunPatch) (fund.Timer, error) {
		return v.app.RunTimer(ctx, actor, key, fund.TimerRun{Act: act, By: p.by.Value, Reason: p.reason.Value, Invalid: p.invalid})
	}
}

func (v *version) listTimers(ctx context.Context, c *call) (api.Reply, error) {
	seen, err := v.seeAt(ctx, c, factParent.pathParameter)
	if err != nil {
		return api.Reply{}, err
	}
	timers, meta, err := paginate(ctx, v, queryOf(c), listing[fund.Timer]{
		kind: "timers", owner: seen.Fact().ID, order: fund.OldestFirst, at: func(one fund.Timer) fund.Cursor { return fund.Cursor{ID: one.ID} },
		read: func(page fund.Page) ([]fund.Timer, error) { return v.app.Timers(ctx, seen, page) },
	})
	if err != nil {
		return api.Reply{}, err
	}
	return api.Reply{Body: page{Data: list(timers, v.toTimer), Metadata: meta}}, nil
}

func (v *version) listTimerLog(ctx context.Context, c *call) (api.Reply, error) {
	key, err := idAt(c, "timer_id")
	if err != nil {
		return api.Reply{}, err
	}
	t, err := v.app.GetTimer(ctx, c.Caller, key)
	if err != nil {
		return api.Reply{}, err
	}
	entries, meta, err := paginate(ctx, v, queryOf(c), listing[fund.TimerEntry]{
		kind: "timer_entries", owner: t.ID, order: fund.NewestFirst, at: func(e fund.TimerEntry) fund.Cursor { return fund.Cursor{Number: e.Number} },
		read: func(page fund.Page) ([]fund.TimerEntry, error) {
			return v.app.TimerLog(ctx, c.Caller, key, page)
		},
	})
	if err != nil {
		return api.Reply{}, err
	}
	return api.Reply{Body: page{Data: list(entries, toTimerEntry), Metadata: meta}}, nil
}

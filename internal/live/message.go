package live

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
)

// Objects reads what messages show, in the shapes of a version of the API.
type Objects interface {
	// Object is the subject of an event as JSON, as the actor may see it now; null when there is nothing to see of it any more. Shown is
	// false for an event that the actor must not know of.
	Object(ctx context.Context, actor app.Actor, e fund.Event) (object json.RawMessage, shown bool, err error)
	// State is the present state of a fact and its parts as JSON, as everybody may see it who may see the fact.
	State(ctx context.Context, seen app.Seen) (json.RawMessage, error)
	// Shapes are the types of what Object and State return, for the schema of messages.
	Shapes() api.Shapes
}

// message is what a connection is sent about an event.
type message struct {
	Type     string          `json:"type" doc:"What happened; docs/events.md lists it"`
	Cursor   string          `json:"cursor" doc:"The place just after the event: resume from there"`
	At       string          `json:"at" format:"date-time" doc:"When it happened"`
	FactID   string          `json:"fact_id" format:"uuid" doc:"The fact where it happened"`
	FactIDs  []string        `json:"fact_ids" doc:"All facts that it counts for and that you may see, that one first"`
	Object   string          `json:"object" doc:"What kind of object changed"`
	ID       string          `json:"id" format:"uuid" doc:"The object that changed"`
	Test     bool            `json:"test" doc:"A rehearsal: show it, count it nowhere"`
	Late     bool            `json:"late" doc:"It is older than ten seconds: you missed it, and it is still news"`
	Replayed bool            `json:"replayed" doc:"History that is sent again: no news"`
	Version  int             `json:"v" doc:"The version of the shape of the event"`
	Detail   detail          `json:"detail" doc:"What the object does not say"`
	Data     json.RawMessage `json:"data" doc:"The object as it is now, as you may see it; null when it is gone or not shown any more"`
}

// detail is what an event says beyond its object. What it does not say is left out.
type detail struct {
	From       string        `json:"from,omitempty" doc:"The state before"`
	To         string        `json:"to,omitempty" doc:"The state after"`
	ParentID   string        `json:"parent_id,omitempty" format:"uuid" doc:"What the object is a part of besides its fact"`
	DonationID string        `json:"donation_id,omitempty" format:"uuid" doc:"The donation that caused the change"`
	Change     *detailAmount `json:"change,omitempty" doc:"By how much the amount of the object changed"`
	Amount     *detailAmount `json:"amount,omitempty" doc:"What the total is measured against"`
	Total      *detailAmount `json:"total,omitempty" doc:"The total afterwards"`
	Left       *int64        `json:"left,omitempty" doc:"How many of a limited reward are left"`
}

type detailAmount struct {
	Currency string `json:"currency" doc:"An ISO 4217 code"`
	Value    string `json:"value" doc:"An amount in major units, as a text"`
}

// instants are written in whole microseconds, as the messages of webhooks have them.
const instants = "2006-01-02T15:04:05.000000Z"

// objectFormat writes messages as JSON.
type objectFormat struct {
	hub     *Hub
	objects Objects
}

// Render writes the message of an event. Who may not see the fact that it happened at, or could not then, gets nothing.
func (f *objectFormat) Render(ctx context.Context, actor app.Actor, o Occurrence) ([]byte, error) {
	object := o.Topic.Object()
	if object == "" || len(o.Facts) == 0 || !o.Topic.Public() && actor.Kind == app.Anonymous {
		return nil, nil
	}
	at, err := f.hub.sight(ctx, actor, o.Facts[0])
	if err != nil || !at.seen {
		return nil, err
	}
	if saw, err := f.hub.saw(ctx, actor, o.Facts[0], at, o.At); err != nil || !saw {
		return nil, err
	}
	m := message{
		Type: string(o.Topic), Cursor: o.Cursor.String(), At: o.At.UTC().Format(instants), FactID: o.Facts[0].String(),
		Object: string(object), ID: o.Subject.String(), Test: o.Test, Late: o.Late, Version: max(1, o.Version), Detail: detailOf(o.Event, at.currency),
	}
	if m.FactIDs, err = f.visible(ctx, actor, o.Facts); err != nil {
		return nil, err
	}
	var shown bool
	if m.Data, shown, err = f.data(ctx, actor, o.Event); err != nil || !shown {
		return nil, err
	}
	return api.Marshal(m)
}

// data is the object of an event; that of a test event is not stored, but part of the event.
func (f *objectFormat) data(ctx context.Context, actor app.Actor, e fund.Event) (json.RawMessage, bool, error) {
	if !e.Test {
		return f.objects.Object(ctx, actor, e)
	}
	if !json.Valid(e.Detail.Sample) {
		return nil, true, nil
	}
	return e.Detail.Sample, true, nil
}

// visible are those facts that the actor may see.
func (f *objectFormat) visible(ctx context.Context, actor app.Actor, facts []fund.ID) ([]string, error) {
	var ids []string
	for _, fact := range facts {
		at, err := f.hub.sight(ctx, actor, fact)
		if err != nil {
			return nil, err
		}
		if at.seen {
			ids = append(ids, fact.String())
		}
	}
	return ids, nil
}

func detailOf(e fund.Event, currency string) detail {
	d := detail{From: e.Detail.From, To: e.Detail.To, ParentID: idText(e.Detail.Parent), DonationID: idText(e.Detail.Donation)}
	written := func(minor int64) *detailAmount {
		if minor == 0 {
			return nil
		}
		digits, err := money.Digits(currency)
		if err != nil {
			digits = 2 // of a currency that nobody knows any more
		}
		return &detailAmount{Currency: currency, Value: money.Fixed(minor, digits)}
	}
	d.Change, d.Amount, d.Total = written(e.Amount), written(e.Detail.Amount), written(e.Detail.Total)
	if e.Topic == fund.TopicStockChanged || e.Topic == fund.TopicRewardRestocked {
		d.Left = &e.Detail.Left
	}
	return d
}

func idText(id fund.ID) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}

// stateMessage is the first message about facts: "state", or "reset" where the cursor that was asked for cannot be resumed from.
type stateMessage struct {
	Type        string            `json:"type" doc:"Which message it is"`
	Ref         string            `json:"ref,omitempty" doc:"The ref of the command that it answers"`
	Reason      string            `json:"reason,omitempty" enum:"foreign,expired" doc:"Why the cursor cannot be resumed from: it is of another database, or too old"`
	Cursor      string            `json:"cursor" doc:"The place that what follows begins at"`
	At          string            `json:"at" format:"date-time" doc:"When the state was read"`
	RetryMS     int64             `json:"retry_ms" doc:"After how many milliseconds to connect again if the connection breaks"`
	HeartbeatMS int64             `json:"heartbeat_ms" doc:"How often there is a heartbeat, in milliseconds"`
	Facts       []json.RawMessage `json:"facts" doc:"The present state of each fact"`
}

// goneMessage says that facts are not watched any more, because the receiver may not see them any more.
type goneMessage struct {
	Type    string   `json:"type" doc:"Which message it is"`
	FactIDs []string `json:"fact_ids" doc:"The facts that are not watched any more"`
}

// goodbyeMessage is the last one of a connection.
type goodbyeMessage struct {
	Type    string `json:"type" doc:"Which message it is"`
	Reason  Reason `json:"reason" doc:"Why the connection ends"`
	RetryMS int64  `json:"retry_ms" doc:"After how many milliseconds to come back"`
}

// errorMessage says why a command was not done.
type errorMessage struct {
	Type    string            `json:"type" doc:"Which message it is"`
	Ref     string            `json:"ref,omitempty" doc:"The ref of the command"`
	Status  int               `json:"status" doc:"The status of HTTP that says the same"`
	Message string            `json:"message" doc:"What is wrong, in a sentence"`
	Fields  map[string]string `json:"fields,omitempty" doc:"What is wrong with a key of the command, or with a fact that it names"`
}

func gone(facts []fund.ID) goneMessage {
	m := goneMessage{Type: "gone"}
	for _, id := range facts {
		m.FactIDs = append(m.FactIDs, id.String())
	}
	return m
}

func goodbye(e *End) goodbyeMessage {
	return goodbyeMessage{Type: "goodbye", Reason: e.Reason, RetryMS: e.Retry.Milliseconds()}
}

// statuses are those of refusals.
var statuses = map[fault.Kind]int{
	fault.NotFound:        http.StatusNotFound,
	fault.Unauthenticated: http.StatusUnauthorized,
	fault.Forbidden:       http.StatusForbidden,
	fault.RateLimited:     http.StatusTooManyRequests,
	fault.Malformed:       http.StatusBadRequest,
	fault.WrongMethod:     http.StatusMethodNotAllowed,
	fault.Conflict:        http.StatusConflict,
	fault.Gone:            http.StatusGone,
	fault.Stale:           http.StatusPreconditionFailed,
	fault.Unsupported:     http.StatusUnsupportedMediaType,
	fault.PaymentFailed:   http.StatusPaymentRequired,
	fault.TooLarge:        http.StatusRequestEntityTooLarge,
	fault.Invalid:         http.StatusUnprocessableEntity,
	fault.Unavailable:     http.StatusServiceUnavailable,
}

// status is that of a refusal; 500 for what is none.
func status(f *fault.Error) int { return cmp.Or(statuses[f.Kind], http.StatusInternalServerError) }

package apiv5

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// topicContent is what is kept of a message about an event: the object, and what its meta says of the event.
type topicContent struct {
	Object json.RawMessage `json:"object"`
	Event  topicEvent      `json:"event"`
}

// topicMeta is the messageMeta of messages about events.
type topicMeta struct {
	messageMeta

	Event topicEvent `json:"event" doc:"What happened"`
}

// topicEvent is what a message says of its event; the names are those of live messages.
type topicEvent struct {
	Type    string      `json:"type" doc:"What happened; docs/events.md lists it"`
	At      string      `json:"at" format:"date-time" doc:"When it happened"`
	FactID  string      `json:"fact_id" format:"uuid" doc:"The fact where it happened"`
	Object  string      `json:"object" doc:"What kind of object changed"`
	ID      string      `json:"id" format:"uuid" doc:"The object that changed"`
	Test    bool        `json:"test" doc:"A rehearsal: show it, count it nowhere"`
	Version int         `json:"v" doc:"The version of the shape of the event"`
	Detail  topicDetail `json:"detail" doc:"What the object does not say"`
}

// topicDetail is what an event says beyond its object. What it does not say is left out.
type topicDetail struct {
	From       string  `json:"from,omitempty" doc:"The state before"`
	To         string  `json:"to,omitempty" doc:"The state after"`
	ParentID   string  `json:"parent_id,omitempty" format:"uuid" doc:"What the object is a part of besides its fact"`
	DonationID string  `json:"donation_id,omitempty" format:"uuid" doc:"The donation that caused the change"`
	Change     *amount `json:"change,omitempty" doc:"By how much the amount of the object changed"`
	Amount     *amount `json:"amount,omitempty" doc:"What the total is measured against"`
	Total      *amount `json:"total,omitempty" doc:"The total afterwards"`
	Left       *int64  `json:"left,omitempty" doc:"How many of a limited reward are left"`
}

// topicData is what a message about an event says: the object as the receiver may read it now, which is null when it is gone. It is Gone if the
// receiver must not know of the event.
func (v *version) topicData(ctx context.Context, c app.WebhookContent) (topicContent, error) {
	object, err := v.topicObject(ctx, c)
	if err != nil {
		return topicContent{}, err
	}
	e := *c.Event
	made := topicContent{Object: object, Event: topicEvent{
		Type: string(e.Topic), At: micros(e.At), Object: string(e.Topic.Object()), ID: e.Subject.String(), Test: e.Test, Version: max(1, e.Version),
		Detail: topicDetail{From: e.Detail.From, To: e.Detail.To, ParentID: idText(e.Detail.Parent), DonationID: idText(e.Detail.Donation)},
	}}
	if c.Fact != nil {
		made.Event.FactID = c.Fact.ID.String()
		made.Event.Detail.amounts(e, c.Fact.Currency)
	} else {
		made.Event.FactID = e.Subject.String() // it was removed
	}
	return made, nil
}

func (v *version) topicObject(ctx context.Context, c app.WebhookContent) (json.RawMessage, error) {
	switch {
	case c.Gone:
		return nil, nil
	case c.Event.Test:
		return sampleOf(*c.Event), nil
	}
	object, shown, err := Live{v}.Object(ctx, c.Receiver, *c.Event)
	if err == nil && !shown {
		err = fault.New(fault.Gone, "Not sent: the application may not read it.")
	}
	return object, err
}

// sampleOf is the object of a test event; nil if it has none.
func sampleOf(e fund.Event) json.RawMessage {
	if !json.Valid(e.Detail.Sample) {
		return nil
	}
	return e.Detail.Sample
}

// amounts writes the amounts of an event, which are in the currency of its fact. What is 0 is left out.
func (d *topicDetail) amounts(e fund.Event, currency string) {
	written := func(minor int64) *amount {
		if minor == 0 {
			return nil
		}
		made := fixed(minor, currency)
		return &made
	}
	d.Change, d.Amount, d.Total = written(e.Amount), written(e.Detail.Amount), written(e.Detail.Total)
	if e.Topic == fund.TopicStockChanged || e.Topic == fund.TopicRewardRestocked {
		d.Left = &e.Detail.Left
	}
}

func idText(id fund.ID) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}

// topicMessage is the body of an attempt to send a message about an event.
func topicMessage(meta messageMeta, kept string) ([]byte, error) {
	var c topicContent
	if err := json.Unmarshal([]byte(kept), &c); err != nil {
		return nil, fmt.Errorf("webhook message: %w", err)
	}
	return message{Data: c.Object, Meta: topicMeta{meta, c.Event}}.text()
}

// rehearsedMessage is the data of a message of the original about the made-up donation of a test event.
func rehearsedMessage(c app.WebhookContent) (any, error) {
	var d donation
	if err := json.Unmarshal(sampleOf(*c.Event), &d); err != nil {
		return nil, fmt.Errorf("webhook message about a test event: %w", err)
	}
	d.CreatedAt = micros(c.Event.At)
	if !fund.PrivateWebhookType(c.EventType) {
		return d, nil
	}
	return privateDonation{donation: d}, nil
}

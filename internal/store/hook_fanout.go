package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

const (
	// webhooks is the name of the projection that makes deliveries of events.
	webhooks = "webhooks.1"
	// FanOutEvents is how many events are read for one transaction, and how many wait at most where nobody gets deliveries.
	FanOutEvents = 512
)

// FanOut makes deliveries of the next events of the log, as many as fit into a small transaction, and returns how many events it has
// read; 0 when it has caught up, nobody has an active endpoint, or another node is at work. Each event is delivered once to each subscription, on whatever node that is
// worked out, because the position moves in the same transaction. Endpoints that are not active get nothing. newID makes the id of a message.
func (s *Store) FanOut(ctx context.Context, now time.Time, newID func(time.Time) (fund.ID, error)) (done int, err error) {
	begin := func(ctx context.Context) error { return s.beginProjection(ctx, webhooks) }
	return s.follow(ctx, projection{webhooks, activeEndpoints, begin, func(ctx context.Context, events []fund.Event) (projected, error) {
		f := fanOut{now: now, newID: newID}
		if err := f.prepare(ctx, s.Queries, events); err != nil {
			return nil, err
		}
		return func(ctx context.Context, t *Tx) error { return s.dialect.run(ctx, t, f.rows()) }, nil
	}})
}

// activeEndpoints selects the endpoints that get deliveries.
const activeEndpoints = "SELECT 1 FROM webhook_endpoints WHERE activated_at IS NOT NULL AND deactivated_at IS NULL"

// FannedOut is the position of the log up to which deliveries were made; 0 before the first.
func (q Queries) FannedOut(ctx context.Context) (int64, error) {
	at, err := q.projected(ctx, webhooks, "")
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return at, err
}

// fanOut works out the deliveries of some events.
type fanOut struct {
	now   time.Time
	newID func(time.Time) (fund.ID, error)
	// subscriptions are those to any of the facts, by fact.
	subscriptions map[fund.ID][]subscribed
	// keys are the relay keys of the donations, by donation.
	keys map[fund.ID]*relayed
	made []fund.WebhookDelivery
	// fresh are the messages about facts that were made.
	fresh map[freshKey]bool
	// announced are the events that were announced in chats. imported are donations of the events that were recorded elsewhere before: they are no news.
	announced map[announcedKey]bool
	imported  map[fund.ID]bool
}

// subscribed is a subscription of an active endpoint.
type subscribed struct {
	fund.WebhookSubscription
	kind fund.Kind
	// chat is whether the endpoint is a chat, which is told less.
	chat bool
	// since is when the subscription was made or its endpoint activated, whichever is later: what happened before is not sent,
	// however late it is read.
	since time.Time
}

// relayed is a relay key whose relay sends to an active endpoint.
type relayed struct {
	key, relay, endpoint, fact fund.ID
	state                      fund.DonationState
	// said is what the last message was sent for; "" for none.
	said string
	// since is when the endpoint was activated.
	since time.Time
}

// freshKey identifies a message that stands for all changes until it is sent.
type freshKey struct {
	endpoint, source, fact fund.ID
	eventType              string
}

// sights are the kinds of messages that a subscription may have: what a chat says is public.
func (s subscribed) sights() []string {
	if s.chat {
		return []string{"public"}
	}
	return []string{"public", "private"}
}

// announcedKey identifies what a chat is told once, whatever ways lead to it.
type announcedKey struct {
	endpoint fund.ID
	position int64
}

func (f *fanOut) prepare(ctx context.Context, q Queries, events []fund.Event) error {
	f.fresh, f.announced = map[freshKey]bool{}, map[announcedKey]bool{}
	if err := f.read(ctx, q, events); err != nil {
		return err
	}
	if len(f.subscriptions)+len(f.keys) == 0 {
		return nil
	}
	if err := f.readImported(ctx, q, events); err != nil {
		return err
	}
	for _, e := range events {
		for _, c := range fund.WebhookChanges(e) {
			if err := f.subscribers(e, c); err != nil {
				return err
			}
		}
		if err := f.relay(e); err != nil {
			return err
		}
	}
	return nil
}

// read finds who is subscribed to what the events are about.
func (f *fanOut) read(ctx context.Context, q Queries, events []fund.Event) error {
	var facts, donations []fund.ID
	for _, e := range events {
		if changes := fund.WebhookChanges(e); len(changes) > 0 {
			facts = append(append(facts, e.Facts...), changes[0].Fact)
		}
		if e.Relayed() {
			donations = append(donations, e.Subject)
		}
	}
	f.subscriptions, f.keys = map[fund.ID][]subscribed{}, map[fund.ID]*relayed{}
	err := q.eachOf(ctx, `SELECT s.endpoint_id, s.fact_id, s.event_types, f.kind, e.options,
		CASE WHEN s.created_at > e.activated_at THEN s.created_at ELSE e.activated_at END FROM webhook_subscriptions s
		JOIN webhook_endpoints e ON e.id = s.endpoint_id JOIN facts f ON f.id = s.fact_id
		WHERE e.activated_at IS NOT NULL AND e.deactivated_at IS NULL AND s.fact_id IN `, facts, func(scan func(...any) error) error {
		var s subscribed
		var types string
		var o fund.WebhookOptions
		err := scan(&s.EndpointID, &s.FactID, &types, &s.kind, textJSON{&o}, instant{&s.since})
		s.EventTypes, s.chat = splitWords(types), o.Format.Chat()
		f.subscriptions[s.FactID] = append(f.subscriptions[s.FactID], s)
		return err
	})
	if err != nil {
		return fmt.Errorf("subscriptions to facts: %w", err)
	}
	err = q.eachOf(ctx, `SELECT k.id, k.donation_id, r.id, r.endpoint_id, d.fact_id, d.state, e.options, e.activated_at,
		COALESCE((SELECT p.payment_status FROM webhook_deliveries p WHERE p.relay_key_id = k.id ORDER BY p.id DESC LIMIT 1), '')
		FROM relay_keys k JOIN webhook_relays r ON r.id = k.relay_id JOIN webhook_endpoints e ON e.id = r.endpoint_id
		JOIN donations d ON d.id = k.donation_id
		WHERE e.activated_at IS NOT NULL AND e.deactivated_at IS NULL AND k.donation_id IN `, donations, func(scan func(...any) error) error {
		var donation fund.ID
		r := &relayed{}
		var o fund.WebhookOptions
		err := scan(&r.key, &donation, &r.relay, &r.endpoint, &r.fact, &r.state, textJSON{&o}, instant{&r.since}, &r.said)
		if !o.Format.Chat() {
			f.keys[donation] = r
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("relay keys of donations: %w", err)
	}
	return nil
}

// readImported finds the imported donations of the events, if a chat may be told of one.
func (f *fanOut) readImported(ctx context.Context, q Queries, events []fund.Event) error {
	f.imported = map[fund.ID]bool{}
	chats := false
	for _, all := range f.subscriptions {
		chats = chats || slices.ContainsFunc(all, func(s subscribed) bool { return s.chat })
	}
	if !chats {
		return nil
	}
	var donations []fund.ID
	for _, e := range events {
		if id := donationOf(e); !id.IsZero() {
			donations = append(donations, id)
		}
	}
	return q.eachOf(ctx, "SELECT id FROM donations WHERE origin = '"+string(fund.OriginImport)+"' AND id IN ", donations, func(scan func(...any) error) error {
		var id fund.ID
		err := scan(&id)
		f.imported[id] = true
		return err
	})
}

// donationOf is the donation that an event is about or that caused it; the zero id for none.
func donationOf(e fund.Event) fund.ID {
	if e.Topic.Object() == fund.ObjectDonation {
		return e.Subject
	}
	return e.Detail.Donation
}

// subscribers makes the deliveries of a change: direct ones of its fact, indirect ones of what stands above.
func (f *fanOut) subscribers(e fund.Event, c fund.WebhookChange) error {
	for _, s := range f.subscriptions[c.Fact] {
		if err := f.subscriber(e, c, s, ":direct:"); err != nil {
			return err
		}
	}
	for _, id := range c.Above {
		for _, s := range f.subscriptions[id] {
			if err := f.subscriber(e, c, s, ":indirect:"); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *fanOut) subscriber(e fund.Event, c fund.WebhookChange, s subscribed, way string) error {
	if e.At.Before(s.since) {
		return nil
	}
	for _, sight := range s.sights() {
		eventType := sight + way + c.Noun
		if !slices.Contains(s.EventTypes, eventType) || s.chat && !f.announce(e, c, s) {
			continue
		}
		d := fund.WebhookDelivery{
			EndpointID: s.EndpointID, EventType: eventType, SourceID: s.FactID, SourceType: string(s.kind),
			FactID: c.Fact, DonationID: c.Donation, Position: e.Position, Fresh: c.Noun == fund.WebhookFact,
		}
		if e.Test {
			d.SourceType = fund.WebhookSourceTest
		}
		if err := f.add(d); err != nil {
			return err
		}
	}
	return nil
}

// announce reports whether a chat is told of a change: once, whatever ways lead to it, and of nothing that came with an import. What is said is what
// everybody sees.
func (f *fanOut) announce(e fund.Event, c fund.WebhookChange, s subscribed) bool {
	key := announcedKey{s.EndpointID, e.Position}
	if !c.ToldInChats(e) || f.announced[key] || f.imported[donationOf(e)] {
		return false
	}
	f.announced[key] = true
	return true
}

// relay makes the delivery of an event to the relay that the donor came through, unless the last one said the same.
func (f *fanOut) relay(e fund.Event) error {
	r := f.keys[e.Subject]
	if r == nil || !e.Relayed() || e.At.Before(r.since) {
		return nil
	}
	status := r.state.RelayStatus()
	if e.Topic == fund.TopicDonationCompleted {
		status = fund.RelayCompleted // it may have been given back by now
	}
	if status == r.said || status == fund.RelayPending {
		return nil
	}
	r.said = status
	return f.add(fund.WebhookDelivery{
		EndpointID: r.endpoint, EventType: fund.WebhookRelayType, SourceID: r.relay, SourceType: fund.WebhookSourceRelay,
		FactID: r.fact, DonationID: e.Subject, RelayKeyID: r.key, PaymentStatus: status, Position: e.Position,
	})
}

// add adds a delivery that is due now.
func (f *fanOut) add(d fund.WebhookDelivery) (err error) {
	if d.Fresh {
		key := freshKey{d.EndpointID, d.SourceID, d.FactID, d.EventType}
		if f.fresh[key] {
			return nil
		}
		f.fresh[key] = true
	}
	d.Status, d.DueAt, d.CreatedAt = fund.WebhookWaiting, f.now, f.now
	d.ID, err = f.newID(f.now)
	f.made = append(f.made, d)
	return err
}

// rows inserts the deliveries. A message about a fact that was not sent yet stands for this change, too.
func (f *fanOut) rows() batchStatement {
	s := batchStatement{insert: "webhook_deliveries", merge: "ON CONFLICT (endpoint_id, source_id, fact_id, event_type) WHERE fresh DO NOTHING"}.
		expecting(len(f.made))
	for i := range f.made {
		s.add(deliveryRow(&f.made[i]))
	}
	return s
}

package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

// subscribe subscribes a new endpoint of the application to the fact.
func (w *world) subscribe(of fund.Application, fact fund.ID, types ...string) fund.WebhookEndpoint {
	w.tb.Helper()
	e := w.endpoint(of)
	w.write(func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertSubscription(ctx, fund.WebhookSubscription{
			ID: w.id(), EndpointID: e.ID, FactID: fact, EventTypes: types, CreatedAt: w.at(), UpdatedAt: w.at(),
		})
	})
	return e
}

// fanOut makes the deliveries of all events.
func (w *world) fanOut(now time.Time) {
	w.tb.Helper()
	for {
		done, err := w.s.FanOut(w.tb.Context(), now, func(time.Time) (fund.ID, error) { return w.id(), nil })
		if err != nil {
			w.tb.Fatal(err)
		}
		if done == 0 {
			return
		}
	}
}

func (w *world) deliveries(e fund.WebhookEndpoint) []fund.WebhookDelivery {
	w.tb.Helper()
	return must.Get(w.s.ListDeliveries(w.tb.Context(), e.ID, "", fund.Page{Limit: 99, Order: fund.OldestFirst}))(w.tb)
}

// typesOf are the event types of deliveries, with the facts that they are about.
func typesOf(all []fund.WebhookDelivery, names map[fund.ID]string) []string {
	var types []string
	for _, d := range all {
		types = append(types, names[d.FactID]+" "+d.EventType)
	}
	return types
}

// testFanOutToNobody skips events only while no endpoint is active, and only many at once.
func testFanOutToNobody(t *testing.T, w *world) {
	at := func() int64 { return must.Get(w.s.FannedOut(t.Context()))(t) }
	last := func() int64 { return must.Get(w.s.LastPosition(t.Context()))(t) }
	run := w.campaign(w.cause("cause"), w.user("ann"), "run")
	app := w.application("one")
	e := w.endpoint(app)
	e.DeactivatedAt = w.at()
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UpdateEndpoint(ctx, e) })
	w.fanOut(start)
	begun := at()
	w.appendAt(store.FanOutEvents-1-int(last()-begun), start)
	w.fanOut(start)
	same(t, "one event short of many", at(), begun)
	w.appendAt(1, start)
	w.fanOut(start)
	same(t, "many", at(), last())
	w.appendAt(store.FanOutEvents, start)
	on := w.subscribe(app, run.ID, fund.WebhookEventTypes()...)
	w.give(run, 500)
	w.fanOut(start)
	same(t, "many, and somebody who gets deliveries", at(), last())
	same(t, "deliveries of somebody who came late", len(w.deliveries(on)), 4)
}

func testFanOut(t *testing.T, w *world) {
	cause, ann := w.cause("cause"), w.user("ann")
	run := w.campaign(cause, ann, "run")
	names := map[fund.ID]string{cause.ID: "cause", run.ID: "run"}
	one := w.application("one")
	all := fund.WebhookEventTypes()
	onRun, onCause, off := w.subscribe(one, run.ID, all...), w.subscribe(one, cause.ID, all...), w.subscribe(one, run.ID, all...)
	off.DeactivatedAt = w.at()
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UpdateEndpoint(ctx, off) })
	w.fanOut(start)
	same(t, "nothing happened", w.deliveries(onRun), []fund.WebhookDelivery(nil))

	d := w.give(run, 500).ID
	w.fanOut(start)
	same(t, "of the campaign", typesOf(w.deliveries(onRun), names), []string{
		"run public:direct:donation_updated", "run private:direct:donation_updated", "run public:direct:fact_updated", "run private:direct:fact_updated",
	})
	same(t, "of the cause", typesOf(w.deliveries(onCause), names), []string{
		"run public:indirect:donation_updated", "run private:indirect:donation_updated", "run public:indirect:fact_updated",
		"run private:indirect:fact_updated", "cause public:direct:fact_updated", "cause private:direct:fact_updated",
	})
	same(t, "of who is off", w.deliveries(off), []fund.WebhookDelivery(nil))
	got := w.deliveries(onCause)[0]
	want := fund.WebhookDelivery{
		ID: got.ID, EndpointID: onCause.ID, EventType: "public:indirect:donation_updated", SourceID: cause.ID, SourceType: "cause", FactID: run.ID,
		DonationID: d, Position: got.Position, Status: fund.WebhookWaiting, DueAt: start, CreatedAt: start,
	}
	same(t, "delivery", got, want)

	// What was not sent yet stands for the next change, too; what is being sent does not.
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.BeginDelivery(ctx, w.deliveries(onRun)[2].ID) })
	w.give(run, 700)
	w.fanOut(start)
	same(t, "after another donation", typesOf(w.deliveries(onRun)[4:], names), []string{
		"run public:direct:donation_updated", "run private:direct:donation_updated", "run public:direct:fact_updated",
	})
}

// testChatFanOut has a chat that is told of a donation once, of its screening, and of nothing that was imported; it finds what it was last told.
func testChatFanOut(t *testing.T, w *world) {
	ctx := t.Context()
	cause := w.cause("cause")
	run := w.campaign(cause, w.user("ann"), "run")
	e := w.subscribe(w.application("one"), run.ID, fund.ChatTypes()...)
	e.Options.Format = fund.FormatDiscord
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UpdateEndpoint(ctx, e) })
	w.fanOut(start)
	past := w.give(run, 500, func(c *store.Completion) { c.Donation.Origin = fund.OriginImport })
	d := w.give(run, 500)
	w.write(func(_ context.Context, tx *store.Tx) error {
		for _, event := range []fund.Event{
			{Topic: fund.TopicDonationScreened, Subject: d.ID},
			{Topic: fund.TopicMilestoneReached, Subject: w.id(), Detail: fund.Detail{Donation: past.ID}},
			{Topic: fund.TopicTargetMet, Subject: w.id(), Detail: fund.Detail{Donation: d.ID}},
			{Topic: fund.TopicTargetChanged, Subject: w.id()},
		} {
			event.Facts, event.At = []fund.ID{run.ID, cause.ID}, w.at()
			tx.Append(event)
		}
		return nil
	})
	w.fanOut(start)
	made := w.deliveries(e)
	same(t, "told", typesOf(made, map[fund.ID]string{run.ID: "run"}), []string{
		"run public:direct:donation_updated", "run public:direct:donation_updated", "run public:direct:target.met",
	})
	last := func(but fund.ID) fund.ID {
		t.Helper()
		return must.Get(w.s.LastAnnounced(ctx, e.ID, d.ID, but))(t).ID
	}
	same(t, "before it was sent", last(fund.ID{}), fund.ID{})
	for _, one := range made[:2] {
		to := one
		to.Status, to.DueAt, to.SentAs, to.Changes = fund.WebhookDelivered, time.Time{}, "12", "7"
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.MoveDelivery(ctx, one, to, nil) })
		same(t, "stored", must.Get(w.s.GetDelivery(ctx, e.ID, one.ID))(t), to)
	}
	same(t, "the last", last(fund.ID{}), made[1].ID)
	same(t, "the one before", last(made[1].ID), made[0].ID)
}

func testRelayFanOut(t *testing.T, w *world) {
	cause, one := w.cause("cause"), w.application("one")
	run := w.campaign(cause, w.user("ann"), "run")
	e := w.endpoint(one)
	relay := fund.WebhookRelay{ID: w.id(), ApplicationID: one.ID, EndpointID: e.ID, Name: "relay", CreatedAt: w.at(), UpdatedAt: w.at()}
	key := fund.RelayKey{ID: w.id(), RelayID: relay.ID, Key: "a", ClientKey: "a", CreatedAt: w.at(), UpdatedAt: w.at()}
	w.write(func(ctx context.Context, tx *store.Tx) error {
		if err := tx.InsertRelay(ctx, relay); err != nil {
			return err
		}
		return tx.InsertRelayKey(ctx, key)
	})
	d := w.give(run, 500, func(c *store.Completion) { c.RelayKey = key.ID })
	announce := func(topic fund.Topic) {
		w.write(func(_ context.Context, tx *store.Tx) error {
			tx.Append(fund.Event{Topic: topic, Subject: d.ID, Facts: []fund.ID{run.ID, cause.ID}, At: w.at()})
			return nil
		})
		w.fanOut(start)
	}
	statuses := func() (all []string) {
		for _, d := range w.deliveries(e) {
			all = append(all, d.PaymentStatus)
		}
		return all
	}
	w.fanOut(start)
	got := w.deliveries(e)[0]
	same(t, "delivery", got, fund.WebhookDelivery{
		ID: got.ID, EndpointID: e.ID, EventType: fund.WebhookRelayType, SourceID: relay.ID, SourceType: fund.WebhookSourceRelay, FactID: run.ID,
		DonationID: d.ID, RelayKeyID: key.ID, PaymentStatus: "completed", Position: got.Position, Status: fund.WebhookWaiting, DueAt: start, CreatedAt: start,
	})
	announce(fund.TopicDonationScreened)
	announce(fund.TopicDonationDisputed)
	announce(fund.TopicDonationRestored)
	same(t, "while the money stays", statuses(), []string{"completed"})
	must.Get(w.refund(d, 500))(t)
	w.fanOut(start)
	announce(fund.TopicDonationRefunded)
	same(t, "after it went back", statuses(), []string{"completed", "cancelled"})
}

func testDeliveries(t *testing.T, w *world) {
	ctx := t.Context()
	e, other := w.endpoint(w.application("one")), w.endpoint(w.application("two"))
	fact, calm := w.id(), w.id()
	insert := func(of fund.WebhookEndpoint, about fund.ID, due time.Time) fund.WebhookDelivery {
		d := fund.WebhookDelivery{
			ID: w.id(), EndpointID: of.ID, EventType: "public:direct:fact_updated", SourceID: about, SourceType: "campaign", FactID: about,
			Position: int64(w.made), Status: fund.WebhookWaiting, DueAt: due, Fresh: true, CreatedAt: w.at(),
		}
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertDelivery(ctx, d) })
		return d
	}
	now := start.Add(time.Hour)
	first := insert(e, fact, now.Add(time.Minute))
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.BeginDelivery(ctx, first.ID) })
	first.Fresh = false
	second, third := insert(e, fact, now), insert(e, calm, start)
	insert(other, fact, start)
	due := func(q store.DueDeliveries) []fund.WebhookDelivery {
		q.Endpoint, q.Now = e.ID, now
		return must.Get(w.s.DueDeliveries(ctx, q))(t)
	}
	same(t, "due", due(store.DueDeliveries{Limit: 9}), []fund.WebhookDelivery{third, second})
	same(t, "the first", due(store.DueDeliveries{Limit: 1}), []fund.WebhookDelivery{third})
	same(t, "in order", due(store.DueDeliveries{Limit: 9, InOrder: true}), []fund.WebhookDelivery{third})
	same(t, "endpoints", must.Get(w.s.DueWork(ctx, fund.WorkDelivery, now, 9))(t), []fund.ID{e.ID, other.ID})
	same(t, "waiting", must.Get(w.s.CountWaiting(ctx))(t), 4)

	sent := third
	sent.Status, sent.Attempts, sent.DueAt, sent.Data, sent.GeneratedAt, sent.DeliveredAt, sent.Fresh = fund.WebhookDelivered, 1, time.Time{}, odd, now, now, false
	attempt := fund.WebhookAttempt{
		DeliveryID: third.ID, Number: 1, At: now, Duration: 1234 * time.Microsecond, Status: 204, Headers: map[string]string{"A": odd}, Answer: odd,
	}
	move := func(ctx context.Context, tx *store.Tx) error { return tx.MoveDelivery(ctx, third, sent, &attempt) }
	w.write(move)
	w.refused(fault.Stale, move)
	same(t, "sent", must.Get(w.s.GetDelivery(ctx, e.ID, third.ID))(t), sent)
	same(t, "attempts", must.Get(w.s.ListAttempts(ctx, third.ID))(t), []fund.WebhookAttempt{attempt})
	missing[fund.WebhookDelivery](t, "of another endpoint")(w.s.GetDelivery(ctx, other.ID, third.ID))
	same(t, "waiting ones", must.Get(w.s.ListDeliveries(ctx, e.ID, fund.WebhookWaiting, fund.Page{Limit: 9}))(t), []fund.WebhookDelivery{second, first})

	w.write(func(ctx context.Context, tx *store.Tx) error {
		n, err := tx.StopDeliveries(ctx, e.ID, 9)
		same(t, "stopped", n, int64(2))
		return err
	})
	same(t, "nothing waits", due(store.DueDeliveries{Limit: 9}), []fund.WebhookDelivery(nil))
	resend := func(r store.Resend) (n int) {
		r.Endpoint, r.Until, r.Now = e.ID, now, now
		w.write(func(ctx context.Context, tx *store.Tx) (err error) {
			n, _, err = tx.ResendDeliveries(ctx, r)
			return err
		})
		return n
	}
	same(t, "resent one", resend(store.Resend{Limit: 1}), 1)
	same(t, "resent since", resend(store.Resend{Limit: 9, Since: third.CreatedAt}), 0)
	same(t, "resent the rest", resend(store.Resend{Limit: 9}), 1)
	same(t, "resent what was delivered", resend(store.Resend{Limit: 9, All: true}), 1)
	var again []fund.ID
	for _, d := range due(store.DueDeliveries{Limit: 9}) {
		again = append(again, d.ID)
		same(t, "the schedule begins", d.Begun(), now)
	}
	same(t, "all wait again", again, []fund.ID{first.ID, second.ID, third.ID})

	same(t, "pruned before", must.Get(w.s.PruneDeliveries(ctx, time.UnixMilli(0)))(t), int64(0))
	same(t, "pruned", must.Get(w.s.PruneDeliveries(ctx, time.Now().AddDate(99, 0, 0)))(t), int64(4))
	same(t, "no attempts", must.Get(w.s.ListAttempts(ctx, third.ID))(t), []fund.WebhookAttempt(nil))
}

// testDeliveriesInOrder has deliveries about several facts wait, and some about none, as test messages are.
func testDeliveriesInOrder(t *testing.T, w *world) {
	e, other := w.endpoint(w.application("one")), w.endpoint(w.application("two"))
	made := 0
	insert := func(of fund.WebhookEndpoint, about fund.ID, due time.Time) fund.ID {
		made++
		d := fund.WebhookDelivery{
			ID: w.id(), EndpointID: of.ID, EventType: "public:direct:donation_updated", SourceID: about, SourceType: "campaign", FactID: about,
			Position: int64(made), Status: fund.WebhookWaiting, DueAt: due, CreatedAt: w.at(),
		}
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertDelivery(ctx, d) })
		return d.ID
	}
	now := start.Add(time.Hour)
	busy, late, calm := w.id(), w.id(), w.id()
	insert(other, busy, start)
	insert(e, late, now.Add(time.Second))
	var want []fund.ID
	for n, fact := range []fund.ID{busy, calm, {}, {}} {
		want = append(want, insert(e, fact, start.Add(time.Duration(n)*time.Second)))
	}
	for _, fact := range []fund.ID{busy, busy, late, calm} {
		insert(e, fact, start)
	}
	var got []fund.ID
	for _, d := range must.Get(w.s.DueDeliveries(t.Context(), store.DueDeliveries{Endpoint: e.ID, Now: now, Limit: 9, InOrder: true}))(t) {
		got = append(got, d.ID)
	}
	same(t, "the first about each fact, and all about none", got, want)
}

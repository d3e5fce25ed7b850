package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/apiv5"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/live"
	"github.com/almoner/almoner/internal/must"
)

// receiver is the other end of webhooks: it keeps every request, and answers as it is told.
type receiver struct {
	mu     sync.Mutex
	got    []app.WebhookRequest
	answer func(app.WebhookRequest) app.WebhookAnswer
}

// Send takes one request.
func (r *receiver) Send(_ context.Context, q app.WebhookRequest) app.WebhookAnswer {
	r.mu.Lock()
	r.got = append(r.got, q)
	answer := r.answer
	r.mu.Unlock()
	return answer(q)
}

// take returns the requests since the last call.
func (r *receiver) take() []app.WebhookRequest {
	r.mu.Lock()
	defer r.mu.Unlock()
	got := r.got
	r.got = nil
	return got
}

func answering(status int) func(app.WebhookRequest) app.WebhookAnswer {
	return func(app.WebhookRequest) app.WebhookAnswer { return app.WebhookAnswer{Status: status, Body: "Thanks."} }
}

// sent is a message as its receiver reads it.
type sent struct {
	Data map[string]any
	Meta map[string]any
}

func readSent(t *testing.T, q app.WebhookRequest) sent {
	t.Helper()
	var s sent
	must.Do(t, json.Unmarshal(q.Body, &s))
	return s
}

// hookWorld is a world that sends webhooks, with an application of the campaign's owner and an endpoint of it.
type hookWorld struct {
	*world
	*receiver
	program app.Actor
	to      fund.WebhookEndpoint
}

func newHookWorld(t *testing.T, scopes ...string) *hookWorld {
	t.Helper()
	return hooksOf(t, newWorld(t), scopes...)
}

func hooksOf(t *testing.T, in *world, scopes ...string) *hookWorld {
	t.Helper()
	w := &hookWorld{world: in, receiver: &receiver{answer: answering(200)}}
	w.Restart(func(o *app.Options) {
		o.Webhooks = app.Webhooks{Sender: w.receiver, Encoder: apiv5.Messages{BaseURL: "https://almoner.test"}, Announcer: live.Announcer{}}
	})
	w.program = w.programOf(t.Context(), t, w.owner.User, append(scopes, fund.ScopeWebhooksRead, fund.ScopeWebhooksWrite)...)
	w.to = w.endpoint(t.Context(), t, w.program)
	return w
}

func (w *hookWorld) subscribe(t *testing.T, e fund.WebhookEndpoint, fact fund.ID, types ...string) {
	t.Helper()
	_, err := w.PutSubscription(t.Context(), w.program, app.SubscriptionKey{Endpoint: byID(e.ID), Fact: byID(fact)}, fund.SubscriptionPatch{EventTypes: types})
	must.Do(t, err)
}

// deliver makes every attempt that is due, and returns the requests.
func (w *hookWorld) deliver(t *testing.T) []app.WebhookRequest {
	t.Helper()
	for {
		if done := must.Get(w.FanOut(t.Context()))(t); done == 0 {
			break
		}
	}
	w.DoDue(t.Context(), fund.WorkDelivery)
	return w.take()
}

func (w *hookWorld) give(t *testing.T, in fund.DonationInput) fund.Donation {
	t.Helper()
	in.Fact, in.Amount = byID(w.campaign.ID), "12.50"
	return must.Get(w.DonateAt(t.Context(), app.System(), in, time.Time{}))(t)
}

func (w *hookWorld) logged(t *testing.T, e fund.WebhookEndpoint) []fund.WebhookDelivery {
	t.Helper()
	return must.Get(w.Store.ListDeliveries(t.Context(), e.ID, "", fund.Page{Limit: 99, Order: fund.OldestFirst}))(t)
}

func TestADonationIsDelivered(t *testing.T) {
	t.Parallel()
	w := newHookWorld(t)
	w.subscribe(t, w.to, w.campaign.ID, "public:direct:donation_updated", "public:direct:fact_updated")
	d := w.give(t, fund.DonationInput{Name: "Ada", Comment: "Go!", Email: "ada@example.org"})
	got := w.deliver(t)
	if len(got) != 2 {
		t.Fatalf("got %d requests, want one for the donation and one for the campaign", len(got))
	}
	for _, q := range got {
		s := readSent(t, q)
		switch s.Meta["event_type"] {
		case "public:direct:donation_updated":
			if s.Data["id"] != d.ID.String() || s.Data["donor_name"] != "Ada" || strings.Contains(string(q.Body), "ada@example.org") {
				t.Errorf("got %s, want the public donation", q.Body)
			}
		case "public:direct:fact_updated":
			if s.Data["id"] != w.campaign.ID.String() || s.Data["amount_raised"].(map[string]any)["value"] != "12.50" {
				t.Errorf("got %s, want the campaign with its total", q.Body)
			}
		default:
			t.Errorf("got %s", q.Body)
		}
		at := w.Now().Format("2006-01-02T15:04:05.000000Z")
		if s.Meta["attempted_at"] != at || !q.At.Equal(w.Now()) || s.Meta["id"] != q.ID.String() ||
			s.Meta["subscription_source_id"] != w.campaign.ID.String() || s.Meta["subscription_source_type"] != "campaign" {
			t.Errorf("got meta %v at %s, want the present instant, the message and the campaign", s.Meta, q.At)
		}
	}
	for _, one := range w.logged(t, w.to) {
		if one.Status != fund.WebhookDelivered || one.Attempts != 1 || !one.DueAt.IsZero() || one.Data == "" {
			t.Errorf("got %+v, want it delivered", one)
		}
		attempts := must.Get(w.Store.ListAttempts(t.Context(), one.ID))(t)
		if len(attempts) != 1 || attempts[0].Status != 200 || attempts[0].Answer != "Thanks." {
			t.Errorf("got attempts %+v, want one that was answered", attempts)
		}
	}
	if again := w.deliver(t); len(again) > 0 {
		t.Errorf("got %d requests again, want none", len(again))
	}
}

// TestTheRetrySchedule has a receiver that never takes a message, and another one that waits behind it.
func TestTheRetrySchedule(t *testing.T) {
	t.Parallel()
	w, ctx := newHookWorld(t), t.Context()
	w.answer = answering(503)
	w.subscribe(t, w.to, w.campaign.ID, "public:direct:donation_updated")
	w.give(t, fund.DonationInput{})
	start, totals := w.Now(), []int{0, 2, 6, 14, 30, 62, 126, 254, 510, 1022, 1922, 2822, 3722}
	var first app.WebhookRequest
	for i, total := range totals {
		at := start.Add(time.Duration(total) * time.Second)
		if i > 0 {
			w.Clock.Advance(at.Add(-time.Microsecond).Sub(w.Now()))
			if early := w.deliver(t); len(early) > 0 {
				t.Fatalf("retry %d: got it before its time", i)
			}
		}
		w.Clock.Advance(at.Sub(w.Now()))
		last := i == len(totals)-1
		if last {
			w.give(t, fund.DonationInput{}) // which waits when the endpoint is deactivated
		}
		got := w.deliver(t)
		got = slices.DeleteFunc(got, func(q app.WebhookRequest) bool { return last && q.ID != first.ID })
		if len(got) != 1 {
			t.Fatalf("attempt %d at %d s: got %d requests, want one", i, total, len(got))
		}
		if i == 0 {
			first = got[0]
		}
		s, before := readSent(t, got[0]), readSent(t, first)
		if got[0].ID != first.ID || s.Meta["generated_at"] != before.Meta["generated_at"] || fmt.Sprint(s.Data) != fmt.Sprint(before.Data) {
			t.Errorf("attempt %d: got %s, want the same message as %s", i, got[0].Body, first.Body)
		}
		e := must.Get(w.Store.GetEndpoint(ctx, w.to.ID))(t)
		if e.Active() == last {
			t.Errorf("attempt %d: got active %v, want it deactivated after the last retry only", i, e.Active())
		}
	}
	w.deliver(t)
	var states []fund.WebhookStatus
	for _, d := range w.logged(t, w.to) {
		states = append(states, d.Status)
	}
	if fmt.Sprint(states) != "[failed stopped]" {
		t.Errorf("got %v, want the first failed and the other stopped", states)
	}
	if got := w.mails(t); fmt.Sprint(got) != "[webhook_failing webhook_deactivated]" {
		t.Errorf("got mails %v, want a warning and the end", got)
	}
	w.give(t, fund.DonationInput{})
	if got := w.deliver(t); len(got) > 0 || len(w.logged(t, w.to)) != 2 {
		t.Errorf("got %d requests, want nothing for an endpoint that is not active", len(got))
	}
	w.Clock.Advance(time.Second) // what was before an activation is known by its time
	must.Get(w.ActivateEndpoint(ctx, w.program, byID(w.to.ID)))(t)
	w.give(t, fund.DonationInput{})
	if got := w.deliver(t); len(got) != 1 {
		t.Errorf("got %d requests after the activation, want the new one", len(got))
	}
}

// mails are the kinds of mails that wait for the owner.
func (w *hookWorld) mails(t *testing.T) (kinds []fund.MailKind) {
	t.Helper()
	ids := must.Get(w.Store.DueWork(t.Context(), fund.WorkMail, w.Now(), 99))(t)
	for _, id := range ids {
		m := must.Get(w.Store.GetMail(t.Context(), id))(t)
		if m.About == w.to.ID && strings.EqualFold(m.Recipient, "owner@example.org") {
			kinds = append(kinds, m.Kind)
		}
	}
	return kinds
}

// TestPrivateMessagesSayWhatTheReceiverMayRead has the mail address only for applications that could read it.
func TestPrivateMessagesSayWhatTheReceiverMayRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		scopes []string
		cause  bool
		email  any
	}{
		"webhooks alone":               {nil, false, nil},
		"the owner's, who reads":       {[]string{fund.ScopeDonationsRead}, false, nil},
		"a cause's, without the scope": {[]string{fund.ScopeCause}, true, nil},
		"a cause's":                    {[]string{fund.ScopeCause, fund.ScopeDonationsRead}, true, "ada@example.org"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newHookWorld(t, c.scopes...)
			if c.cause {
				must.Do(t, w.SetCauseRole(t.Context(), app.System(), app.CauseMembership{Cause: w.cause.ID, User: w.owner.User, Role: fund.CauseFinance}))
			}
			w.subscribe(t, w.to, w.campaign.ID, "private:direct:donation_updated")
			w.give(t, fund.DonationInput{Name: "Ada", Anonymous: true, Email: "ada@example.org"})
			got := w.deliver(t)
			if len(got) != 1 {
				t.Fatalf("got %d requests, want one", len(got))
			}
			s := readSent(t, got[0])
			if email, has := s.Data["email"]; !has || email != c.email || s.Data["donor_name"] != "Anonymous" {
				t.Errorf("got %s, want the address %v", got[0].Body, c.email)
			}
		})
	}
}

// TestWhoMayNotReadAnyMoreGetsNothing ends rights between the event and the first attempt.
func TestWhoMayNotReadAnyMoreGetsNothing(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(context.Context, *hookWorld) error{
		"subscription": func(ctx context.Context, w *hookWorld) error {
			_, err := w.DeleteSubscription(ctx, w.program, app.SubscriptionKey{Endpoint: byID(w.to.ID), Fact: byID(w.campaign.ID)})
			return err
		},
		"application": func(ctx context.Context, w *hookWorld) error {
			return w.DisableApplication(ctx, app.System(), w.program.Application)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newHookWorld(t)
			w.subscribe(t, w.to, w.campaign.ID, "public:direct:donation_updated")
			w.give(t, fund.DonationInput{})
			must.Get(w.FanOut(t.Context()))(t)
			must.Do(t, end(t.Context(), w))
			if got := w.deliver(t); len(got) > 0 {
				t.Errorf("got %s, want nothing sent", got[0].Body)
			}
			if all := w.logged(t, w.to); len(all) != 1 || all[0].Status != fund.WebhookWithheld || !strings.HasPrefix(all[0].Problem, "Not sent: ") {
				t.Errorf("got %+v, want it withheld", all)
			}
		})
	}
}

// TestASubscriptionBeginsWhereItIsMade makes a subscription, and activates an endpoint, while what happened before was not read yet.
func TestASubscriptionBeginsWhereItIsMade(t *testing.T) {
	t.Parallel()
	w := newHookWorld(t)
	w.give(t, fund.DonationInput{})
	w.Clock.Advance(time.Second)
	w.subscribe(t, w.to, w.campaign.ID, "public:direct:donation_updated")
	w.Clock.Advance(time.Second)
	second := w.give(t, fund.DonationInput{})
	if got := w.deliver(t); len(got) != 1 || readSent(t, got[0]).Data["id"] != second.ID.String() {
		t.Errorf("got %d messages, want the one of what happened since the subscription", len(got))
	}
	must.Get(w.UpdateEndpoint(t.Context(), w.program, byID(w.to.ID), fund.WebhookEndpointPatch{Active: fund.Some(false)}))(t)
	w.give(t, fund.DonationInput{})
	w.Clock.Advance(time.Second)
	must.Get(w.ActivateEndpoint(t.Context(), w.program, byID(w.to.ID)))(t)
	w.Clock.Advance(time.Second)
	third := w.give(t, fund.DonationInput{})
	if got := w.deliver(t); len(got) != 1 || readSent(t, got[0]).Data["id"] != third.ID.String() {
		t.Errorf("got %d messages, want the one of what happened since the activation", len(got))
	}
}

// TestAScreenedDonationIsSentAgain hides what was delivered.
func TestAScreenedDonationIsSentAgain(t *testing.T) {
	t.Parallel()
	w := newHookWorld(t)
	w.subscribe(t, w.to, w.campaign.ID, "public:direct:donation_updated")
	d := w.give(t, fund.DonationInput{Name: "Ada", Comment: "Go!"})
	w.deliver(t)
	must.Get(w.ScreenDonation(t.Context(), app.System(), byID(d.ID), fund.ScreeningHidden))(t)
	got := w.deliver(t)
	if len(got) != 1 {
		t.Fatalf("got %d requests, want one", len(got))
	}
	if s := readSent(t, got[0]); s.Data["id"] != d.ID.String() || s.Data["donor_name"] != "Anonymous" || s.Data["donor_comment"] != nil {
		t.Errorf("got %s, want it as Anonymous", got[0].Body)
	}
}

// TestASlowEndpointDelaysNoOther has one that does not answer while another gets everything.
func TestASlowEndpointDelaysNoOther(t *testing.T) {
	t.Parallel()
	w := newHookWorld(t)
	slow := w.endpoint(t.Context(), t, w.program)
	const donations = 20
	answered, release := make(chan struct{}, donations), make(chan struct{})
	w.answer = func(q app.WebhookRequest) app.WebhookAnswer {
		if q.Endpoint.ID == slow.ID {
			<-release
		} else {
			answered <- struct{}{}
		}
		return app.WebhookAnswer{Status: 200}
	}
	for _, e := range []fund.WebhookEndpoint{slow, w.to} {
		w.subscribe(t, e, w.campaign.ID, "public:direct:donation_updated")
	}
	for range donations {
		w.give(t, fund.DonationInput{})
	}
	go func() {
		for range donations {
			<-answered
		}
		close(release)
	}()
	if got := w.deliver(t); len(got) != 2*donations {
		t.Errorf("got %d requests, want all", len(got))
	}
}

// TestOrderedMessagesWaitForEachOther fails the first of three messages about the campaign.
func TestOrderedMessagesWaitForEachOther(t *testing.T) {
	t.Parallel()
	w, ctx := newHookWorld(t), t.Context()
	must.Get(w.UpdateEndpoint(ctx, w.program, byID(w.to.ID), fund.WebhookEndpointPatch{Ordered: fund.Some(true)}))(t)
	w.subscribe(t, w.to, w.campaign.ID, "public:direct:donation_updated")
	w.answer = answering(500)
	var want []string
	for range 3 {
		want = append(want, w.give(t, fund.DonationInput{}).ID.String())
	}
	if got := w.deliver(t); len(got) != 1 || readSent(t, got[0]).Data["id"] != want[0] {
		t.Fatalf("got %d requests, want the first message alone", len(got))
	}
	w.answer = answering(200)
	w.Clock.Advance(2 * time.Second)
	var order []string
	for _, q := range w.deliver(t) {
		order = append(order, readSent(t, q).Data["id"].(string))
	}
	if fmt.Sprint(order) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", order, want)
	}
}

// TestARotationOverlapsWhereThatIsWanted follows the keys through the 24 hours.
func TestARotationOverlapsWhereThatIsWanted(t *testing.T) {
	t.Parallel()
	for _, overlap := range []bool{false, true} {
		w, ctx := newHookWorld(t), t.Context()
		must.Get(w.UpdateEndpoint(ctx, app.System(), byID(w.to.ID), fund.WebhookEndpointPatch{Standard: fund.Some(true), Overlap: fund.Some(overlap)}))(t)
		w.subscribe(t, w.to, w.campaign.ID, "public:direct:donation_updated")
		fresh := must.Get(w.RotateSigningKey(ctx, app.System(), byID(w.to.ID)))(t).SigningKey
		keys := func() string {
			t.Helper()
			w.give(t, fund.DonationInput{})
			got := w.deliver(t)
			if len(got) != 1 {
				t.Fatalf("got %d requests, want one", len(got))
			}
			return fmt.Sprint(got[0].Endpoint.SigningKeys(got[0].At))
		}
		both, one := fmt.Sprint([]string{fresh, w.to.SigningKey}), fmt.Sprint([]string{fresh})
		want := one
		if overlap {
			want = both
		}
		if got := keys(); got != want {
			t.Errorf("overlap %v: got %s, want %s", overlap, got, want)
		}
		w.Clock.Advance(fund.KeyOverlap - time.Second)
		if got := keys(); got != want {
			t.Errorf("overlap %v, at the end: got %s, want %s", overlap, got, want)
		}
		w.Clock.Advance(time.Second)
		if got := keys(); got != one {
			t.Errorf("overlap %v, after it: got %s, want %s", overlap, got, one)
		}
		older := must.Get(w.RotateSigningKey(ctx, app.System(), byID(w.to.ID)))(t)
		must.Get(w.UpdateEndpoint(ctx, app.System(), byID(w.to.ID), fund.WebhookEndpointPatch{Overlap: fund.Some(false)}))(t)
		if got := keys(); got != fmt.Sprint([]string{older.SigningKey}) {
			t.Errorf("overlap %v, ended: got %s, want the new key alone", overlap, got)
		}
	}
}

// TestARelayReportsItsDonation has the metadata and the state of the payment, and no mail address.
func TestARelayReportsItsDonation(t *testing.T) {
	t.Parallel()
	w, ctx := newHookWorld(t), t.Context()
	relay := must.Get(w.CreateRelay(ctx, w.program, fund.WebhookRelayPatch{Name: fund.Some("Relay"), Endpoint: fund.Some(byID(w.to.ID))}))(t)
	metadata := `{"order": 7}`
	key := must.Get(w.CreateRelayKey(ctx, w.program, byID(relay.ID), fund.RelayKeyInput{Key: "order-7", Metadata: &metadata}))(t)
	d := w.give(t, fund.DonationInput{Name: "Ada", Email: "ada@example.org", RelayClientKey: key.ClientKey})
	got := w.deliver(t)
	if len(got) != 1 {
		t.Fatalf("got %d requests, want one", len(got))
	}
	s := readSent(t, got[0])
	if s.Data["id"] != d.ID.String() || s.Data["payment_status"] != "completed" || s.Meta["event_type"] != "private:relay:donation_updated" ||
		s.Meta["relay_key_id"] != "order-7" || s.Meta["relay_key_metadata"] != metadata || strings.Contains(string(got[0].Body), "ada@example.org") {
		t.Errorf("got %s, want the donation of the key without the address", got[0].Body)
	}
}

// TestAMissingScopeIsNamed has an owner who manages a fact of a cause, with an application that may not act for causes.
func TestAMissingScopeIsNamed(t *testing.T) {
	t.Parallel()
	w, ctx := newHookWorld(t), t.Context()
	key := app.SubscriptionKey{Endpoint: byID(w.to.ID), Fact: byID(w.cause.ID)}
	patch := fund.SubscriptionPatch{EventTypes: []string{"private:direct:donation_updated"}}
	if _, err := w.PutSubscription(ctx, w.program, key, patch); !fault.Is(err, fault.Invalid) {
		t.Errorf("got %v for who may not edit the cause at all, want it refused at the types", err)
	}
	must.Do(t, w.SetCauseRole(ctx, app.System(), app.CauseMembership{Cause: w.cause.ID, User: w.owner.User, Role: fund.CauseOwner}))
	_, err := w.PutSubscription(ctx, w.program, key, patch)
	if got := fault.From(err); !fault.Is(err, fault.Forbidden) || !slices.Contains(got.Scopes, fund.ScopeCause) {
		t.Errorf("got %v, want the missing scope named", err)
	}
}

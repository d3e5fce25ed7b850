package app_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testmail"
)

// hookOfOperators keeps what it is told, or fails.
type hookOfOperators struct {
	told []string
	err  error
	// during happens while it is told something.
	during func()
}

func (h *hookOfOperators) PostAlarm(_ context.Context, a fund.Alarm, over bool) error {
	if h.during != nil {
		h.during()
	}
	if h.err == nil {
		h.told = append(h.told, fmt.Sprintf("%s %t", a.Check, over))
	}
	return h.err
}

var full = app.Sighting{Check: "disk", Text: "200 MB are free.", Fix: "Make room.", Local: true, Again: true}

// alarmNode is a node with an operator, a mail server and a webhook.
func alarmNode(t *testing.T) (*world, *app.App, *testmail.Server, *hookOfOperators) {
	t.Helper()
	w, hook, server := newWorld(t), &hookOfOperators{}, testmail.Start(t, testmail.Options{})
	w.makeOperator(t)
	node := w.Node(func(o *app.Options) { o.Mailer, o.Alarms = postTo(t, server), hook })
	return w, node, server, hook
}

func (w *world) makeOperator(t *testing.T) {
	t.Helper()
	user := must.Get(w.Store.GetUser(t.Context(), fund.Key{ID: w.owner.User}))(t)
	must.Get(w.AddOperator(t.Context(), app.System(), user.Email))(t)
}

func raise(t *testing.T, node *app.App, name string, seen ...app.Sighting) {
	t.Helper()
	must.Do(t, node.RaiseAlarms(t.Context(), app.System(), name, seen))
	node.DoDue(t.Context(), fund.WorkAlarm, fund.WorkMail)
}

func openChecks(t *testing.T, node *app.App) []string {
	t.Helper()
	var all []string
	for _, a := range must.Get(node.OpenAlarms(t.Context(), app.System()))(t) {
		all = append(all, a.Check+"@"+a.Node)
	}
	return all
}

func wantOpen(t *testing.T, node *app.App, want ...string) {
	t.Helper()
	if got := openChecks(t, node); !slices.Equal(got, want) {
		t.Errorf("got the open alarms %v, want %v", got, want)
	}
}

// TestAnAlarmIsToldOnce tells operators by mail and webhook when something begins to be wrong and when it is over, and never in between. What is seen once begins
// nothing, and what comes and goes is one alarm.
func TestAnAlarmIsToldOnce(t *testing.T) {
	t.Parallel()
	w, node, server, hook := alarmNode(t)
	once := full
	once.Again = false
	raise(t, node, "a", once)
	wantOpen(t, node)
	raise(t, node, "a", full)
	wantOpen(t, node, "disk@a")
	w.Clock.Advance(time.Hour)
	raise(t, node, "a", full)
	w.Clock.Advance(fund.AlarmCalm - time.Microsecond)
	raise(t, node, "a")
	wantOpen(t, node, "disk@a")
	raise(t, node, "a", once) // what is open stays so, seen once or again
	w.Clock.Advance(fund.AlarmCalm - time.Microsecond)
	raise(t, node, "a")
	wantOpen(t, node, "disk@a")
	if got := []string{"disk false"}; !slices.Equal(hook.told, got) || len(server.Messages()) != 1 {
		t.Errorf("got %v and %d mails, want one of each", hook.told, len(server.Messages()))
	}
	w.Clock.Advance(time.Microsecond)
	raise(t, node, "a")
	wantOpen(t, node)
	raise(t, node, "a")
	if got := []string{"disk false", "disk true"}; !slices.Equal(hook.told, got) || len(server.Messages()) != 2 {
		t.Errorf("got %v and %d mails, want the end, once", hook.told, len(server.Messages()))
	}
	all := must.Get(node.ListAlarms(t.Context(), app.System(), fund.Page{Limit: 9}))(t)
	if len(all) != 1 || all[0].Open() || all[0].Text != full.Text || all[0].Fix != full.Fix {
		t.Errorf("got %+v", all)
	}
	w.Clock.Advance(fund.AlarmKept)
	raise(t, node, "a", once)
	raise(t, node, "a", full)
	if all = must.Get(node.ListAlarms(t.Context(), app.System(), fund.Page{Limit: 9}))(t); len(all) != 2 {
		t.Errorf("got %d alarms, want those that were over for less than %s", len(all), fund.AlarmKept)
	}
	w.Clock.Advance(time.Minute)
	raise(t, node, "a", full)
	if all = must.Get(node.ListAlarms(t.Context(), app.System(), fund.Page{Limit: 9}))(t); len(all) != 1 {
		t.Errorf("got %d alarms, want the old one gone", len(all))
	}
}

// TestAlarmsOfNodes keeps what concerns one node apart from others, and what concerns all as one.
func TestAlarmsOfNodes(t *testing.T) {
	t.Parallel()
	w, node, server, hook := alarmNode(t)
	stuck := app.Sighting{Check: "provider_events", Text: "2 are stuck.", Urgent: true, Again: true}
	raise(t, node, "a", full, stuck)
	raise(t, node, "b", full, stuck)
	wantOpen(t, node, "disk@a", "disk@b", "provider_events@")
	if len(server.Messages()) != 3 || len(hook.told) != 3 {
		t.Errorf("got %d mails and %v, want one for each alarm", len(server.Messages()), hook.told)
	}
	w.Clock.Advance(fund.AlarmCalm)
	raise(t, node, "b", stuck)
	wantOpen(t, node, "disk@a", "provider_events@")
	w.Clock.Advance(fund.AlarmSilence - fund.AlarmCalm - time.Microsecond)
	raise(t, node, "b", stuck)
	wantOpen(t, node, "disk@a", "provider_events@")
	w.Clock.Advance(time.Microsecond)
	raise(t, node, "b", stuck)
	wantOpen(t, node, "provider_events@")
}

// TestAWebhookOfOperatorsThatFails is told of the beginning and the end in their order, once it answers, and of nothing that is older than a day.
func TestAWebhookOfOperatorsThatFails(t *testing.T) {
	t.Parallel()
	w, node, server, hook := alarmNode(t)
	hook.err = errors.New("away")
	raise(t, node, "a", full)
	w.Clock.Advance(fund.AlarmCalm)
	raise(t, node, "a")
	hook.err = nil
	w.Clock.Advance(time.Hour)
	node.DoDue(t.Context(), fund.WorkAlarm)
	w.Clock.Advance(time.Minute)
	node.DoDue(t.Context(), fund.WorkAlarm)
	if want := []string{"disk false", "disk true"}; !slices.Equal(hook.told, want) {
		t.Errorf("got %v, want %v", hook.told, want)
	}
	// The mails went out meanwhile.
	if len(server.Messages()) != 2 {
		t.Errorf("got %d mails, want 2", len(server.Messages()))
	}
	// An end that comes while the webhook is told of the beginning is told afterwards.
	hook.told = nil
	must.Do(t, node.RaiseAlarms(t.Context(), app.System(), "a", []app.Sighting{full}))
	hook.during = func() {
		hook.during = nil
		w.Clock.Advance(fund.AlarmCalm)
		must.Do(t, node.RaiseAlarms(t.Context(), app.System(), "a", nil))
	}
	node.DoDue(t.Context(), fund.WorkAlarm)
	node.DoDue(t.Context(), fund.WorkAlarm)
	if want := []string{"disk false", "disk true"}; !slices.Equal(hook.told, want) {
		t.Errorf("got %v, want %v", hook.told, want)
	}
	hook.told, hook.err = nil, errors.New("away")
	raise(t, node, "a", full)
	w.Clock.Advance(fund.AlarmPostedFor)
	hook.err = nil
	node.DoDue(t.Context(), fund.WorkAlarm)
	if due, _, err := w.Store.CountWork(t.Context(), fund.WorkAlarm, w.Clock.Now()); len(hook.told) > 0 || due > 0 || err != nil {
		t.Errorf("got %v told, %d due and %v, want that it is given up", hook.told, due, err)
	}
}

// TestNoMailOfAnAlarmThatIsOver leaves out the beginning when the mail server comes back after the end.
func TestNoMailOfAnAlarmThatIsOver(t *testing.T) {
	t.Parallel()
	w, node, server, _ := alarmNode(t)
	must.Do(t, node.RaiseAlarms(t.Context(), app.System(), "a", []app.Sighting{full}))
	w.Clock.Advance(fund.AlarmCalm)
	must.Do(t, node.RaiseAlarms(t.Context(), app.System(), "a", nil))
	node.DoDue(t.Context(), fund.WorkMail)
	if got := server.Messages(); len(got) != 1 {
		t.Errorf("got %d mails, want the end alone", len(got))
	}
}

// TestAlarmsAreForOperators shows them to nobody else.
func TestAlarmsAreForOperators(t *testing.T) {
	t.Parallel()
	w, node, _, _ := alarmNode(t)
	for _, actor := range []app.Actor{{}, w.stranger, w.causer, w.causeToken, w.program} {
		_, err := node.OpenAlarms(t.Context(), actor)
		_, listed := node.ListAlarms(t.Context(), actor, fund.Page{Limit: 1})
		raised := node.RaiseAlarms(t.Context(), actor, "a", []app.Sighting{full})
		_, audited := node.AuditIfDue(t.Context(), actor)
		for _, err := range []error{err, listed, raised, audited} {
			if !fault.Is(err, fault.Forbidden) && !fault.Is(err, fault.Unauthenticated) {
				t.Errorf("got %v for %+v, want a refusal", err, actor)
			}
		}
	}
}

// TestAnAuditADay compares the totals once a day, later while donations come in, by one of the nodes, and keeps what it finds.
func TestAnAuditADay(t *testing.T) {
	t.Parallel()
	w, node, _, _ := alarmNode(t)
	audited := func(want bool) {
		t.Helper()
		if done := must.Get(node.AuditIfDue(t.Context(), app.System()))(t); done != want {
			t.Errorf("got %t, want %t", done, want)
		}
	}
	audited(true)
	audited(false)
	if last := must.Get(w.Store.LastAudit(t.Context()))(t); last.At.IsZero() || last.Differences != 0 {
		t.Errorf("got %+v, want an audit without differences", last)
	}
	w.Clock.Advance(fund.AuditEvery - time.Microsecond)
	audited(false)
	w.paid(t, "ada@example.org")
	w.Clock.Advance(time.Microsecond)
	audited(false)
	w.Clock.Advance(fund.AuditQuiet)
	audited(true)
}

package server

import (
	"context"
	"errors"
	"net/url"
	"os"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/ops"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/web/account"
)

const (
	// pingEvery is how often the service that watches is told that all is well.
	pingEvery = time.Minute
	// pingFresh is how old an examination may be that says so: one may have been missed.
	pingFresh = 2*examineEvery + examineAgain
)

// messenger tells operators of alarms by webhook and ping, as the settings say.
func (s Settings) messenger() *ops.Messenger {
	site := s.BaseURL
	if base, err := url.Parse(s.BaseURL); err == nil {
		site = base.Host
	}
	return ops.NewMessenger(string(s.Alarms.Webhook), string(s.Alarms.Ping), site)
}

// alarmPoster is what the use cases post alarms with; nil without a webhook.
func (n *Node) alarmPoster() app.AlarmPoster {
	if n.Alarms.Webhook == "" {
		return nil
	}
	return n.messenger
}

// name is what this node is called in alarms: its host.
func (n *Node) name() string {
	if host, err := os.Hostname(); err == nil && host != "" {
		return host
	}
	return "?"
}

// sightings are what alarms are made from: what is alarming now, and whether it was before. fresh reports whether some was not.
func sightings(now, before []ops.Finding) (seen []app.Sighting, fresh bool) {
	for _, f := range now {
		again := slices.ContainsFunc(before, func(b ops.Finding) bool { return b.Check == f.Check })
		fresh = fresh || !again
		seen = append(seen, app.Sighting{Check: f.Check, Text: f.Text, Fix: f.Fix, Urgent: f.Level == ops.Problem, Local: f.Local, Again: again})
	}
	return seen, fresh
}

// ping tells the service that watches, until ctx ends, that all is well: the node examined itself a moment ago, nothing is an urgent alarm on any node, and the database
// answers. What the service does not take is logged.
func (n *Node) ping(ctx context.Context) error {
	for {
		if err := n.pingOnce(ctx); err != nil && ctx.Err() == nil {
			n.Log.WarnContext(ctx, "the ping that all is well was not sent", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pingEvery):
		}
	}
}

// pingOnce pings if all is well.
func (n *Node) pingOnce(ctx context.Context) error {
	if !n.findings.well(time.Now(), pingFresh) {
		return nil
	}
	open, err := n.app.OpenAlarms(ctx, app.System())
	if err != nil {
		return err
	}
	for _, alarm := range open {
		if alarm.Urgent {
			return nil
		}
	}
	return n.messenger.SendPing(ctx)
}

// auditDaily compares the totals with the ledger once a day, until ctx ends.
func (n *Node) auditDaily(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(examineEvery):
			n.auditIfDue(ctx)
		}
	}
}

func (n *Node) auditIfDue(ctx context.Context) {
	done, err := n.app.AuditIfDue(ctx, app.System())
	switch {
	case ctx.Err() != nil:
	case err != nil:
		n.Log.WarnContext(ctx, "the totals could not be compared with the ledger", "error", err)
	case done:
		n.Log.InfoContext(ctx, "compared the totals with the ledger")
	}
}

// AlarmTrial is what became of one way to tell operators of alarms when it was tried out.
type AlarmTrial struct {
	// Way is mail, webhook or ping, To the address of a mail; others are secrets.
	Way, To string
	// Set reports whether the way is set up, Err why it does not work; nil if it does.
	Set bool
	Err error
}

// TryAlarms tries out every way to tell operators of alarms: each of them gets a mail, the webhook a message, and the service that watches a ping.
func TryAlarms(ctx context.Context, opened *store.Store, s Settings) ([]AlarmTrial, error) {
	operators, err := opened.OperatorContacts(ctx, app.MaxOperatorMails)
	if err != nil {
		return nil, err
	}
	m := s.messenger()
	defer m.Close()
	var all []AlarmTrial
	for _, to := range operators {
		all = append(all, AlarmTrial{Way: "mail", To: to.Address, Set: s.Mail.Set(), Err: tryMail(ctx, s, to)})
	}
	if len(operators) == 0 {
		all = append(all, AlarmTrial{Way: "mail", Set: s.Mail.Set(), Err: errNoOperator})
	}
	hook := AlarmTrial{Way: "webhook", Set: m.Webhook != ""}
	if hook.Set {
		hook.Err = m.Test(ctx, time.Now())
	}
	ping := AlarmTrial{Way: "ping", Set: m.Ping != ""}
	if ping.Set {
		ping.Err = m.SendPing(ctx)
	}
	return append(all, hook, ping), nil
}

// errNoOperator is why nobody gets mail of alarms.
var errNoOperator = errors.New("there is no operator yet: almoner operator add")

// tryMail mails an operator, now and not through the outbox, so that it is seen what the mail server says.
func tryMail(ctx context.Context, s Settings, to fund.Contact) error {
	if !s.Mail.Set() {
		return nil
	}
	now := time.Now()
	pages := account.Addresses(s.BaseURL)
	d := mailPost(s.Mail).Send(ctx, app.Letter{
		Mail: fund.Mail{Kind: fund.MailAlarmBegan, Recipient: to.Address, Language: to.Language}, At: now,
		Content: app.AlarmMail{Alarm: fund.Alarm{Check: "test", Text: "This is a test: nothing is wrong.", BeganAt: now}, Site: pages.Site, Link: pages.Account},
	}, func(context.Context) error { return nil })
	if d.Result == app.MailTaken {
		return nil
	}
	if d.Problem != "" {
		return errors.New(d.Problem)
	}
	return errors.Join(errors.New("the mail was not taken"), d.Err)
}

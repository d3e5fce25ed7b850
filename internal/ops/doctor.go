package ops

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/store"
)

// Level is how bad a finding is.
type Level string

const (
	// OK needs nothing.
	OK Level = "ok"
	// Warning works today, and is to be mended before it does not.
	Warning Level = "warning"
	// Problem loses something, or refuses somebody, now.
	Problem Level = "problem"
)

// Finding is what an examination found about one thing.
type Finding struct {
	// Check is what was looked at, such as "disk": one of Checks.
	Check string
	Level Level
	// Text says how it stands, in a sentence; Fix what to do about it, "" where nothing is.
	Text, Fix string
	// Quiet is set for a warning that wakes nobody: an operator decided so, or cannot mend it.
	Quiet bool
	// Local reports whether it is about this node alone, and not about what all nodes share.
	Local bool
}

// Alarming reports whether operators are to be told.
func (f Finding) Alarming() bool { return f.Level == Problem || f.Level == Warning && !f.Quiet }

// checkTime is how long one check may take, but for the search for damage, which reads the whole database.
const checkTime = 20 * time.Second

// Doctor examines a server. Functions that are nil are of services that are not set up.
type Doctor struct {
	Store    *store.Store
	Database config.Database
	// BaseURL is the address that others reach the server at.
	BaseURL string
	Now     func() time.Time
	// Connections is how many live connections the server takes; 0 for no limit.
	Connections int
	// BackupDir is where backups are made every BackupEvery; "" where none are scheduled.
	BackupDir   string
	BackupEvery time.Duration
	// Secret finds out whether the secret key is that of the database, Mail whether the mail server takes mail, Payments whether the payment provider lets the
	// server in.
	Secret, Mail, Payments func(context.Context) error
	// PaymentsTitle is what the payment provider is called.
	PaymentsTitle string
	// Certificates reads how those stand that the server has of its own; nil behind a proxy.
	Certificates func(context.Context) ([]Certificate, error)
	// Roots are the certificates that it trusts; nil for those of the system.
	Roots *x509.CertPool
	// Damage searches an SQLite file for damage, which reads it whole.
	Damage bool
}

// check is one thing that a doctor looks at.
type check struct {
	name string
	look func(Doctor, context.Context) []Finding
	// whole is set where it may take as long as it takes, local where it is about the node.
	whole, local bool
}

// checks are all, in the order in which they are said.
var checks = []check{
	{name: "clock", look: Doctor.clock, local: true},
	{name: "disk", look: Doctor.disk, local: true},
	{name: "database", look: Doctor.database},
	{name: "damage", look: Doctor.damage, whole: true},
	{name: "audit", look: Doctor.audit},
	{name: "backups", look: Doctor.backups, local: true},
	{name: "secret_key", look: Doctor.secret, local: true},
	{name: "payments", look: Doctor.payments, local: true},
	{name: "provider_events", look: Doctor.providerEvents},
	{name: "mail", look: Doctor.mail, local: true},
	{name: "receipts", look: Doctor.receipts},
	{name: "webhooks", look: Doctor.webhooks},
	{name: "background_work", look: Doctor.work},
	{name: "leaderboards", look: Doctor.leaderboards},
	{name: "certificate", look: Doctor.certificate, local: true},
	{name: "certificate", look: Doctor.ownCertificates, local: true},
	{name: "limits", look: Doctor.limits, local: true},
}

// Checks are the names of all checks.
func Checks() []string {
	var names []string
	for _, c := range checks {
		if !slices.Contains(names, c.name) {
			names = append(names, c.name)
		}
	}
	return names
}

// Examine looks at everything, one thing after the other. What cannot be found out within checkTime is a Problem.
func (d Doctor) Examine(ctx context.Context) []Finding {
	var all []Finding
	for _, c := range checks {
		all = append(all, d.examine(ctx, c)...)
	}
	return all
}

func (d Doctor) examine(ctx context.Context, c check) []Finding {
	if !c.whole {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, checkTime)
		defer cancel()
	}
	found := c.look(d, ctx)
	for i := range found {
		found[i].Check, found[i].Local = c.name, c.local
	}
	return found
}

func fine(format string, args ...any) []Finding {
	return []Finding{{Level: OK, Text: fmt.Sprintf(format, args...)}}
}

func found(level Level, text, fix string) []Finding {
	return []Finding{{Level: level, Text: text, Fix: fix}}
}

// quiet are findings that wake nobody.
func quiet(all []Finding) []Finding {
	for i := range all {
		all[i].Quiet = true
	}
	return all
}

// unknown is what could not be found out.
func unknown(what string, err error) []Finding {
	return found(Problem, what+" could not be found out: "+words(err), "Look at the log of the server.")
}

// words is an error in words for an operator, who may read its cause, too.
func words(err error) string {
	var refused *fault.Error
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Sprintf("there was no answer within %s.", checkTime)
	case !errors.As(err, &refused) || refused.Message == "":
		return strings.Join(strings.Fields(err.Error()), " ") + "."
	case refused.Unwrap() != nil:
		return refused.Message + " (" + strings.Join(strings.Fields(refused.Unwrap().Error()), " ") + ")"
	default:
		return refused.Message
	}
}

// Worst is the worst level of some findings.
func Worst(all []Finding) Level {
	worst := OK
	for _, f := range all {
		if f.Level == Problem || f.Level == Warning && worst == OK {
			worst = f.Level
		}
	}
	return worst
}

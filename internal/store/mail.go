package store

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// The conditions match those of the indexes, so that no list or count scans all mails.
const (
	mailWaits   = "m.due_at IS NOT NULL"
	mailUnknown = "m.handed_at IS NOT NULL AND m.sent_at IS NULL"
	mailRefused = "m.due_at IS NULL AND m.handed_at IS NULL AND m.sent_at IS NULL AND m.problem <> ''"
)

// MailsCounted is the highest count of mails in a state.
const MailsCounted = 10_000

// GetMail finds a mail of the outbox.
func (q Queries) GetMail(ctx context.Context, id fund.ID) (fund.Mail, error) {
	s := selecting(`SELECT m.id, m.kind, m.recipient, m.about, m.language, m.tries, m.problem, m.due_at, m.handed_at, m.sent_at, m.created_at
		FROM mails m`).and("m.id = ?", id)
	return one(ctx, q.db, s, func(r row) (m fund.Mail, err error) {
		err = r.Scan(&m.ID, &m.Kind, &m.Recipient, &m.About, &m.Language, &m.Tries, &m.Problem, instant{&m.DueAt}, instant{&m.HandedAt},
			instant{&m.SentAt}, instant{&m.CreatedAt})
		return m, err
	}, thing{"mail", id.String()})
}

// CountMails counts mails of a kind that wait, are unknown or were refused, up to MailsCounted.
func (q Queries) CountMails(ctx context.Context, kind fund.MailKind, state fund.MailState) (int, error) {
	s, err := selecting("SELECT COUNT(*) FROM (SELECT 1 FROM mails m").mails(kind, state)
	if err != nil {
		return 0, err
	}
	var n int
	s.then("LIMIT ?) AS counted", MailsCounted)
	if err := q.db.QueryRowContext(ctx, s.String(), s.args...).Scan(&n); err != nil {
		return 0, fmt.Errorf("count %s mails: %w", state, err)
	}
	return n, nil
}

// mails adds the condition that a mail m is of the kind and in the state.
func (s *statement) mails(kind fund.MailKind, state fund.MailState) (*statement, error) {
	condition := map[fund.MailState]string{
		fund.MailWaiting: mailWaits, fund.MailUnknown: mailUnknown, fund.MailRefused: mailRefused,
	}[state]
	if condition == "" {
		return nil, fault.New(fault.Malformed, "Mails that are %q are not listed.", state)
	}
	return s.and("m.kind = ?", string(kind)).and(condition), nil
}

var insertMails = batchStatement{insert: "mails"}

// mailRow is a new mail that waits to be sent.
func mailRow(m fund.Mail) columns {
	return columns{
		{"id", m.ID}, {"kind", string(m.Kind)}, {"recipient", m.Recipient}, {"about", m.About}, {"language", m.Language}, {"due_at", micros(m.DueAt)},
		{"created_at", micros(m.CreatedAt)},
	}
}

// InsertMail adds a mail to be sent from its DueAt on. The mails of receipts are added with the money.
func (t *Tx) InsertMail(ctx context.Context, m fund.Mail) error {
	return t.insert(ctx, thing{"mail", m.ID.String()}, "mails", mailRow(m))
}

// MoveMail changes the state of a mail. It is Stale when the stored mail is no longer in the state from.
func (t *Tx) MoveMail(ctx context.Context, from, to fund.Mail) error {
	err := t.update(ctx, thing{"mail", from.ID.String()}, updating("mails", columns{
		{"tries", to.Tries}, {"problem", to.Problem}, {"due_at", nullMicros(to.DueAt)},
		{"handed_at", nullMicros(to.HandedAt)}, {"sent_at", nullMicros(to.SentAt)},
	}).and("id = ?", from.ID).and("due_at IS NOT DISTINCT FROM ?", nullMicros(from.DueAt)).
		and("handed_at IS NOT DISTINCT FROM ?", nullMicros(from.HandedAt)).
		and("sent_at IS NOT DISTINCT FROM ?", nullMicros(from.SentAt)))
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.Stale, "The mail %s has changed meanwhile; look at it again.", from.ID)
	}
	return err
}

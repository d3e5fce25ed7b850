package app

import (
	"context"
	"errors"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// Readings are what somebody sees who reads donations aloud.
type Readings struct {
	// Waiting are the next ones, at most fund.MaxReadings; Pinned are those that somebody pinned, Read the last ones that were read.
	Waiting, Pinned, Read []fund.Reading
	// Backlog is how many wait, at most fund.MaxReadingBacklog.
	Backlog int
}

// ReadingsOf are the donations to a fact that are read aloud, for those who do that: what was approved, and never what is held or hidden. With a group of the
// screening, only those that are marked with it wait; the zero id is for all.
func (a *App) ReadingsOf(ctx context.Context, s Seen, group fund.ID) (r Readings, err error) {
	if err := requireRole(ctx, a.store.Queries, s.actor, readAloud, s.fact); err != nil {
		return r, err
	}
	since := a.Now().Add(-fund.ReaderLooksBack)
	if r.Waiting, err = a.store.ListUnread(ctx, s.fact.ID, group, since, fund.MaxReadings); err != nil {
		return r, err
	}
	if r.Backlog, err = a.store.CountUnread(ctx, s.fact.ID, since, fund.MaxReadingBacklog); err != nil {
		return r, err
	}
	if r.Pinned, err = a.store.ListPinned(ctx, s.fact.ID, fund.MaxPinned); err != nil {
		return r, err
	}
	r.Read, err = a.store.ListRead(ctx, s.fact.ID, fund.LastReadings)
	return r, err
}

// ReadsAloud reports whether the actor reads donations to a fact aloud.
func (a *App) ReadsAloud(ctx context.Context, actor Actor, fact fund.ID) (bool, error) {
	f, err := a.seenFact(ctx, actor, fact)
	if err != nil {
		return false, err
	}
	return may(ctx, a.store.Queries, actor, readAloud, f)
}

// The states of reading a donation aloud, as events have them.
const (
	readingWaits    = "waiting"
	readingFirst    = "first"
	readingDone     = "read"
	readingPinned   = "pinned"
	readingUnpinned = "unpinned"
)

// readingChange is an act on a reading, as the log of acts and the event have it.
type readingChange struct {
	act      fund.Act
	from, to string
}

// ReadDonation says that a donation was read aloud. Of two who say so at once, the second gets a Conflict.
func (a *App) ReadDonation(ctx context.Context, actor Actor, key fund.Key) error {
	return a.changeReading(ctx, actor, readAloud, key, readingChange{fund.ActRead, readingWaits, readingDone}, func(ctx context.Context, tx *store.Tx, d fund.Donation, now time.Time) error {
		first, err := tx.ReadDonation(ctx, d, actor.id(), now)
		if err == nil && !first {
			err = fault.New(fault.Conflict, "Somebody else has read this donation.")
		}
		return err
	})
}

// UnreadDonation takes back that a donation was read aloud: it is the next one to be read. One that was not is a Conflict.
func (a *App) UnreadDonation(ctx context.Context, actor Actor, key fund.Key) error {
	return a.changeReading(ctx, actor, readAloud, key, readingChange{fund.ActUnread, readingDone, readingFirst}, func(ctx context.Context, tx *store.Tx, d fund.Donation, _ time.Time) error {
		was, err := tx.UnreadDonation(ctx, d)
		if err == nil && !was {
			err = fault.New(fault.Conflict, "Nobody has read this donation.")
		}
		return err
	})
}

// SendToReader moves a donation to the front of those that are read aloud, also one that was read before.
func (a *App) SendToReader(ctx context.Context, actor Actor, key fund.Key) error {
	return a.changeReading(ctx, actor, arrangeReadings, key, readingChange{fund.ActSendToReader, readingWaits, readingFirst}, func(ctx context.Context, tx *store.Tx, d fund.Donation, now time.Time) error {
		if _, err := tx.UnreadDonation(ctx, d); err != nil {
			return err
		}
		return tx.SendToReader(ctx, d, now)
	})
}

// SendNewToReader is SendToReader for a donation that was shown a moment ago. If a reader was faster than who sends it, it is not read once more.
func (a *App) SendNewToReader(ctx context.Context, actor Actor, key fund.Key) error {
	err := a.changeReading(ctx, actor, arrangeReadings, key, readingChange{fund.ActSendToReader, readingWaits, readingFirst}, func(ctx context.Context, tx *store.Tx, d fund.Donation, now time.Time) error {
		read, err := tx.WasRead(ctx, d.ID)
		if err == nil && read {
			err = errReadMeanwhile
		}
		if err != nil {
			return err
		}
		return tx.SendToReader(ctx, d, now)
	})
	if errors.Is(err, errReadMeanwhile) {
		return nil
	}
	return err
}

// errReadMeanwhile is why a donation is not sent to the reader.
var errReadMeanwhile = fault.New(fault.Conflict, "Somebody has read this donation meanwhile.")

// PinReading keeps a donation in view of those who read aloud, read or not; UnpinReading no longer. More than fund.MaxPinned at a fact are a Conflict.
func (a *App) PinReading(ctx context.Context, actor Actor, key fund.Key) error {
	return a.changeReading(ctx, actor, arrangeReadings, key, readingChange{fund.ActPin, readingUnpinned, readingPinned}, func(ctx context.Context, tx *store.Tx, d fund.Donation, now time.Time) error {
		pinned, err := tx.CountPinned(ctx, d.Fact.ID)
		if err == nil && pinned >= fund.MaxPinned {
			err = fault.New(fault.Conflict, "At most %d donations can be pinned at once: unpin one first.", fund.MaxPinned)
		}
		if err != nil {
			return err
		}
		return tx.PinReading(ctx, d, now)
	})
}

// UnpinReading is described at PinReading.
func (a *App) UnpinReading(ctx context.Context, actor Actor, key fund.Key) error {
	return a.changeReading(ctx, actor, arrangeReadings, key, readingChange{fund.ActUnpin, readingPinned, readingUnpinned}, func(ctx context.Context, tx *store.Tx, d fund.Donation, _ time.Time) error {
		return tx.PinReading(ctx, d, time.Time{})
	})
}

// changeReading changes what is read aloud of a donation, and reports it. One that may not be read is NotFound, whatever it is.
func (a *App) changeReading(
	ctx context.Context, actor Actor, r right, key fund.Key, change readingChange, work func(context.Context, *store.Tx, fund.Donation, time.Time) error,
) error {
	_, err := a.changeDonation(ctx, actor, r, key, func(ctx context.Context, tx *store.Tx, d fund.Donation, now time.Time) error {
		if !d.Readable() {
			return missing("donation", key)
		}
		if err := work(ctx, tx, d, now); err != nil {
			return err
		}
		facts, err := factsOfDonation(ctx, tx.Queries, d)
		if err != nil {
			return err
		}
		tx.Append(fund.Event{Topic: fund.TopicDonationRead, Subject: d.ID, Facts: facts, At: now, Detail: fund.Detail{From: change.from, To: change.to}})
		return logAct(ctx, tx, actor, doneWith(change.act, d, now))
	})
	return err
}

// ReadAll says that everything was read aloud that came to a fact until an instant and waits: a show begins with what comes from then on.
func (a *App) ReadAll(ctx context.Context, actor Actor, key FactKey, until time.Time) error {
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return err
	}
	return a.write(ctx, actor, f.Cause.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		if err := requireFully(ctx, tx.Queries, actor, readAloud, f); err != nil {
			return err
		}
		first, err := tx.ListUnread(ctx, f.ID, fund.ID{}, now.Add(-fund.ReaderLooksBack), 1)
		if err != nil || len(first) == 0 {
			return err
		}
		if err := tx.ReadAllUntil(ctx, f.ID, until, now); err != nil {
			return err
		}
		facts, err := factsShowing(ctx, tx.Queries, f)
		if err != nil {
			return err
		}
		tx.Append(fund.Event{Topic: fund.TopicDonationRead, Subject: first[0].ID, Facts: facts, At: now, Detail: fund.Detail{From: readingWaits, To: readingDone}})
		return logAct(ctx, tx, actor, doneOn(fund.ActReadAll, f.ID, now).of(f.Cause.ID).byGrant(f.ID))
	})
}

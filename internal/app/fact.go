package app

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// factsShowing are the ids of the fact, its ancestors, its event and cause, and its user and team: everything whose responses show it. The
// fact must exist.
func factsShowing(ctx context.Context, q store.Queries, f fund.Fact) ([]fund.ID, error) {
	ids, err := q.ChainIDs(ctx, f.ID)
	if err != nil {
		return nil, err
	}
	beside := []fund.ID{f.Cause.ID}
	if f.Event != nil {
		beside = append(beside, f.Event.ID)
	}
	for _, owner := range []*fund.Owner{f.User, f.Team} {
		if owner != nil {
			beside = append(beside, owner.ID)
		}
	}
	return union(ids, beside), nil
}

// union is a with the missing elements of b appended.
func union(a, b []fund.ID) []fund.ID {
	all := slices.Clone(a)
	for _, id := range b {
		if !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	return all
}

// appendFactChanged appends that something about the fact changed other than its status.
func appendFactChanged(ctx context.Context, tx *store.Tx, f fund.Fact, now time.Time) error {
	return appendFact(ctx, tx, f, f.Status, now)
}

// appendFactCreated appends that there is a new fact.
func appendFactCreated(ctx context.Context, tx *store.Tx, f fund.Fact, now time.Time) error {
	return appendFact(ctx, tx, f, "", now)
}

// appendFact appends what became of the fact, whose status was another one before.
func appendFact(ctx context.Context, tx *store.Tx, f fund.Fact, was fund.Status, now time.Time) error {
	event := factEvent(f, was)
	event.At = now
	return appendAbout(ctx, tx, f, event)
}

// appendAbout appends an event about the fact or a part of it, with everything whose responses show it.
func appendAbout(ctx context.Context, tx *store.Tx, f fund.Fact, event fund.Event) error {
	facts, err := factsShowing(ctx, tx.Queries, f)
	if err != nil {
		return err
	}
	event.Facts = union(facts, event.Facts)
	tx.Append(event)
	return nil
}

// factEvent is what became of the fact, whose status was another one before: "" for a new fact.
func factEvent(f fund.Fact, was fund.Status) fund.Event {
	e := fund.Event{Topic: fund.TopicFactChanged, Subject: f.ID}
	if was == f.Status {
		return e
	}
	e.Detail = fund.Detail{From: string(was), To: string(f.Status)}
	switch {
	case was == "":
		e.Topic = fund.TopicFactCreated
	case f.Status == fund.Published:
		e.Topic = fund.TopicFactPublished
	case f.Status == fund.Retired:
		e.Topic = fund.TopicFactRetired
	default:
		e.Topic = fund.TopicFactUnpublished
	}
	return e
}

// requireOpen refuses every change to a part of a retired fact, as a single error instead of field errors of the input.
func requireOpen(f fund.Fact) error {
	if f.Status != fund.Retired {
		return nil
	}
	noun := f.Kind.Noun()
	name := strings.ToUpper(noun[:1]) + noun[1:]
	return fault.New(fault.Conflict, "%s %d is retired: what belongs to a retired %s cannot be changed.", name, f.LegacyID, noun)
}

// notRetired refuses every change to a retired object.
func notRetired(f fund.Fact) error {
	var wrong fault.Fields
	fund.CheckOpen(&wrong, f)
	return wrong.Err()
}

// stampFact sets a new fact's kind and its missing id, status and times.
func (a *App) stampFact(f *fund.Fact, kind fund.Kind, now time.Time) error {
	f.Kind = kind
	if f.Status == "" {
		f.Status = fund.Published
	}
	if f.Supportable == "" {
		f.Supportable = fund.SupportPublic
	}
	if f.OriginalGoal == 0 {
		f.OriginalGoal = f.Goal
	}
	if f.CreatedAt.IsZero() {
		f.CreatedAt = now
	}
	f.UpdatedAt = now
	f.Stamp(now)
	if !f.ID.IsZero() {
		return nil
	}
	var err error
	f.ID, err = a.newID(now)
	return err
}

func factRef(f fund.Fact) fund.Ref {
	return fund.Ref{ID: f.ID, LegacyID: f.LegacyID, Slug: f.Slug, Name: f.Name}
}

func teamOwner(t fund.Team) *fund.Owner {
	return &fund.Owner{Ref: fund.Ref{ID: t.ID, LegacyID: t.LegacyID, Slug: t.Slug, Name: t.Name}, Avatar: t.Avatar}
}

func userOwner(u fund.User) *fund.Owner {
	return &fund.Owner{Ref: fund.Ref{ID: u.ID, LegacyID: u.LegacyID, Slug: u.Slug, Name: u.Username}, Avatar: u.Avatar}
}

func disbanded(t fund.Team) error {
	return fault.New(fault.Conflict, "Team %d is disbanded and can no longer be changed.", t.LegacyID)
}

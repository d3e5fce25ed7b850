package storetest

import (
	"context"
	"encoding/binary"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

// odd is a text that a careless store breaks.
const odd = "Žluťoučký 🐎 'quoted' \"twice\" \\ %_ $1 ?\nمرحبا"

// start is the creation time of the first row.
var start = time.Date(2026, 3, 1, 12, 0, 0, 123456000, time.UTC)

// world makes the rows that the tests are about. Its ids and times increase, so that a failure looks the same each
// time.
type world struct {
	tb   testing.TB
	s    *store.Store
	made uint64
}

func newWorld(tb testing.TB, s *store.Store) *world {
	tb.Helper()
	return &world{tb: tb, s: s}
}

func (w *world) id() fund.ID {
	w.made++
	id := fund.ID{1, 0x9c, 6: 0x70, 8: 0x80}
	binary.BigEndian.PutUint64(id[8:], w.made)
	return id
}

// at returns a different instant on each call.
func (w *world) at() time.Time {
	w.made++
	return start.Add(time.Duration(w.made) * time.Microsecond)
}

// write must succeed.
func (w *world) write(fn func(context.Context, *store.Tx) error) {
	w.tb.Helper()
	if err := w.s.Write(w.tb.Context(), fund.ID{}, fn); err != nil {
		w.tb.Fatalf("write: %v", err)
	}
}

// refused requires a fault of the kind and no change. It returns the fields that the fault names.
func (w *world) refused(kind fault.Kind, fn func(context.Context, *store.Tx) error) fault.Fields {
	w.tb.Helper()
	err := w.s.Write(w.tb.Context(), fund.ID{}, fn)
	if !fault.Is(err, kind) {
		w.tb.Fatalf("got %v, want a fault of kind %v", err, kind)
	}
	return fault.From(err).Fields
}

// taken requires a refusal because the value of the field is already taken.
func (w *world) taken(field string, fn func(context.Context, *store.Tx) error) {
	w.tb.Helper()
	want := fault.Fields{{Path: field, Text: "is already taken"}}
	if got := w.refused(fault.Invalid, fn); !reflect.DeepEqual(got, want) {
		w.tb.Errorf("got fields %v, want %v", got, want)
	}
}

func (w *world) user(slug string) fund.User {
	w.tb.Helper()
	u := fund.User{
		ID: w.id(), Slug: slug, Username: strings.ToUpper(slug), Email: slug + "@example.org",
		Avatar: "/avatar/" + slug, CreatedAt: w.at(), UpdatedAt: w.at(),
	}
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertUser(ctx, &u, "hash of "+slug) })
	return u
}

func (w *world) team(slug string) fund.Team {
	w.tb.Helper()
	t := fund.Team{
		ID: w.id(), Slug: slug, Name: strings.ToUpper(slug), Avatar: "/avatar/" + slug,
		CreatedAt: w.at(), UpdatedAt: w.at(),
	}
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertTeam(ctx, &t) })
	return t
}

// fact makes a published fact with the minimum of fields.
func (w *world) fact(kind fund.Kind, slug string) fund.Fact {
	return fund.Fact{
		ID: w.id(), Kind: kind, Slug: slug, Name: strings.ToUpper(slug), Status: fund.Published, Currency: "USD",
		Supportable: fund.SupportPublic, Approval: fund.Approved, CreatedAt: w.at(), UpdatedAt: w.at(),
	}
}

func (w *world) cause(slug string) fund.Cause {
	w.tb.Helper()
	c := fund.Cause{Fact: w.fact(fund.KindCause, slug)}
	c.Avatar = "/avatar/" + slug
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertCause(ctx, &c) })
	return c
}

func (w *world) event(cause fund.Cause, slug string) fund.FundraisingEvent {
	w.tb.Helper()
	e := fund.FundraisingEvent{Fact: w.fact(fund.KindFundraisingEvent, slug)}
	e.Cause = fund.Ref{ID: cause.ID}
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertFundraisingEvent(ctx, &e) })
	return e
}

// campaign inserts a campaign after the changes, and reads it back.
func (w *world) campaign(cause fund.Cause, user fund.User, slug string, change ...func(*fund.Fact)) fund.Fact {
	w.tb.Helper()
	f := w.fact(fund.KindCampaign, slug)
	f.Cause, f.User = fund.Ref{ID: cause.ID}, userRef(user)
	for _, c := range change {
		c(&f)
	}
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertFact(ctx, &f) })
	return w.read(f.ID)
}

func userRef(u fund.User) *fund.Owner {
	return &fund.Owner{Ref: fund.Ref{ID: u.ID, LegacyID: u.LegacyID, Slug: u.Slug, Name: u.Username}, Avatar: u.Avatar}
}

func teamRef(t fund.Team) *fund.Owner {
	return &fund.Owner{Ref: fund.Ref{ID: t.ID, LegacyID: t.LegacyID, Slug: t.Slug, Name: t.Name}, Avatar: t.Avatar}
}

func factRef(f fund.Fact) *fund.Ref {
	return &fund.Ref{ID: f.ID, LegacyID: f.LegacyID, Slug: f.Slug, Name: f.Name}
}

// in makes a campaign take part in the event.
func in(event fund.FundraisingEvent) func(*fund.Fact) {
	return func(f *fund.Fact) { f.Event = &fund.Ref{ID: event.ID} }
}

// supporting makes a campaign support another fact.
func supporting(parent fund.Fact) func(*fund.Fact) {
	return func(f *fund.Fact) { f.Parent = &fund.Ref{ID: parent.ID} }
}

// forTeam makes a campaign raise for the team.
func forTeam(team fund.Team) func(*fund.Fact) {
	return func(f *fund.Fact) { f.Team = &fund.Owner{Ref: fund.Ref{ID: team.ID}} }
}

func (w *world) read(id fund.ID) fund.Fact {
	w.tb.Helper()
	return must.Get(w.s.GetFact(w.tb.Context(), store.FactKey{Key: fund.Key{ID: id}}))(w.tb)
}

// give completes a donation to the fact.
func (w *world) give(fact fund.Fact, amount int64, change ...func(*store.Completion)) fund.Donation {
	w.tb.Helper()
	return must.Get(w.s.Complete(w.tb.Context(), w.completion(fact, amount, change...)))(w.tb)
}

// completion is a new donation to the fact, after the changes.
func (w *world) completion(fact fund.Fact, amount int64, change ...func(*store.Completion)) store.Completion {
	c := store.Completion{USD: amount, Donation: fund.Donation{
		ID: w.id(), Fact: fund.Ref{ID: fact.ID}, CauseID: fact.Cause.ID, Amount: amount, Currency: fact.Currency,
	}}
	for _, one := range change {
		one(&c)
	}
	return c
}

// at sets when the money of a completion arrived.
func at(when time.Time) func(*store.Completion) {
	return func(c *store.Completion) { c.At = when }
}

// same compares what was read with what was written.
func same(tb testing.TB, what string, got, want any) {
	tb.Helper()
	if !reflect.DeepEqual(got, want) {
		tb.Errorf("%s:\n got %s\nwant %s", what, show(got), show(want))
	}
}

// show prints a value, following its pointers.
func show(v any) string {
	var text strings.Builder
	showValue(&text, reflect.ValueOf(v))
	return text.String()
}

func showValue(to *strings.Builder, v reflect.Value) {
	if !v.IsValid() {
		to.WriteString("nil")
		return
	}
	if s, ok := v.Interface().(fmt.Stringer); ok && v.Kind() != reflect.Pointer {
		to.WriteString(s.String())
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			to.WriteString("nil")
			return
		}
		to.WriteString("&")
		showValue(to, v.Elem())
	case reflect.Struct:
		to.WriteString("{")
		for i := range v.NumField() {
			fmt.Fprintf(to, " %s:", v.Type().Field(i).Name)
			showValue(to, v.Field(i))
		}
		to.WriteString("}")
	case reflect.Slice:
		fmt.Fprintf(to, "%d[", v.Len())
		for i := range v.Len() {
			showValue(to, v.Index(i))
			to.WriteString("\n")
		}
		to.WriteString("]")
	default:
		fmt.Fprintf(to, "%#v", v.Interface())
	}
}

// missing requires a NotFound fault.
func missing[T any](tb testing.TB, what string) func(T, error) {
	return func(got T, err error) {
		tb.Helper()
		if !fault.Is(err, fault.NotFound) {
			tb.Errorf("%s: got %v, %v, want a not-found fault", what, got, err)
		}
	}
}

// page is the first page with that limit.
func page(limit int) fund.Page { return fund.Page{Limit: limit} }

// numbers returns the legacy ids of a list.
func numbers[T any](items []T, number func(T) int64) []int64 {
	all := []int64{}
	for _, item := range items {
		all = append(all, number(item))
	}
	return all
}

func factNumber(f fund.Fact) int64 { return f.LegacyID }

func ptr[T any](v T) *T { return &v }

package main

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/demo"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// world is a database with the demo's data.
type world struct {
	demo.Credentials
	url string
}

// newWorld fills a new database with the demo's data and closes it again.
func (b *bench) newWorld(ctx context.Context, d database, name string) (*world, error) {
	url, err := d.make(name)
	if err != nil {
		return nil, err
	}
	w := &world{url: url}
	err = w.open(ctx, func(s *store.Store, _ *app.App) error {
		if _, _, err := s.Migrate(ctx); err != nil {
			return err
		}
		w.Credentials, err = demo.Fill(ctx, demo.Filler{
			Make: func(now func() time.Time, random io.Reader) *app.App {
				return app.New(app.Options{Store: s, Now: now, Random: random})
			},
			Seed: 1, Secrets: rand.Reader, BaseURL: "http://127.0.0.1",
		})
		return err
	})
	return w, err
}

// quietWorld is newWorld with a campaign where a donation brings nothing but itself: there are no matches, polls or milestones.
func (b *bench) quietWorld(ctx context.Context, d database, name string) (*world, error) {
	w, err := b.newWorld(ctx, d, name)
	if err == nil {
		w.Campaign = w.EmptyCampaign
	}
	return w, err
}

// open opens the database in this process.
func (w *world) open(ctx context.Context, do func(*store.Store, *app.App) error) error {
	s, err := store.Open(ctx, w.url, store.Options{Mode: fund.ModeSandbox})
	if err != nil {
		return err
	}
	return errors.Join(do(s, app.New(app.Options{Store: s, Random: rand.Reader})), s.Close())
}

// campaignPath is a path of the API below a campaign.
func campaignPath(p demo.Address, rest string) string {
	return fmt.Sprintf("/api/v3/campaigns/%d%s", p.LegacyID, rest)
}

// publicPath is a path of version 5 of the API below a campaign.
func publicPath(p demo.Address, rest string) string { return "/api/public/campaigns/" + p.ID + rest }

// importChunk is how many donations one transaction takes on import.
const importChunk = 10_000

// donors is the number of donors of the loaded donations.
const donors = 20_000

// loadedFrom is a second before the completion of the first loaded donation; each next one is a second later.
var loadedFrom = time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC)

// loadedAt is when the n-th loaded donation was completed, counted from 1.
func loadedAt(n int) time.Time { return loadedFrom.Add(time.Duration(n) * time.Second) }

// load adds n donations to a campaign, a second apart from each other, as an import does.
func (w *world) load(ctx context.Context, s *store.Store, place demo.Address, n int) error {
	id, err := fund.ParseID(place.ID)
	if err != nil {
		return err
	}
	fact, err := s.GetFact(ctx, store.FactKey{Key: fund.Key{ID: id}})
	if err != nil {
		return err
	}
	for done := 0; done < n; done += importChunk {
		chunk := make([]store.Completion, min(importChunk, n-done))
		for i := range chunk {
			at := loadedAt(done + i + 1)
			if chunk[i], err = completionFor(fact, at, done+i); err != nil {
				return err
			}
			chunk[i].At = at
		}
		err := s.Write(ctx, fact.Cause.ID, func(ctx context.Context, t *store.Tx) error { return t.CompleteAll(ctx, chunk) })
		if err != nil {
			return fmt.Errorf("donations from %d on: %w", done, err)
		}
	}
	return nil
}

// completionFor is a donation as a provider would report it: with a reference, a name and a comment.
func completionFor(fact fund.Fact, at time.Time, n int) (store.Completion, error) {
	id, err := fund.NewID(at, rand.Reader)
	amount := int64(500 + n%5000)
	return store.Completion{
		Donation: fund.Donation{
			ID: id, Fact: fund.Ref{ID: fact.ID}, CauseID: fact.Cause.ID, Amount: amount, Currency: fact.Currency,
			Name: "A donor of the benchmark", Comment: "Good luck with the last hours of the stream!", DonorID: donor(n),
		},
		USD: amount, Reference: fmt.Sprintf("bench-%s", id),
	}, err
}

// donor is the donor of the n-th donation.
func donor(n int) fund.ID {
	id := fund.ID{6: 0x80, 8: 0x80}
	binary.BigEndian.PutUint32(id[12:], uint32(n%donors))
	return id
}

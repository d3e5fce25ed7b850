// Package demo holds a lively data set and simulated donors, for trying Almoner out and for
// tests that want more than one of everything.
//
// The data set is the same for the same seed: names, amounts, ids and times, which lie before
// Epoch and not before now. Only secrets (tokens, client secrets, passwords, keys) and what the
// OAuth applications have come from the source of secrets and differ each time, and so do the ids
// of donors, which are made with a key. What is
// open for donors stays open for years after Epoch, so that the demo is lively on any day.
//
// Everything goes through the use cases of package app, by the rules that users have.
package demo

import (
	"context"
	"io"
	"time"

	"github.com/almoner/almoner/internal/app"
)

// Epoch is when the data set ends: nothing in it was made or given later.
var Epoch = time.Date(2026, time.November, 1, 12, 0, 0, 0, time.UTC)

// faraway is when things end that should still be going on whenever the demo is started.
var faraway = time.Date(2035, time.December, 31, 23, 0, 0, 0, time.UTC)

// Filler says how to fill an empty database.
type Filler struct {
	// Make builds the use cases over the database, with this clock and this source of
	// randomness. It is called twice: once for the data and once for what is secret.
	Make func(now func() time.Time, random io.Reader) *app.App
	// Seed decides about everything that is not secret.
	Seed uint64
	// Secrets is where tokens and passwords come from: crypto/rand.Reader, outside of tests.
	Secrets io.Reader
	// BaseURL is copied into the credentials.
	BaseURL string
}

// Fill fills an empty database with the data set. After an error the database is half full and
// is to be thrown away.
func Fill(ctx context.Context, f Filler) (Credentials, error) {
	w := newDataset(f)
	for _, step := range []func(context.Context){
		w.makeKeys, w.makeUsers, w.makeCauses, w.makeRates, w.makeTeams, w.makeEvents, w.makeDrives, w.makeHouses, w.makeWorkouts, w.makeOverlay,
		w.makeMatches, w.makeDonations, w.relayDonations, w.care, w.close,
	} {
		step(ctx)
	}
	credentials := w.credentials(ctx, f)
	if w.err == nil {
		w.err = w.app.CatchUp(ctx, app.System())
	}
	return credentials, w.err
}

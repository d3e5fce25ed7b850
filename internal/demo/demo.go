// Package demo holds a lively data set and simulated donors, for trying out Almoner and for tests that need more than one of everything.
//
// The data set is the same for the same seed: names, amounts, ids and times, which are before Epoch rather than before now. Only secrets
// (tokens, client secrets, passwords, keys) and the objects of the OAuth applications come from the source of secrets and differ each time,
// and so do the ids of donors, which are derived with a key. What is open for donors stays open for years after Epoch, so that the demo is
// lively on any day.
//
// Everything goes through the use cases of package app, under the same rules as for users.
package demo

import (
	"context"
	"io"
	"time"

	"github.com/almoner/almoner/internal/app"
)

// Epoch is when the data set ends: nothing in it was created or donated later.
var Epoch = time.Date(2026, time.November, 1, 12, 0, 0, 0, time.UTC)

// faraway is when everything ends that should still be open whenever the demo is started.
var faraway = time.Date(2035, time.December, 31, 23, 0, 0, 0, time.UTC)

// Filler fills an empty database.
type Filler struct {
	// Make builds the use cases over the database, with the clock and the random source. It is called twice: once for the data and once for
	// secrets.
	Make func(now func() time.Time, random io.Reader) *app.App
	// Seed determines everything that is not secret.
	Seed uint64
	// Secrets is the random source of tokens and passwords: crypto/rand.Reader, except in tests.
	Secrets io.Reader
	// BaseURL is copied into the credentials.
	BaseURL string
	// Pictures says whether people, teams, causes and campaigns get pictures, which takes some seconds.
	Pictures bool
}

// Fill fills an empty database with the data set. After an error the database is incomplete and must be discarded.
func Fill(ctx context.Context, f Filler) (Credentials, error) {
	w := newDataset(f)
	pictures := func(context.Context) {}
	if f.Pictures {
		pictures = w.makePictures
	}
	for _, step := range []func(context.Context){
		w.makeKeys, w.makeUsers, w.makeCauses, w.makeRates, w.makeTeams, w.makeEvents, w.makeDrives, w.makeHouses, w.makeWorkouts, w.makeOverlay, pictures,
		w.makeMatches, w.makeDonations, w.relayDonations, w.care, w.close, w.allowOffline, w.makeOperator,
	} {
		step(ctx)
	}
	credentials := w.credentials(ctx, f)
	if w.err == nil {
		w.err = w.app.CatchUp(ctx, app.System())
	}
	return credentials, w.err
}

package demo_test

import (
	"io"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/demo"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
)

// TestPictures finds pictures on campaigns and their causes, and on people.
func TestPictures(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, store.Options{})
	var a *app.App
	_, err := demo.Fill(t.Context(), demo.Filler{
		Make: func(now func() time.Time, random io.Reader) *app.App {
			a = app.New(app.Options{Store: s, Now: now, Random: random})
			return a
		},
		Seed: 1, Secrets: rand.NewChaCha8([32]byte{1}), BaseURL: "http://x", Pictures: true,
	})
	must.Do(t, err)
	for _, f := range must.Get(s.ListFacts(t.Context(), store.FactFilter{Kinds: []fund.Kind{fund.KindCampaign}}, fund.Page{Limit: 99}))(t) {
		for _, address := range []string{f.Cover, f.AvatarAt(200)} {
			p, _, uploaded := fund.ParsePicture(address)
			if !uploaded {
				t.Fatalf("%s: got the picture %q, want an uploaded one", f.Slug, address)
			}
			must.Get(a.GetPicture(t.Context(), p, 0))(t)
		}
	}
	faces := 0
	for _, u := range must.Get(s.ListUsers(t.Context(), fund.Page{Limit: 99}))(t) {
		if _, _, uploaded := fund.ParsePicture(u.Avatar); uploaded {
			faces++
		}
	}
	if faces < 10 {
		t.Errorf("got %d users with a face, want nearly all", faces)
	}
}

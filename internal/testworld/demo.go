package testworld

import (
	"context"
	"crypto/rand"
	"io"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/demo"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// Demo fills the empty service with the data set of the demo; its instants are before demo.Epoch.
func (s *Service) Demo(ctx context.Context, seed uint64) demo.Credentials {
	s.t.Helper()
	credentials, err := demo.Fill(ctx, demo.Filler{
		Make: func(now func() time.Time, random io.Reader) *app.App {
			return s.Node(func(o *app.Options) { o.Now, o.Random = now, random })
		},
		Seed: seed, Secrets: rand.Reader, BaseURL: BaseURL,
	})
	s.Must(err)
	return credentials
}

// Numbered returns all things of a kind: their legacy ids are one sequence from 1, with hardly a gap.
func Numbered[T any](s *Service, get func(fund.Key) (T, error)) []T {
	s.t.Helper()
	var all []T
	for n, misses := int64(1), 0; misses < 10; n++ {
		one, err := get(fund.Key{LegacyID: n})
		if fault.Is(err, fault.NotFound) {
			misses++
			continue
		}
		s.Must(err)
		all = append(all, one)
	}
	return all
}

package api_test

import (
	"testing"
	"time"

	"github.com/almoner/almoner/internal/api"
)

func TestShowsLeavesOutWhatIsNot(t *testing.T) {
	t.Parallel()
	type id [16]byte
	if got := api.Shows(id{1}, id{}, id{2}).Tags; len(got) != 2 || got[0] != (api.Tag{1}) || got[1] != (api.Tag{2}) {
		t.Errorf("got %v, want the two ids", got)
	}
}

func TestChangesAtTheFirstInstantToCome(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.March, 14, 12, 0, 0, 0, time.UTC)
	fresh := api.Shows(api.Tag{1})
	if got := fresh.ChangesAt(now, time.Time{}, now, now.Add(-time.Hour)).Until; !got.IsZero() {
		t.Errorf("got %v, want no limit: nothing changes any more", got)
	}
	if got := fresh.ChangesAt(now, now.Add(time.Hour), now.Add(time.Minute)).ChangesAt(now, now.Add(2*time.Minute)).Until; got != now.Add(time.Minute) {
		t.Errorf("got %v, want the earliest", got)
	}
}

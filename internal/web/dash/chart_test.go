package dash_test

import (
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// TestTheChartOfToday draws what came today, and while the streamer is live what came since.
func TestTheChartOfToday(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, b := t.Context(), h.as("owner")
	if page := b.Get(h.base()).Text; strings.Contains(page, `class="chart"`) {
		t.Errorf("got a chart before the first gift\n%s", page)
	}
	h.give("Ada")
	must.Get(h.Store.FoldHours(ctx))(t)
	page := b.Get(h.base()).Text
	for _, want := range []string{"Today, hour by hour", `class="chart-line"`, "From $0.00 to <strong>$12.50</strong>.", `<td>$12.50</td>`, "<dt>Today</dt><dd>$12.50</dd>"} {
		if !strings.Contains(page, want) {
			t.Errorf("got no %q\n%s", want, page)
		}
	}
	must.Get(h.StartLive(ctx, h.owner, h.key()))(t)
	if page := b.Get(h.base()).Text; !strings.Contains(page, "Since you went live, hour by hour") {
		t.Errorf("got no chart of the stream\n%s", page)
	}
	// Two days are the most that it goes back.
	seen := must.Get(h.See(ctx, h.owner, h.key()))(t)
	points := must.Get(h.RaisedSince(ctx, seen, h.Now().Add(-1000*time.Hour)))(t)
	if n := len(points); n < 49 || n > 50 || points[0].Total != 0 || points[n-1].Total != 1250 || h.Now().Sub(points[0].At) > app.MaxRaisedSince+time.Hour {
		t.Errorf("got %d points from %+v, want 48 hours", n, points[0])
	}
	if points := must.Get(h.RaisedSince(ctx, seen, h.Now()))(t); len(points) != 2 || points[1].Total != 1250 {
		t.Errorf("got %+v, want the beginning of this hour and now", points)
	}
	if fresh := must.Get(h.GetFact(ctx, h.owner, h.key()))(t); !fresh.Live(h.Now()) || fresh.Status != fund.Published {
		t.Errorf("got %+v, want it live", fresh)
	}
}

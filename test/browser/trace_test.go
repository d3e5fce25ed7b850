package browser_test

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/tracing"
	"github.com/chromedp/chromedp"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// traceEvent is one event of a trace of Chromium. Times are in microseconds; Busy is that of the processor.
type traceEvent struct {
	Name    string  `json:"name"`
	At      float64 `json:"ts"`
	Length  float64 `json:"dur"`
	Busy    float64 `json:"tdur"`
	Process int64   `json:"pid"`
	Thread  int64   `json:"tid"`
}

// work are the events of style, layout and script.
var work = []string{"UpdateLayoutTree", "Layout", "FunctionCall", "EvaluateScript", "FireAnimationFrame", "TimerFire", "EventDispatch", "RunMicrotasks", "WebSocketReceive"}

// namedWork is how long a part of a frame takes that is named.
const namedWork = 100 * time.Microsecond

// trace begins a trace of a page, and returns what ends it.
func (w window) trace() func() []traceEvent {
	w.t.Helper()
	var events []traceEvent
	done := make(chan struct{})
	must.Do(w.t, chromedp.Listen(w.ctx, func(one any) {
		switch one := one.(type) {
		case *tracing.EventDataCollected:
			for _, value := range one.Value {
				var e traceEvent
				if json.Unmarshal(value, &e) == nil {
					events = append(events, e)
				}
			}
		case *tracing.EventTracingComplete:
			close(done)
		}
	}))
	w.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, tracing.Start, tracing.StartParams{
			TraceConfig: &tracing.TraceConfig{IncludedCategories: []string{"devtools.timeline", "devtools.timeline.frame", "disabled-by-default-devtools.timeline", "disabled-by-default-devtools.timeline.frame", "toplevel"}},
		})
		return err
	}))
	return func() []traceEvent {
		w.t.Helper()
		w.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
			_, err := cdp.Call(ctx, target, tracing.End, cdp.Empty{})
			return err
		}))
		<-done
		return events
	}
}

// judgeTrace wants little style, layout and script in each frame of the page, and no long task.
func judgeTrace(t *testing.T, kind fund.OverlayKind, events []traceEvent) {
	t.Helper()
	slices.SortFunc(events, func(a, b traceEvent) int { return cmp.Compare(a.At, b.At) })
	type thread struct{ process, thread int64 }
	frames := map[thread]int{}
	for _, e := range events {
		if e.Name == "BeginMainThreadFrame" {
			frames[thread{e.Process, e.Thread}]++
		}
	}
	var main thread
	for one, n := range frames {
		if n > frames[main] {
			main = one
		}
	}
	var took, long []time.Duration
	var began, sum, until, worst float64
	var parts, worstParts []string
	end := func() {
		if took = append(took, micro(sum)); sum > worst {
			worst, worstParts = sum, parts
		}
		sum, parts = 0, nil
	}
	for _, e := range events {
		switch is := (thread{e.Process, e.Thread}) == main; {
		case !is:
		case e.Name == "BeginMainThreadFrame":
			end()
		case e.Name == "RunTask" || e.Name == "ThreadControllerImpl::RunTask":
			if micro(e.Busy) > longTask {
				long = append(long, micro(e.Busy))
			}
		case slices.Contains(work, e.Name) && e.At+e.Length > until: // one within another counts once
			if len(parts) > 0 && micro(e.At-began) > frameTime { // of a time without frames: what it needs counts where it is much
				if micro(sum) > frameWork {
					end()
				}
				sum, parts = 0, nil
			}
			if len(parts) == 0 {
				began = e.At
			}
			sum += e.Busy
			if parts = append(parts, ""); micro(e.Busy) >= namedWork {
				parts[len(parts)-1] = e.Name + " " + micro(e.Busy).String()
			}
			until = e.At + e.Length
		}
	}
	if len(took) == 0 {
		t.Fatalf("%s: got no frame in a trace of %d events", kind, len(events))
	}
	slices.Sort(took)
	p99 := took[(len(took)-1)*99/100]
	t.Logf("%s: style, layout and script of %d frames: p50 %s, p99 %s, at most %s (%s); long tasks: %v", kind, len(took), took[len(took)/2], p99, took[len(took)-1], strings.Join(slices.DeleteFunc(worstParts, func(s string) bool { return s == "" }), ", "), long)
	if p99 > frameWork || len(long) > 0 {
		t.Errorf("%s: got a p99 of %s and %d long tasks, want at most %s and none", kind, p99, len(long), frameWork)
	}
}

func micro(us float64) time.Duration { return time.Duration(us * float64(time.Microsecond)) }

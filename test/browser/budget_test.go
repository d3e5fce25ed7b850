package browser_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// What pages may weigh on a phone, in bytes as they are sent, and how long they may take.
const (
	// pageBytes is for the first page of a visit without its pictures, pageWithPictures with those of the first screen.
	pageBytes        = 100_000
	pageWithPictures = 300_000
	// donateBytes is for the donate page, in one request after the page that leads to it.
	donateBytes = 60_000
	// firstPaint is when a slow phone shows the first text of the first page. A machine that does other things, too, takes longer, but then also for
	// plainPage, which it paints after usualPaint otherwise.
	firstPaint = 1800 * time.Millisecond
	usualPaint = 300 * time.Millisecond
)

// The slow phone is that of Lighthouse: a slow 4G network, in bytes a second, and a processor that is four times slower than this one.
const (
	slowLatency  = 150 * time.Millisecond
	slowDownload = 1_638_400 / 8
	slowUpload   = 675_000 / 8
	slowFactor   = 4
	// paintings is how often a first page is painted at most until one is in time.
	paintings = 8
	// plainPage is as little as a page can be.
	plainPage = `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Plain</title><h1>Plain</h1></html>`
)

// sent is what the network has brought of a page: bytes of everything but pictures, of pictures, and the requests.
type sent struct{ Page, Pictures, Requests int64 }

// sentScript counts what was not in the cache.
const sentScript = `(() => {
	const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].filter(e => e.transferSize > 0);
	const is = e => e.initiatorType === "img" || /\/media\/|\.(png|jpe?g|webp|gif)$/.test(new URL(e.name).pathname);
	const sum = of => of.reduce((n, e) => n + e.transferSize, 0);
	return {Page: sum(all.filter(e => !is(e))), Pictures: sum(all.filter(is)), Requests: all.length};
})()`

// TestPagesHaveABudget weighs and times pages, one after the other: they share a demo, and the processor.
func TestPagesHaveABudget(t *testing.T) {
	t.Parallel()
	h := start(t)
	t.Run("first pages", func(t *testing.T) { firstPages(t, h) })
	t.Run("donate page", func(t *testing.T) { donatePage(t, h) })
	t.Run("slow phone", func(t *testing.T) { slowPhone(t, h) })
}

// firstPages weighs the pages of a visit as a phone loads them that has never been here.
func firstPages(t *testing.T, h house) {
	t.Helper()
	for _, page := range []struct{ name, path string }{
		{"home", "/"}, {"campaign", "/@" + h.Campaign.OwnerSlug + "/" + h.Campaign.Slug}, {"event", "/" + h.Cause.Slug + "/" + h.FundraisingEvent.Slug},
		{"cause", "/cause/" + h.Cause.Slug}, {"team", "/+" + h.Team.Slug}, {"user", "/@" + h.Campaign.OwnerSlug},
	} {
		j := begin(t, h, devices[0], "en")
		j.step(page.name, `document.querySelector("h1")`, j.visit(h.BaseURL+page.path))
		got := ask[sent](j.window, sentScript)
		t.Logf("%s: %d bytes, and %d of pictures, in %d requests", page.name, got.Page, got.Pictures, got.Requests)
		if got.Page > pageBytes || got.Page+got.Pictures > pageWithPictures {
			t.Errorf("%s: got %d bytes and %d of pictures, want at most %d, and %d with pictures", page.name, got.Page, got.Pictures, pageBytes, pageWithPictures)
		}
	}
}

// donatePage follows the link from a campaign to its donate page.
func donatePage(t *testing.T, h house) {
	t.Helper()
	j := begin(t, h, devices[0], "en")
	j.step("campaign", `document.querySelector("h1")`, j.visit(h.campaignPage()))
	j.step("donate", `document.getElementById("name")`, j.tap(`a.button[href$="/donate"]`))
	got := ask[sent](j.window, sentScript)
	t.Logf("donate: %d bytes, and %d of pictures, in %d requests", got.Page, got.Pictures, got.Requests)
	if got.Requests != 1 || got.Page > donateBytes {
		t.Errorf("got %d requests and %d bytes, want one of at most %d", got.Requests, got.Page, donateBytes)
	}
}

// slowPhone opens the page of a campaign, or of donations to it, as the first one, over a slow network, on a slow processor.
func slowPhone(t *testing.T, h house) {
	t.Helper()
	plain := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, plainPage) }))
	defer plain.Close()
	const most = float64(firstPaint) / float64(usualPaint)
	for _, page := range []struct{ name, address string }{{"campaign", h.campaignPage()}, {"donate", h.campaignPage() + "/donate"}} {
		var took, beside []time.Duration
		inTime := false
		for n := 0; n < paintings && !inTime; n++ {
			took = append(took, firstPaintOf(t, h, page.name, page.address))
			beside = append(beside, firstPaintOf(t, h, "plain", plain.URL))
			inTime = took[n] <= firstPaint || float64(took[n]) <= most*float64(beside[n])
		}
		t.Logf("%s: the first paint after %v, and of a plain page after %v", page.name, took, beside)
		if !inTime {
			t.Errorf("%s: got the first paint after %v, want it within %s, or %.0f times what a plain page takes, %v", page.name, took, firstPaint, most, beside)
		}
	}
}

// firstPaintOf opens a page as a slow phone that has never been here, and says when it showed the first text.
func firstPaintOf(t *testing.T, h house, name, address string) time.Duration {
	t.Helper()
	j := begin(t, h, devices[0], "en")
	j.do(slow())
	j.step(name, `performance.getEntriesByName("first-contentful-paint").length > 0`, j.visit(address))
	ms := ask[float64](j.window, `performance.getEntriesByName("first-contentful-paint")[0].startTime`)
	return time.Duration(ms * float64(time.Millisecond))
}

// slow makes the network and the processor those of a slow phone.
func slow() chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
			MatchedNetworkConditions: []*network.Conditions{{
				Latency: float64(slowLatency.Milliseconds()), DownloadThroughput: slowDownload, UploadThroughput: slowUpload,
			}},
		})
		if err != nil {
			return err
		}
		_, err = cdp.Call(ctx, target, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: slowFactor})
		return err
	})
}

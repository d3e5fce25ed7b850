package browser_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/almoner/almoner/internal/must"
)

// livePages are more pages than a browser opens streams to one host, which are six.
const livePages = 10

// livePage is a page of another site that shows the donors of a campaign as they come. %q are the address of the socket and the campaign.
const livePage = `<!doctype html><title>live</title><ol id="donors"></ol><p id="state"></p><script>
const socket = new WebSocket(%q);
socket.onopen = () => socket.send(JSON.stringify({type: "subscribe", facts: [%q], types: ["donation.completed"]}));
socket.onmessage = e => {
	const m = JSON.parse(e.data);
	if (m.type === "donation.completed") {
		const donor = document.createElement("li");
		donor.textContent = m.data.donor_name;
		document.getElementById("donors").append(donor);
	} else {
		document.getElementById("state").textContent += m.type + " ";
	}
};
</script>`

// TestTenLivePagesOfOneBrowser opens ten pages in the tabs of one browser over plain HTTP, makes a donation, and wants each to show it.
func TestTenLivePagesOfOneBrowser(t *testing.T) {
	t.Parallel()
	h := start(t)
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = fmt.Fprintf(w, livePage, "ws"+strings.TrimPrefix(h.BaseURL, "http")+"/live/socket", "@"+h.Campaign.OwnerSlug+"/"+h.Campaign.Slug)
	}))
	t.Cleanup(site.Close)
	pages := open(t).tabs(livePages)
	for i, one := range pages {
		one.do(chromedp.Navigate(fmt.Sprintf("%s/%d", site.URL, i)))
		one.until(`document.getElementById("state").textContent.includes("state")`)
	}
	donor := fmt.Sprintf("Live %d", time.Now().UnixNano())
	h.donate(t, donor)
	for _, one := range pages {
		one.until(fmt.Sprintf(`[...document.querySelectorAll("#donors li")].some(li => li.textContent === %q)`, donor))
	}
}

// tabs are that many tabs of the browser; the first is the window itself.
func (w window) tabs(n int) []window {
	w.t.Helper()
	all := []window{w}
	for len(all) < n {
		ctx, cancel := chromedp.NewContext(w.ctx)
		w.t.Cleanup(cancel)
		all = append(all, window{w.t, ctx})
	}
	return all
}

// until waits until a script says true, and looks again whenever the page changes: timers of tabs in the background are slow.
func (w window) until(script string) {
	w.t.Helper()
	ask[bool](w, fmt.Sprintf(`new Promise(done => {
		const look = () => { if (%s) done(true); };
		new MutationObserver(look).observe(document.body, {childList: true, characterData: true, subtree: true});
		look();
	})`, script))
}

// donate makes a donation to the campaign.
func (h house) donate(t *testing.T, donor string) {
	t.Helper()
	h.post(t, "/pay/sandbox/donations", h.Sandbox.Token, fmt.Sprintf(`{"name":%q,"campaign":%d,"amount":"5"}`, donor, h.Campaign.LegacyID))
}

// post sends JSON that is to be accepted.
func (h house) post(t *testing.T, path, token, body string) {
	t.Helper()
	h.write(t, http.MethodPost, path, token, body)
}

// write sends JSON in some way that is to be accepted.
func (h house) write(t *testing.T, method, path, token, body string) {
	t.Helper()
	r := must.Get(http.NewRequestWithContext(t.Context(), method, h.BaseURL+path, strings.NewReader(body)))(t)
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	answer := must.Get(http.DefaultClient.Do(r))(t)
	said := must.Get(io.ReadAll(answer.Body))(t)
	must.Do(t, answer.Body.Close())
	if answer.StatusCode != http.StatusOK && answer.StatusCode != http.StatusCreated {
		t.Fatalf("%s: got %s %s, want it done", path, answer.Status, said)
	}
}

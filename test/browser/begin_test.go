package browser_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/almoner/almoner/internal/testmail"
	"github.com/almoner/almoner/internal/testopenid"
)

// longestBegin is how long a script takes at most from the mail with the invitation to the first gift on the page.
const longestBegin = 2 * time.Minute

// TestFromNothingToTheFirstGift is the way of an invited streamer: they sign in at a provider, make and publish a campaign, and see the first gift on its page, which stays open.
func TestFromNothingToTheFirstGift(t *testing.T) {
	t.Parallel()
	club := testopenid.Start(t, testopenid.Settings{
		Page: true, Account: testopenid.Claims{"sub": "9", "email": "nova@example.org", "email_verified": true, "preferred_username": "nova_plays"},
	})
	post := testmail.Start(t, testmail.Options{})
	h := start(t, "--mail-server", post.URL(), "--mail-from", "Open Harbor <accounts@give.test>", "--webhook-networks", "127.0.0.0/8",
		"--openid-issuer", "club="+club.Issuer, "--openid-name", "club=The Club", "--openid-client-id", "club="+testopenid.ClientID, "--openid-secret", "club="+testopenid.Secret)
	const address = "nova@example.org"
	h.command(t, "user", "invite", "--email", address)
	post.WaitTo(t.Context(), t, address, 1)
	mail := post.Messages()[len(post.Messages())-1]
	link := regexp.MustCompile(regexp.QuoteMeta(h.BaseURL) + `/account/join\?key=\S+`).FindString(plainText(t, mail.Data))
	streamer, donor := open(t), open(t)

	began := time.Now()
	var steps []string
	step := func(name string) { steps = append(steps, fmt.Sprintf("%s %.1f s", name, time.Since(began).Seconds())) }
	previewed := func(script string) {
		ask[bool](streamer, `new Promise(done => { const again = setInterval(() => { if (`+script+`) { clearInterval(again); done(true); } }, 50); })`)
	}
	streamer.do(chromedp.Navigate(link), chromedp.WaitVisible("#username"), chromedp.SetValue("#username", "Nova"), chromedp.SetValue("#slug", "nova"))
	streamer.look("begin-join")
	streamer.do(chromedp.Click(`button[formaction="/account/openid/club/join"]`))
	streamer.settled("Sign in at the provider")
	streamer.do(chromedp.Click("#allow"))
	streamer.settled("Dashboard")
	step("account")

	streamer.do(chromedp.Click(`a[href="/dashboard/new"]`))
	streamer.settled("Start a campaign")
	streamer.do(chromedp.Click(`//ul[contains(@class, "homes")]//a[contains(., "Open Harbor Relief")]`), chromedp.WaitVisible("#name"), chromedp.SendKeys("#name", "Night run"))
	previewed(`document.getElementById("preview").contentDocument?.querySelector("h1")?.textContent === "Night run"`)
	streamer.look("begin-name")
	streamer.do(chromedp.Click(`form[data-preview] button`), chromedp.WaitVisible("#goal"), chromedp.SendKeys("#goal", "500"))
	previewed(`document.getElementById("preview").contentDocument?.querySelector(".total")?.textContent.includes("500")`)
	streamer.look("begin-goal")
	streamer.do(chromedp.Click(`button[value=publish]`), chromedp.WaitVisible(`[role=status] a`))
	step("published")
	streamer.look("begin-published")
	page := ask[string](streamer, `document.querySelector("[role=status] a").href`)
	if !strings.HasSuffix(page, "/@nova/night-run") {
		t.Errorf("got the page %s", page)
	}
	streamer.do(chromedp.Navigate(page))
	streamer.settled("Night run")

	donor.do(chromedp.Navigate(page+"/donate?amount=25"), chromedp.SetValue("#name", "Ada"), chromedp.SetValue("#comment", "Run!"))
	donor.do(chromedp.Click(submit), chromedp.WaitVisible("#card"), chromedp.SendKeys("#card", goodCard), chromedp.SendKeys("#code", "123"), chromedp.Click(submit))
	donor.do(chromedp.WaitVisible(".gift.thanked"))
	step("given")
	streamer.until(fmt.Sprintf(listedGift, "Ada"))
	step("seen")
	took := time.Since(began)
	streamer.look("begin-first-gift")
	t.Logf("from the invitation to the first gift on the page: %.1f s (%s)", took.Seconds(), strings.Join(steps, ", "))
	if took > longestBegin {
		t.Errorf("got the first gift after %v, want %v at most", took, longestBegin)
	}
	if comment := ask[bool](streamer, `document.body.textContent.includes("Run!")`); comment {
		t.Error("got the comment at once, want it after the wait of the normal choice")
	}
}

package browser_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/almoner/almoner/internal/demo"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testcallers"
	"github.com/almoner/almoner/internal/testmail"
	"github.com/almoner/almoner/internal/testnode"
)

// whole has every state of every page looked at in every way, and every scenario played in every way. everyLanguage has every state looked at in each language.
// Without either, states take turns at all ways.
var (
	whole         = os.Getenv("ALMONER_BROWSER") == "whole"
	everyLanguage = whole || os.Getenv("ALMONER_BROWSER") == "languages"
)

var (
	tourLanguages = []string{"en", "de", "ar"}
	tourWidths    = []int64{390, 768, 1440}
	tourSchemes   = []string{"light", "dark"}
)

// noPages are routes that show nobody a page, by the beginnings of their patterns.
var noPages = map[string]string{
	"/api/": "JSON", "/live/": "events", "/socket/": "a WebSocket", "/text/": "a line for chat bots", "/text": "a line for chat bots", "/oauth/token": "JSON", "/oauth/validate": "JSON", "/.well-known/": "text and JSON for programs",
	"/media/": "pictures and sounds", "/assets/{asset}": "styles, scripts and pictures", "/account/style.css": "a style", "/pay/sandbox/style.css": "a style", "/healthz": "text", "/readyz": "text", "/metrics": "text",
	"/robots.txt": "text", "/sitemap.xml": "XML", "/favicon.ico": "a picture", "/account": "leads on to the account",
}

// notPages end the patterns of files below pages, and of addresses that lead on.
var notPages = map[string]string{
	"/card.png": "a picture", "/donations.atom": "a feed", "/schedule.ics": "a calendar", "/qr.svg": "a picture", "/receipt.pdf": "a file", "/preview": "the page of a campaign in a frame of another page", "/overlay/{key}/socket": "a WebSocket", "/gifts/{key}/pay": "leads on to the payment",
}

// tour is a visit of every page in every state.
type tour struct {
	window
	house
	post        *testmail.Server
	application application
	// language is at that place of tourLanguages, and others is how many after it take turns with it. seen counts the states of the part, and visits the addresses.
	language, others, seen, visits int
	part                           string
	// paths are the paths of all pages that were seen.
	paths *paths
	// looks counts what the checker looked at.
	looks int
}

type paths struct {
	sync.Mutex
	all []string
}

// TestEveryPageInEveryState looks at every page of the server in every state: the checker finds nothing, and the page fits. Its other half wants no page to be
// left out.
func TestEveryPageInEveryState(t *testing.T) {
	t.Parallel()
	seen := &paths{}
	var looks, states int
	t.Run("pages", func(t *testing.T) {
		post := testmail.Start(t, testmail.Options{})
		h := start(t, "--rate", "1/s", "--mail-server", post.URL(), "--mail-from", "Open Harbor <receipts@give.test>", "--mail-anyone", "--limit-address-per-minute", "0")
		application := h.register(t, "http://127.0.0.1:9/callback")
		h.finance = h.token(t, "--cause", h.Cause.Slug)
		h.post(t, "/api/private/campaigns", h.V3.UserToken, fmt.Sprintf(`{"name":"Before the storm","slug":"before-the-storm","cause_id":%q,"goal":"2500","status":"published","starts_at":"2035-01-02T18:00:00Z"}`, h.Cause.ID))
		var counting sync.Mutex
		names, others := []string{strings.Join(tourLanguages, " ")}, len(tourLanguages)-1
		if everyLanguage {
			names, others = tourLanguages, 0
		}
		for i, name := range names {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				for part, visit := range map[string]func(*tour){"strangers": (*tour).strangers, "donors": (*tour).donors, "users": (*tour).users, "sign-ups": (*tour).signUps, "operators": (*tour).operators, "troubles": (*tour).troubles} {
					t.Run(part, func(t *testing.T) {
						v := &tour{window: openFor(t, time.Hour), house: h, post: post, application: application, language: i, others: others, part: part, paths: seen}
						v.do(speaks(v.spoken()))
						visit(v)
						counting.Lock()
						defer counting.Unlock()
						looks, states = looks+v.looks, states+v.seen
					})
				}
			})
		}
	})
	t.Logf("%d states of pages, looked at %d times", states, looks)
	t.Run("none is left out", func(t *testing.T) { everyRoute(t, seen.all) })
}

// everyRoute wants each route of the server that is read to have been seen, or to show no page.
func everyRoute(t *testing.T, seen []string) {
	t.Helper()
	var patterns []string
	for _, route := range testcallers.New(t, testcallers.Options{}).Routes() {
		if route.Method == "GET" && !isNoPage(route.Pattern) {
			patterns = append(patterns, route.Pattern)
		}
	}
	for _, path := range seen {
		if best := bestPattern(patterns, path); best != "" {
			patterns = slices.DeleteFunc(patterns, func(p string) bool { return p == best })
		}
	}
	for _, pattern := range patterns {
		t.Errorf("%s: no test looks at this page: have the tour visit it, or say in noPages what it is", pattern)
	}
}

func isNoPage(pattern string) bool {
	for begin := range noPages {
		if pattern == begin || strings.HasSuffix(begin, "/") && strings.HasPrefix(pattern, begin) {
			return true
		}
	}
	for end := range notPages {
		if strings.HasSuffix(pattern, end) {
			return true
		}
	}
	return false
}

// bestPattern is the one that a path has with the most literal parts; "" for none.
func bestPattern(patterns []string, path string) (best string) {
	most := -1
	at := strings.Split(path, "/")
	for _, pattern := range patterns {
		parts, literal := strings.Split(pattern, "/"), 0
		if len(parts) != len(at) {
			continue
		}
		for i, part := range parts {
			switch {
			case part == at[i]:
				literal++
			case !strings.HasPrefix(part, "{"):
				literal = -len(parts)
			}
		}
		if literal > most {
			best, most = pattern, literal
		}
	}
	return best
}

// at visits an address, and looks at its page.
func (v *tour) at(name, address string) {
	v.t.Helper()
	if !strings.HasPrefix(address, "http") {
		address = v.BaseURL + address
	}
	v.visits++
	v.do(speaks(v.spoken()), chromedp.Navigate(address))
	v.state(name)
}

// spoken is the language that pages are asked for in. It changes with an address, not with a form: what a page has in its fields, such as an amount, is written in the language of the page.
func (v *tour) spoken() string { return tourLanguages[v.language+v.visits%(1+v.others)] }

// due reports whether the turn of a page comes at a width and in a scheme. A state of a tour is looked at once, and where each tour has a language of its own, at each width in one of them.
func (v *tour) due(w, s int) bool {
	at := v.seen + v.language
	width := at
	if v.others > 0 { // else each language would have a width of its own
		width += at / (len(tourLanguages) * len(tourSchemes))
	}
	return whole || w == width%len(tourWidths) && s == at%len(tourSchemes)
}

// state looks at the page that is shown.
func (v *tour) state(name string) {
	v.t.Helper()
	v.shown(`document.querySelector("h1, .embed")`)
	path, language := ask[string](v.window, "location.pathname"), v.spoken()
	if strings.HasPrefix(path, "/docs/") {
		language = "en" // whatever the browser asks for
	}
	if got := ask[string](v.window, `document.documentElement.lang.slice(0, 2)`); got != language {
		v.t.Errorf("%s: got a page in %q, want %q", name, got, language)
	}
	if ask[bool](v.window, lostFocus) {
		v.t.Errorf("%s: got the focus elsewhere, want it on what is wrong in the form that was sent", name)
	}
	if checked := ask[string](v.window, browserChecks); checked != "" {
		v.t.Errorf("%s: got a form to %s that the browser checks, want novalidate: it says what is wrong in its own language and words", name, checked)
	}
	v.paths.Lock()
	v.paths.all = append(v.paths.all, path)
	v.paths.Unlock()
	for w, width := range tourWidths {
		for s, scheme := range tourSchemes {
			if v.due(w, s) {
				v.look(fmt.Sprintf("%s-%02d-%s-%s-%d-%s", v.part, v.seen, strings.ReplaceAll(name, " ", "-"), language, width, scheme), width, scheme)
			}
		}
	}
	v.seen++
}

// lostFocus says whether a form was refused, and what is wrong with it does not have the focus.
const lostFocus = `new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(` + answered + ` >= 400 &&
	[...document.querySelectorAll("main :is([aria-invalid=true], [role=alert])")].some(` + isShown + `) && !document.activeElement.matches("[aria-invalid=true], [role=alert], [required]")))))`

// browserChecks is the address of a form of ours whose fields the browser checks before it sends it; "" for none. That of a passkey has to be right before the device is asked, and only the browser
// knows of half a date.
const browserChecks = `[...document.forms].find(f => !f.noValidate && !f.dataset.passkey && !location.pathname.startsWith("/pay/") &&
	[...f.elements].some(e => e.willValidate && (e.required || e.pattern || ["email", "url", "number"].includes(e.type))))?.action ?? ""`

func (v *tour) look(name string, width int64, scheme string) {
	v.t.Helper()
	v.looks++
	v.do(chromedp.EmulateViewport(width, 900), colors(scheme))
	if wide := ask[int64](v.window, "document.documentElement.scrollWidth"); wide > width {
		v.t.Errorf("%s: got a page %d wide", name, wide)
	}
	if v.others == 0 || v.seen%checkEvery == 0 {
		v.accessible(name)
	}
	v.keep(name)
}

// checkEvery is how many states the checker looks at one of where languages take turns.
const checkEvery = 3

// shown waits until the page has been loaded and fits the script.
func (v *tour) shown(until string) {
	v.t.Helper()
	(&journey{window: v.window}).loaded("tour", until)
}

// press presses a button or a link, and waits for the page behind it.
func (v *tour) press(selector, until string) {
	v.t.Helper()
	if ask[bool](v.window, "Boolean("+until+")") {
		v.t.Fatalf("%s: the page before has %s, too; want what only the page behind it has", selector, until)
	}
	v.do(chromedp.ScrollIntoView(shown(selector)), chromedp.Click(shown(selector)))
	v.shown(until)
}

// send sends the form of the page, and waits for the answer.
func (v *tour) send(until string) {
	v.t.Helper()
	v.press(submit, until)
}

// mostMails is how many mails somebody gets in a tour at most.
const mostMails = 10

// mailedLink is the first link that begins so and was mailed to an address.
func mailedLink(t *testing.T, post *testmail.Server, to, begins string) string {
	t.Helper()
	link := regexp.MustCompile(regexp.QuoteMeta(begins) + `[\w?=-]+`)
	plain := strings.NewReplacer("=\n", "", "=3D", "=")
	for mails := 1; mails <= mostMails; mails++ {
		post.WaitTo(t.Context(), t, to, mails)
		for _, m := range post.Messages() {
			if found := link.FindString(plain.Replace(string(m.Data))); m.To == to && found != "" {
				return found
			}
		}
	}
	t.Fatalf("got no mail with a link to %s… for %s", begins, to)
	return ""
}

// linkTo is the first link to a path that was mailed to an address.
func (v *tour) linkTo(to, path string) string {
	v.t.Helper()
	return mailedLink(v.t, v.post, to, v.BaseURL+path)
}

// strangers are the pages that everybody may see.
func (v *tour) strangers() {
	v.t.Helper()
	campaign := strings.TrimPrefix(v.campaignPage(), v.BaseURL)
	for _, page := range []struct{ name, address string }{
		{"home", "/"}, {"components", "/assets/design"}, {"live campaign", campaign}, {"goal reached", "/+" + v.TeamCampaign.OwnerSlug + "/" + v.TeamCampaign.Slug},
		{"empty campaign", "/@zoe/first-light"}, {"ended", "/@jonas/autumn-warmup"}, {"retired event", "/" + v.Cause.Slug + "/summer-splash"}, {"unpublished", "/@jonas/secret-plan"},
		{"upcoming", "/@" + v.Users[0].Slug + "/before-the-storm"}, {"donate to what is upcoming", "/@" + v.Users[0].Slug + "/before-the-storm/donate"},
		{"personal campaign", "/@" + v.PersonalCampaign.OwnerSlug + "/" + v.PersonalCampaign.Slug}, {"auction house", "/@" + v.AuctionHouse.OwnerSlug + "/" + v.AuctionHouse.Slug},
		{"event", "/" + v.Cause.Slug + "/" + v.FundraisingEvent.Slug}, {"cause", "/cause/" + v.Cause.Slug}, {"user", "/@" + v.Campaign.OwnerSlug}, {"user without campaigns", "/@" + v.Operator.Slug},
		{"team", "/+" + v.Team.Slug},
		{"donate", campaign + "/donate"}, {"donate prefilled", campaign + "/donate?amount=0.01&name=Ada&comment=Hello&reward=1&poll_option=1&target=1"}, {"donate to a cause", "/cause/" + v.Cause.Slug + "/donate"},
		{"donate to a cause by its short name", "/" + v.Cause.Slug + "/donate"}, {"donate to an event", "/" + v.Cause.Slug + "/" + v.FundraisingEvent.Slug + "/donate"}, {"donate closed", "/@jonas/autumn-warmup/donate"},
		{"search", "/search"}, {"search results", "/search?q=l"}, {"search none", "/search?q=nobody+at+all"}, {"search last page", "/search?q=l&page=20"},
		{"embeds", campaign + "/embed"}, {"embeds of a cause", "/cause/" + v.Cause.Slug + "/embed"}, {"embedded button", "/embed/button" + campaign}, {"embedded goal", "/embed/goal" + campaign},
		{"embedded list", "/embed/list" + campaign}, {"embedded list of a cause", "/embed/list/cause/" + v.Cause.Slug}, {"embedded list without donations", "/embed/list/@zoe/first-light"},
		{"not found", "/nothing/at/all"}, {"gift not found", "/gifts/none"},
		{"dead link", "/gifts/find/none"}, {"dead link of consent", "/gifts/contact/none"}, {"dead link of an account", "/account/email/confirm?key=none"}, {"application not known", "/oauth/authorize?client_id=none"},
		{"dead link of a password", "/account/password/new?key=none"}, {"invitation that does not hold", "/account/join?key=none"}, {"dead link of a grant", "/dashboard/accept?key=none"},
		{"server that is set up", "/setup"}, {"sign in", "/account/sign-in"}, {"forgot a password", "/account/password/forgot"}, {"back from a provider that is not known", "/account/openid/none/back"}, {"sign up where it is not open", "/account/sign-up"}, {"find gifts", "/gifts"}, {"my gifts without a link", "/gifts/mine"}, {"erase without a link", "/gifts/mine/erase"},
		{"reference", "/docs/api"}, {"operation", "/docs/api?document=private&operation=getCause"},
	} {
		v.at(page.name, page.address)
	}
	v.do(chromedp.Navigate(v.BaseURL + "/search"))
	ask[bool](v.window, `(f => { f.method = "post"; f.action = location.href; document.body.append(f); setTimeout(() => f.submit()); return true })(document.createElement("form"))`)
	v.shown(`document.querySelector(".problem-page")`)
	v.state("not allowed")
}

// donors give, and look at what comes of it.
func (v *tour) donors() {
	v.t.Helper()
	address := fmt.Sprintf("ada-%s@example.org", tourLanguages[v.language])
	v.do(chromedp.Navigate(v.campaignPage() + "/donate?amount=0.01"))
	v.do(chromedp.SetValue("#email", "nonsense"))
	v.send(`document.getElementById("summary")`)
	v.state("donate wrong")
	v.do(chromedp.SetValue("#amount", "30"), chromedp.SetValue("#email", address), chromedp.SetValue("#name", "Ada"), chromedp.Click(`label[for="contact"]`))
	v.send(`document.getElementById("card")`)
	v.state("card page")
	v.do(chromedp.SendKeys("#card", "4000 0000 0000 0002"), chromedp.SendKeys("#code", "005"))
	v.send(`document.querySelector("[role=alert]")`)
	v.state("card declined")
	v.do(chromedp.SetValue("#card", confirmCard), chromedp.SetValue("#code", "005"))
	v.send(`document.querySelector("button[value=yes]")`)
	v.state("card confirm")
	v.press(`button[value=yes]`, `document.querySelector(".gift.thanked")`)
	v.state("thanks")
	gift := ask[string](v.window, "location.pathname")
	v.at("receipt", gift+"/receipt")
	number := ask[string](v.window, `document.querySelector(".receipt header").textContent.match(/\d+/)[0]`)
	v.at("receipt by its number", gift+"/receipt/"+number)
	v.at("spelling", gift+"/spelling")
	v.do(chromedp.SetValue("#name", " "))
	v.send(`document.querySelector("[role=alert]")`)
	v.state("spelling wrong")
	v.do(chromedp.SetValue("#name", "Ada Lovelace"))
	v.send(`location.pathname.includes("/receipt")`)
	v.at("receipt reissued", gift+"/receipt")
	v.at("receipt void", gift+"/receipt/"+number)
	v.at("case", gift+"/problem")
	v.send(`document.querySelector(".wrong")`)
	v.state("case wrong")
	v.do(chromedp.SetValue("textarea", "I gave twice."))
	v.send(`document.querySelector("[role=status]")`)
	v.state("case open")
	v.at("thanks with a case", gift)
	v.waiting()

	v.at("find gifts again", "/gifts")
	v.do(chromedp.SetValue("#email", "nonsense"))
	v.send(`document.querySelector("[role=alert]")`)
	v.state("find gifts wrong")
	v.do(chromedp.SetValue("#email", address))
	v.send(`document.querySelector("main h1") && !document.getElementById("email")`)
	v.state("find gifts sent")
	link := v.linkTo(address, "/gifts/find/")
	v.at("confirm a link", link)
	v.send(`location.pathname === "/gifts/mine"`)
	v.state("my gifts")
	v.press(`a[href*="/statements/"]`, `document.querySelector(".receipt")`)
	v.state("statement of a year")
	v.at("consent to contact", consentLink.FindString(string(v.read(v.BaseURL+"/gifts/mine"))))
	v.send(`!document.querySelector("main form")`)
	v.state("consent withdrawn")
	v.at("used link", link)
	v.at("erase", "/gifts/mine/erase")
	v.send(`!document.querySelector("main form")`)
	v.state("erased")
	v.refunded()
}

// consentLink is where a consent is withdrawn.
var consentLink = regexp.MustCompile(`/gifts/contact/[\w-]+`)

// refunded is a gift that the charity gives back.
func (v *tour) refunded() {
	v.t.Helper()
	donor := fmt.Sprintf("Grace %s", tourLanguages[v.language])
	v.do(chromedp.Navigate(v.campaignPage()+"/donate?amount=12"), chromedp.SetValue("#name", donor))
	v.send(`document.getElementById("card")`)
	v.do(chromedp.SendKeys("#card", goodCard), chromedp.SendKeys("#code", "123"))
	v.send(`document.querySelector(".gift.thanked")`)
	gift := ask[string](v.window, "location.pathname")
	v.do(chromedp.Navigate(v.campaignPage()))
	v.shown(fmt.Sprintf(listedGift, donor))
	v.house.post(v.t, "/api/private/donations/"+v.donationOf(donor)+"/refund", v.finance, `{}`)
	v.do(chromedp.Navigate(v.BaseURL + gift))
	v.shown(`!document.querySelector(".thanked")`)
	v.state("refunded")
	v.at("receipt of what was refunded", gift+"/receipt")
}

// waiting is a payment that takes its time.
func (v *tour) waiting() {
	v.t.Helper()
	v.do(chromedp.Navigate(v.campaignPage() + "/donate?amount=20"))
	v.send(`document.getElementById("card")`)
	v.do(chromedp.SendKeys("#card", slowCard), chromedp.SendKeys("#code", "045"))
	v.send(`document.querySelector(".gift")`)
	v.state("gift on its way")
	v.forgetGift()
}

// forgetGift reads the page of a gift as a browser does that did not give.
func (v *tour) forgetGift() {
	v.t.Helper()
	v.do(chromedp.Navigate(v.campaignPage() + "/donate?amount=20"))
	v.send(`document.getElementById("card")`)
	v.do(chromedp.SendKeys("#card", goodCard), chromedp.SendKeys("#code", "123"))
	(&journey{window: v.window}).forget()
	v.send(`document.querySelector(".gift.thanked")`)
	v.state("thanks in another browser")
}

// users sign in, and look at their accounts.
func (v *tour) users() {
	v.t.Helper()
	user := v.Users[v.language]
	v.do(chromedp.Navigate(v.BaseURL+"/account/sign-in"), chromedp.SetValue("#email", user.Email), chromedp.SetValue("#password", "not the password"))
	v.send(`document.querySelector("[role=alert]")`)
	v.state("sign in wrong")
	v.do(chromedp.SetValue("#password", user.Password))
	v.send(`location.pathname == "/dashboard" && !document.getElementById("password")`)
	v.at("account", "/account/sessions")
	authorize := "/oauth/authorize?" + url.Values{"client_id": {v.application.id}, "response_type": {"code"}, "redirect_uri": {"http://127.0.0.1:9/callback"}, "scope": {"public write"}}.Encode()
	v.at("allow an application", authorize)
	v.twoSteps(user)
	v.at("passkeys at a number", "/account/passkeys") // TestAPasskeyInChromium has a name
	v.tokens()
	v.apps()
	v.at("address", "/account/email")
	v.do(chromedp.SetValue("#email", user.Email))
	v.send(`document.querySelector("[role=alert]")`)
	v.state("address wrong")
	address := fmt.Sprintf("another-%s@example.org", tourLanguages[v.language])
	v.do(chromedp.SetValue("#email", address))
	v.send(`!document.getElementById("email")`)
	v.state("address sent")
	v.at("confirm an address", v.linkTo(address, "/account/email/confirm"))
	v.at("password", "/account/password")
	v.do(chromedp.SetValue("#present", "not the password"), chromedp.SetValue("#password", "four words of my own"))
	v.send(`document.querySelector("[role=alert]")`)
	v.state("password wrong")
	v.do(chromedp.SetValue("#present", "x"), chromedp.SetValue("#password", "short"))
	v.send(`document.querySelector("#problem")`)
	v.state("password short")
	v.do(chromedp.SetValue("#present", user.Password), chromedp.SetValue("#password", user.Password))
	v.send(`!document.getElementById("password")`)
	v.state("password changed")
	v.do(chromedp.Navigate(v.BaseURL+"/account/password/forgot"), chromedp.SetValue("#email", user.Email))
	v.send(`!document.getElementById("email")`)
	v.state("password link sent")
	v.at("choose a password", v.linkTo(user.Email, "/account/password/new"))
	guest := fmt.Sprintf("guest-%s@example.org", tourLanguages[v.language])
	v.command(v.t, "user", "invite", "--email", guest)
	v.at("join", v.linkTo(guest, "/account/join"))
	v.do(chromedp.SetValue("#username", "Guest"), chromedp.SetValue("#slug", "a b"), chromedp.SetValue("#password", user.Password))
	v.send(`document.querySelector("[role=alert]")`)
	v.state("join wrong")
	v.dashboard()
	v.leaves()
}

// answered is the status of the page.
const answered = `performance.getEntriesByType("navigation")[0].responseStatus`

// troubles are the pages of a server that is asked too much, and of one whose database is broken. Its log is full of it.
func (v *tour) troubles() {
	v.t.Helper()
	data := filepath.Join(v.t.TempDir(), "data")
	server := exec.CommandContext(context.WithoutCancel(v.t.Context()), v.binary, "demo", "--addr", "127.0.0.1:0", "--data", data, "--rate", "0", "--no-pictures", "--limit-address-per-minute", "30", "--log-level", "error")
	testnode.Launch(v.t, server)
	defer func() {
		_ = server.Process.Kill()
		_ = server.Wait()
	}()
	v.house = house{Credentials: must.Get(demo.Load(data))(v.t)}
	db := must.Get(sql.Open("sqlite", "file:"+filepath.Join(data, "almoner.db")+"?_pragma=busy_timeout(5000)"))(v.t)
	for _, broken := range []struct {
		name, with, address string
		status              int64
	}{
		{"not available", "DROP TABLE search_words", "/search?q=harbor", http.StatusServiceUnavailable},
		{"broken", "ALTER TABLE teams RENAME COLUMN about TO missing", "/+" + v.Team.Slug, http.StatusInternalServerError},
	} {
		must.Get(db.ExecContext(v.t.Context(), broken.with))(v.t)
		v.at(broken.name, broken.address)
		if got := ask[int64](v.window, answered); got != broken.status {
			v.t.Errorf("%s: got %d, want %d", broken.name, got, broken.status)
		}
	}
	must.Do(v.t, db.Close())
	for range 60 {
		v.do(chromedp.Navigate(v.BaseURL + "/cause/" + v.Cause.Slug))
		if ask[int64](v.window, answered) == http.StatusTooManyRequests {
			v.state("too many requests")
			return
		}
	}
	v.t.Error("got no page that says that there were too many requests")
}

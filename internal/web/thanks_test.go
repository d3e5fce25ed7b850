package web_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

const shopSite = "https://shop.example"

// wants checks that a page has some texts and has not others.
func (a answer) wants(t *testing.T, name string, has []string, hasNot ...string) {
	t.Helper()
	for _, want := range has {
		if !strings.Contains(a.body, want) {
			t.Errorf("%s: got a page without %q:\n%s", name, want, a.body)
		}
	}
	for _, no := range hasNot {
		if strings.Contains(a.body, no) {
			t.Errorf("%s: got a page with %q", name, no)
		}
	}
}

// setGiving changes how a fact takes donations.
func (h *house) setGiving(t *testing.T, f fund.Fact, p fund.DonationSettingsPatch) {
	t.Helper()
	_, err := h.UpdateDonationSettings(t.Context(), app.System(), keyOf(f), p)
	must.Do(t, err)
}

func (h *house) goLive(t *testing.T) {
	t.Helper()
	_, err := h.UpdateCampaign(t.Context(), h.owner, keyOf(h.campaign), fund.CampaignPatch{Livestream: fund.Some(&fund.Livestream{Type: "twitch", Channel: "ana"})})
	must.Do(t, err)
}

func TestTheThankYouPage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	s := h.stall(t)
	h.goLive(t)
	_, err := h.CreateMilestone(t.Context(), h.owner, keyOf(h.campaign), fund.MilestonePatch{Name: fund.Some("Dance <1>"), Amount: fund.Some("120")})
	must.Do(t, err)
	h.setGiving(t, h.campaign, fund.DonationSettingsPatch{Thanks: fund.Some("You <b>rock</b>!\nAna"), StreamDelay: fund.Some(int64(90))})
	g := h.donor()
	paid := g.pay(g.give(page, "preset", "100.00", "poll_option", number(s.open.Options[0].LegacyID), "target", number(s.target.LegacyID)), goodCard)
	first := g.get(paid.Header.Get("Location"))
	first.wants(t, "the first gift", []string{
		"A word from Ana", "You &lt;b&gt;rock&lt;/b&gt;!\nAna", "What your gift did", "Your vote for “A &lt;1&gt;” counts: $100.00 so far.",
		"The challenge “Sing” is met: $100.00 of $100.00.", "Your gift is seen on stream in about ",
	}, "milestone")
	other := h.donor()
	second := other.pay(other.give(page, "preset", "25.00"), goodCard)
	other.get(second.Header.Get("Location")).wants(t, "the second gift", []string{"With your gift, the milestone “Dance &lt;1&gt;” was reached."}, "Your vote", "challenge")

	h.Clock.Advance(90 * time.Second)
	g.get(paid.Header.Get("Location")).wants(t, "when it was seen", []string{"A word from"}, "seen on stream")
	h.setGiving(t, h.campaign, fund.DonationSettingsPatch{Thanks: fund.Some(""), StreamDelay: fund.Some(int64(0))})
	third := g.pay(g.give(page, "preset", "10.00"), goodCard)
	g.get(third.Header.Get("Location")).wants(t, "without words", []string{"Your gift is seen on stream in a moment."}, "A word from", "What your gift did")

	h.setGiving(t, h.campaign, fund.DonationSettingsPatch{Screening: fund.Some(fund.ScreenEverything)})
	held := g.pay(g.give(page, "preset", "10.00", "comment", "Hi"), goodCard)
	g.get(held.Header.Get("Location")).wants(t, "held", []string{"Your message is being looked at. Your name and comment appear after that."}, "seen on stream")

	h.setGiving(t, h.campaign, fund.DonationSettingsPatch{Screening: fund.Some(fund.ScreenComments)})
	held = g.pay(g.give(page, "preset", "10.00", "comment", "Hi"), goodCard)
	g.get(held.Header.Get("Location")).wants(t, "with its comment held", []string{"Your comment appears once it has been looked at."}, "Your name and comment")
}

func TestDonorsGoBackToTheSiteTheyCameFrom(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, err := h.UpdateCause(t.Context(), app.System(), fund.Key{ID: h.cause.ID}, fund.CausePatch{AllowedOrigins: fund.Some([]string{shopSite})})
	must.Do(t, err)
	link := func(to string) string {
		return page + "?" + url.Values{"via": {"panel"}, "return_to": {to}}.Encode()
	}
	g := h.donor()
	form := g.get(link(shopSite + "/thanks?order=1"))
	form.wants(t, "the form", []string{"After you have paid, you can go back to <bdi>shop.example</bdi>", `name="via" value="panel"`})
	begun := g.send(http.MethodPost, page, form.form("preset", "10.00").Encode())
	paid := g.pay(begun, goodCard)
	g.get(paid.Header.Get("Location")).wants(t, "the gift", []string{`href="https://shop.example/thanks?order=1" rel="noopener noreferrer nofollow"`, "Back to shop.example"})
	h.donor().get(paid.Request.URL.Path).wants(t, "the gift in another browser", []string{"Back to shop.example"})

	evil := "https://shop.example@evil.example/"
	form = g.get(link(evil))
	form.wants(t, "a form with another site", nil, `name="return_to"`, "go back to")
	begun = g.send(http.MethodPost, page, form.form("preset", "10.00", "return_to", evil, "via", "<x>").Encode())
	paid = g.pay(begun, goodCard)
	g.get(paid.Header.Get("Location")).wants(t, "a gift with another site", nil, "evil.example", "Back to ")
	donations, err := h.Store.ListDonations(t.Context(), store.DonationFilter{Fact: h.campaign.ID}, fund.Page{Limit: 5})
	must.Do(t, err)
	for i, want := range []fund.Payment{{}, {Via: "panel", ReturnTo: "https://shop.example/thanks?order=1"}} {
		p := must.Get(h.Store.GetPayment(t.Context(), donations[i].ID))(t)
		if p.Via != want.Via || p.ReturnTo != want.ReturnTo {
			t.Errorf("got via %q and back to %q, want %q and %q", p.Via, p.ReturnTo, want.Via, want.ReturnTo)
		}
	}
}

var backLink = regexp.MustCompile(`class="back"><a href="([^"]*)"`)

// backOf is where a payment page leads back to.
func backOf(t *testing.T, paying answer) string {
	t.Helper()
	found := backLink.FindStringSubmatch(paying.body)
	if found == nil {
		t.Fatalf("got a payment without a way back:\n%s", paying.body)
	}
	return html.UnescapeString(found[1])
}

// TestGoingBackKeepsWhatWasTyped goes back from the payment, in the browser that typed and in another one.
func TestGoingBackKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	s := h.stall(t)
	g := h.donor()
	option := number(s.open.Options[1].LegacyID)
	begun := g.give(page, "preset", "other", "amount", "70.5", "cover", "1", "name", "Bo", "anonymous", "1", "email", "bo@example.org", "comment", "Hello\nyou", "contact", "1",
		"poll_option", option, "target", number(s.target.LegacyID), rewardField(s.sticker), "1", answerField(s.sticker), "Red", rewardField(s.hoodie), "2",
		"address.recipient", "Ada", "address.line1", "1 Way", "address.city", "Ulm", "address.postal_code", "89073", "address.country", "DE", "address.contact", "bo@home.example")
	back := backOf(t, g.get(begun.Header.Get("Location")))
	// The code is random, so it may hold the letters of a name.
	if !regexp.MustCompile(`^http://[^/]+` + page + `\?again=[\w-]{43}$`).MatchString(back) {
		t.Errorf("got %s, want an address that says nothing of what was typed: providers keep it", back)
	}
	again := g.get(back)
	for id, want := range map[string]string{
		"preset-other": "checked", "amount": "70.50", "name": "Bo", "email": "bo@example.org", "comment": "Hello\nyou", "poll_option-" + option: "checked",
		"target-" + number(s.target.LegacyID): "checked", "reward-" + number(s.sticker.LegacyID): "1", "answer-" + number(s.sticker.LegacyID): "Red",
		"reward-" + number(s.hoodie.LegacyID): "2", "address-recipient": "Ada", "address-city": "Ulm", "address-contact": "bo@home.example",
	} {
		if value := again.valueOf(id); value != want {
			t.Errorf("%s: got %q, want %q", id, value, want)
		}
	}
	again.wants(t, "the form again", []string{
		`<option value="DE" selected>Germany`, `name="anonymous" value="1" checked`, `name="cover" value="1" checked`, `name="contact" value="1" checked`,
	})
	for name, got := range map[string]answer{
		"another browser":  h.donor().get(back),
		"another campaign": g.get(strings.Replace(back, "/run/", "/other/", 1)),
		"a guess":          g.get(page + "?again=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
	} {
		if got.StatusCode != http.StatusOK {
			t.Errorf("%s: got %d, want the form", name, got.StatusCode)
		}
		got.wants(t, name, []string{"Continue to payment"}, "Bo\"", "Ulm", "70.50", "Hello")
	}
	g.pay(begun, goodCard)
	g.get(back).wants(t, "once it was paid", []string{"Continue to payment"}, "Bo\"", "Ulm")
}

func TestWhatDonorsReadBeforeTheyPay(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(o *app.Options) { o.Payments.Delayed = true })
	form := h.donor().get(page)
	form.wants(t, "the form", []string{
		"The payment provider keeps 2.9% and $0.30 of each payment.", "The payment provider keeps $1.03 of $25.00: $23.97 arrives.",
		"You pay $26.06, and all of $25.00 arrives.", "Some ways to pay, such as a bank debit, take days.",
	})
	h.setGiving(t, h.cause.Fact, fund.DonationSettingsPatch{Statement: fund.Some("We build <wells>.\nAll year."), InstantOnly: fund.Some(true)})
	h.donor().get(page).wants(t, "with a statement", []string{"We build &lt;wells&gt;.\nAll year."}, "take days")
	g := h.donor()
	paying := g.give(page, "preset", "10.00").Header.Get("Location")
	declined := g.send(http.MethodPost, paying, url.Values{"card": {"4000 0000 0000 0077"}, "code": {"005"}}.Encode())
	if declined.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("got %d for a card that takes its time, want it declined", declined.StatusCode)
	}
}

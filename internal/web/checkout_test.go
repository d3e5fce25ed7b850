package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/receipt"
	"github.com/almoner/almoner/internal/web"
)

func TestEveryKindOfFactHasItsDonatePage(t *testing.T) {
	t.Parallel()
	pages, c := site(t)
	for path, want := range map[string]string{
		"/@" + c.Campaign.OwnerSlug + "/" + c.Campaign.Slug:                 "Back to",
		"/+" + c.Team.Slug + "/" + c.TeamCampaign.Slug:                      "Back to",
		"/@" + c.PersonalCampaign.OwnerSlug + "/" + c.PersonalCampaign.Slug: "Back to",
		"/@" + c.AuctionHouse.OwnerSlug + "/" + c.AuctionHouse.Slug:         "Back to",
		"/" + c.Cause.Slug:                                 "Back to",
		"/cause/" + c.Cause.Slug:                           "Back to",
		"/" + c.Cause.Slug + "/captains-table":             "Back to",
		"/" + c.Cause.Slug + "/" + c.FundraisingEvent.Slug: "Back to",
	} {
		if got := get(pages, path+"/donate"); got.Code != http.StatusOK || !strings.Contains(got.Body.String(), htmlOf(want)) {
			t.Errorf("%s/donate: got %d, want the page of %q", path, got.Code, want)
		}
	}
	for _, path := range []string{"/donate", "/@nobody/run/donate", "/nothing/donate", "/@" + c.Campaign.OwnerSlug + "/donate", "/a/b/c/donate", "/cause/nothing/donate", "/gifts/a/b"} {
		if got := get(pages, path); got.Code != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", path, got.Code)
		}
	}
}

func TestFactsThatTakeNothingSaySo(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := t.Context()
	event := func(slug, option string) {
		_, err := h.ImportFundraisingEvent(ctx, app.System(), fund.FundraisingEvent{
			Fact:       fund.Fact{Name: slug, Slug: slug, Status: fund.Published, Cause: fund.Ref{ID: h.cause.ID}, StartsAt: h.Clock.Now().Add(48 * time.Hour)},
			Visibility: fund.Visibility{option: {Visible: option != "donate"}},
		})
		must.Do(t, err)
	}
	event("closed", "donate")
	event("later", "prevent_donations_before_start")
	over, hidden := h.newCampaign(t, "Over", "over", h.cause), h.newCampaign(t, "Hidden", "hidden", h.cause)
	for f, status := range map[fund.ID]fund.Status{over.ID: fund.Retired, hidden.ID: fund.Unpublished} {
		_, err := h.UpdateCampaign(ctx, h.owner, app.FactKey{Key: fund.Key{ID: f}}, fund.CampaignPatch{Status: fund.Some(status)})
		must.Do(t, err)
	}
	g := h.donor()
	for path, want := range map[string]string{
		"/water/closed": "takes no gifts of its own", "/water/later": "Giving opens on 22 November 2026", "/@ana/over": "no longer takes gifts",
	} {
		if got := g.get(path + "/donate"); got.StatusCode != http.StatusOK || !strings.Contains(got.body, want) || strings.Contains(got.body, "<form") {
			t.Errorf("%s: got %d\n%s\nwant %q and no form", path, got.StatusCode, got.body, want)
		}
		if got := g.get(path); strings.Contains(got.body, "/donate") {
			t.Errorf("%s: got a page with a button that leads nowhere", path)
		}
	}
	if got := g.get("/@ana/hidden/donate"); got.StatusCode != http.StatusNotFound || !strings.Contains(got.body, "not public yet") {
		t.Errorf("unpublished: got %d, want 404", got.StatusCode)
	}
	for _, path := range []string{"/@ana/run", "/water"} {
		if got := g.get(path); strings.Count(got.body, `/donate">`) != 2 || strings.Count(got.body, "</svg>Donate</a>") != 2 {
			t.Errorf("%s: got a page without its button, and the one that stays in reach on phones", path)
		}
	}
	// One that is over when the form comes loses nothing that was typed.
	form := g.get(page).form("preset", "10.00", "name", "Zed").Encode()
	_, err := h.UpdateCampaign(ctx, h.owner, keyOf(h.campaign), fund.CampaignPatch{Status: fund.Some(fund.Retired)})
	must.Do(t, err)
	before := h.stored()
	if got := g.send(http.MethodPost, page, form); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.body, "no longer takes gifts") {
		t.Errorf("got %d\n%s\nwant a page that says so", got.StatusCode, got.body)
	}
	if after := h.stored(); after != before {
		t.Errorf("got %v stored, want %v as before", after, before)
	}
}

func TestNobodyIsAskedForMoneyThatCannotBeTaken(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	_, err := s.ImportCause(t.Context(), app.System(), fund.Cause{Fact: fund.Fact{Name: "Water", Slug: "water", Currency: "USD", Status: fund.Published}})
	must.Do(t, err)
	got := get(s.pages, "/water/donate").Body.String()
	if strings.Contains(got, "<form") || !strings.Contains(got, "Giving is not open here yet") {
		t.Errorf("got\n%s\nwant a page that says so", got)
	}
}

func TestHeadersOfTheDonatePage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	g := h.donor()
	got := g.get(page)
	for header, want := range map[string]string{
		"Cache-Control": "private, no-cache", "Referrer-Policy": "same-origin",
		"Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self' " + h.url + " https://pay.example; frame-ancestors 'none'",
	} {
		if got.Header.Get(header) != want {
			t.Errorf("%s: got %q, want %q", header, got.Header.Get(header), want)
		}
	}
	cookies := got.Cookies()
	if len(cookies) != 1 || cookies[0].Name != "almoner_giver" || !cookies[0].HttpOnly || cookies[0].SameSite != http.SameSiteLaxMode || len(cookies[0].Value) < 20 {
		t.Errorf("got the cookies %v, want one that names the browser", cookies)
	}
	if again := g.get(page).Cookies(); len(again) != 0 {
		t.Errorf("got the cookies %v, want the browser to keep its name", again)
	}
	secure := web.New(web.Options{App: h.App, BaseURL: "https://give.example"})
	if cookies := get(secure, page).Result().Cookies(); len(cookies) != 1 || cookies[0].Name != "__Host-almoner_giver" || !cookies[0].Secure || cookies[0].Path != "/" {
		t.Errorf("got the cookies %v over https, want a secure one", cookies)
	}
	if got := g.send(http.MethodPut, page, ""); got.StatusCode != http.StatusMethodNotAllowed || got.Header.Get("Allow") != "GET, HEAD, OPTIONS, POST" {
		t.Errorf("PUT: got %d %s, want 405", got.StatusCode, got.Header.Get("Allow"))
	}
	h.wait = 90 * time.Second
	if got := g.send(http.MethodPost, page, ""); got.StatusCode != http.StatusTooManyRequests || got.Header.Get("Retry-After") != "90" || !strings.Contains(got.body, "what you typed is still there") {
		t.Errorf("limited: got %d\n%s\nwant 429 and the way back", got.StatusCode, got.body)
	}
}

func TestRelays(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := t.Context()
	_, _, token, err := h.CreateApplication(ctx, app.System(), app.NewApplication{Name: "Shop", RedirectURIs: []string{"https://shop.example/back"}, Scopes: fund.Scopes()})
	must.Do(t, err)
	shop, err := h.Authenticate(ctx, token)
	must.Do(t, err)
	endpoint, err := h.CreateEndpoint(ctx, shop, fund.WebhookEndpointPatch{URL: fund.Some("https://shop.example/hook")})
	must.Do(t, err)
	relay, err := h.CreateRelay(ctx, shop, fund.WebhookRelayPatch{Name: fund.Some("Shop"), Endpoint: fund.Some(fund.Key{ID: endpoint.ID})})
	must.Do(t, err)
	relayKey, err := h.CreateRelayKey(ctx, shop, fund.Key{ID: relay.ID}, fund.RelayKeyInput{Key: "order-1"})
	must.Do(t, err)
	g, at := h.donor(), page+"?relay="+relayKey.ClientKey
	begun := g.send(http.MethodPost, page, g.get(at).form("preset", "10.00").Encode())
	if paying := g.get(begun.Header.Get("Location")); !strings.Contains(paying.body, "relay="+relayKey.ClientKey) {
		t.Error("got a payment that does not lead back to the link")
	}
	g.pay(begun, goodCard)
	key, err := h.GetRelayKey(ctx, shop, app.RelayKeyKey{Relay: fund.Key{ID: relay.ID}, Key: "order-1"})
	must.Do(t, err)
	if key.Donation == nil {
		t.Error("got a relay key without the donation that came through it")
	}
	used := g.send(http.MethodPost, page, g.get(at).form("preset", "10.00", "name", "Zed").Encode())
	if used.StatusCode != http.StatusUnprocessableEntity || used.problems()["relay"] != "This link was already used" || !strings.Contains(used.body, `value="Zed"`) {
		t.Fatalf("got %d %v, want a key that was used", used.StatusCode, used.problems())
	}
	without := g.send(http.MethodPost, page, used.form("preset", "10.00", "without_relay", "1").Encode())
	if without.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d %v, want a gift without the link", without.StatusCode, without.problems())
	}
}

func TestAmountsInTheVisitorsLanguage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	g := h.donor()
	g.languages = "de-DE,de;q=0.9,en;q=0.5"
	if got := g.get(page); !strings.Contains(got.body, "25,00\u00a0$") || !strings.Contains(got.body, "2,9\u00a0%") {
		t.Error("got a German page without German amounts")
	}
	for typed, want := range map[string]string{"1.234,50 $": "1.234,50\u00a0$", "1.000": "1.000,00\u00a0$", "US$ 10,-": "10,00\u00a0$", "٢٥٫٥٠": "25,50\u00a0$"} {
		begun := g.give(page, "preset", "other", "amount", typed)
		if paying := g.get(begun.Header.Get("Location")); !strings.Contains(paying.body, want) {
			t.Errorf("%s: got %d and\n%s\nwant a payment of %s", typed, begun.StatusCode, paying.body, want)
		}
	}
	asked := "Das kann 1,00\u00a0$ oder 1.000,00\u00a0$ bedeuten. Geben Sie ein, was Sie meinen"
	if got := g.give(page, "preset", "other", "amount", "1,000"); got.problems()["amount"] != asked {
		t.Errorf("got %d %q, want %q", got.StatusCode, got.problems(), asked)
	}
}

// TestAmountsToChooseAreShort wants whole amounts without a fraction on the choices, which break into two lines on a phone else, and only there.
func TestAmountsToChooseAreShort(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for language, want := range map[string][]string{
		"en": {`<label for="preset-1"><bdi>$25</bdi></label>`, `<span class="sum sum-1"> · $25.00</span>`},
		"de": {`<label for="preset-1"><bdi>25` + "\u00a0" + `$</bdi></label>`, `<span class="sum sum-1"> · 25,00` + "\u00a0" + `$</span>`},
	} {
		h.donor().get(page+"?lang="+language).wants(t, language, want)
	}
}

func TestFeeThatIsNotPreset(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	got := h.donor().give(page, "preset", "other", "amount", "40", "cover", "1", "email", "nobody")
	if !strings.Contains(got.body, `<span class="fee fee-own">: $1.51</span>`) {
		t.Errorf("got\n%s\nwant what the fee adds to the amount that was typed", got.body)
	}
}

// TestDonorsSeeWhetherTheyGetATaxReceipt wants the kind of receipts that the cause chose on the page of the form, in each language.
func TestDonorsSeeWhetherTheyGetATaxReceipt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	g := h.donor()
	want := func(name string, said map[string]string) {
		for language, sentence := range said {
			body := g.get(page + "?lang=" + language).body
			_, receiver, _ := strings.Cut(body, `<section class="receiver">`)
			if receiver, _, _ = strings.Cut(receiver, "</section>"); !strings.Contains(receiver, sentence) {
				t.Errorf("%s, %s: got a page without %q:\n%s", name, language, sentence, body)
			}
		}
	}
	want("plain", map[string]string{"en": "It is not a tax receipt.", "de": "kein Spendenbeleg für die Steuer", "ar": "ليس إيصالًا ضريبيًا"})
	must.Get(h.UpdateCause(t.Context(), app.System(), fund.Key{ID: h.campaign.Cause.ID}, fund.CausePatch{ReceiptProfile: fund.Some("us")}))(t)
	title := "<bdi>" + must.Get(receipt.Profiles.Get("us"))(t).Title + "</bdi>"
	want("us", map[string]string{"en": "You get a tax receipt: “" + title + "”.", "de": "„" + title + "“", "ar": "«" + title + "»"})
}

// TestDonorsSeeWhoReceivesTheMoney wants the charity as the law knows it on the page of the form, before anybody pays.
func TestDonorsSeeWhoReceivesTheMoney(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	body := h.donor().get(page).body
	for _, want := range []string{
		"<bdi>Water for All, Inc.</bdi> receives your gift directly.", "Registration number <bdi>12-3456789</bdi> · <bdi>United Kingdom</bdi>",
		"You get a proof of payment. It is not a tax receipt.",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("got a page without %q:\n%s", want, body)
		}
	}
	_, err := h.UpdateCampaign(t.Context(), h.owner, keyOf(h.campaign), fund.CampaignPatch{Status: fund.Some(fund.Retired)})
	must.Do(t, err)
	if body := h.donor().get(page).body; strings.Contains(body, "goes directly to") {
		t.Errorf("got a receiver where nothing can be given:\n%s", body)
	}
}

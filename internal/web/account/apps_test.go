package account_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testbrowser"
	"github.com/almoner/almoner/internal/testworld"
)

const newAppAt = "/account/apps/new"

var (
	shownSecret = regexp.MustCompile(`<input id="secret" readonly [^>]*value="([0-9a-f]{64})"`)
	ledOn       = regexp.MustCompile(`<p><a href="(/account/apps/[^"]+)">`)
)

// TestAppsAndWebhooksByPage makes an application with a webhook, subscribes it, and ends both.
func TestAppsAndWebhooksByPage(t *testing.T) {
	t.Parallel()
	h := newMailHouse(t)
	ctx := t.Context()
	cause := must.Get(h.ImportCause(ctx, app.System(), fund.Cause{Fact: fund.Fact{Name: "Water", Slug: "water", Currency: "USD"}}))(t)
	campaign := must.Get(h.CreateCampaign(ctx, testworld.As(h.user), fund.CampaignPatch{
		Name: fund.Some("Run <b>"), Cause: fund.Some(fund.Key{ID: cause.ID}), Status: fund.Some(fund.Published),
	}))(t)
	b := h.browser()
	b.signIn("")
	form := b.Get(newAppAt).Form(t, newAppAt)
	for name, sent := range map[string]url.Values{
		`id="name-problem"`:      {"form": form["form"], "addresses": {"https://bot.test/"}, "scope": {"public"}},
		`id="addresses-problem"`: {"form": form["form"], "name": {"Bot <1>"}, "addresses": {"javascript:alert(1)"}, "scope": {"public"}},
		`id="scope-problem"`:     {"form": form["form"], "name": {"Bot <1>"}, "addresses": {"https://bot.test/"}, "scope": {"root"}},
	} {
		if refused := b.Post(newAppAt, sent); refused.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(refused.Text, name) || !strings.Contains(refused.Text, "<title>Error: New app") {
			t.Errorf("%s: got %d\n%s", name, refused.StatusCode, refused.Text)
		}
	}
	made := b.Post(newAppAt, url.Values{"form": form["form"], "name": {"Bot <1>"}, "addresses": {"https://bot.test/\nhttp://localhost/"}, "scope": {"public"}})
	secret, at := shownSecret.FindStringSubmatch(made.Text), ledOn.FindStringSubmatch(made.Text)
	if made.StatusCode != http.StatusOK || secret == nil || at == nil {
		t.Fatalf("got %d\n%s\nwant the secret", made.StatusCode, made.Text)
	}
	appAt := at[1]
	if page := b.Get(appAt); !strings.Contains(page.Text, "Bot &lt;1&gt;") || !strings.Contains(page.Text, "http://localhost/") || strings.Contains(page.Text, secret[1]) {
		t.Errorf("got %d\n%s\nwant the application without its secret", page.StatusCode, page.Text)
	}

	hooks := appAt + "/webhooks"
	hook := testbrowser.With(b.Get(hooks).Form(t, hooks), "url", "http://127.0.0.1/", "format", "tiltify")
	if refused := b.Post(hooks, hook); refused.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(refused.Text, `id="url-problem"`) {
		t.Errorf("got %d\n%s\nwant the address refused", refused.StatusCode, refused.Text)
	}
	key := b.Post(hooks, testbrowser.With(hook, "url", "https://discord.com/api/webhooks/1/secret", "format", "discord", "description", "Chat"))
	if key.StatusCode != http.StatusOK || shownSecret.FindStringSubmatch(key.Text) == nil {
		t.Fatalf("got %d\n%s\nwant the signing key", key.StatusCode, key.Text)
	}
	hookAt := ledOn.FindStringSubmatch(key.Text)[1]
	page := b.Get(hookAt)
	if strings.Contains(page.Text, "1/secret") || !strings.Contains(page.Text, "https://discord.com/…") || strings.Contains(page.Text, `value="private"`) {
		t.Errorf("got\n%s\nwant neither the secret of the chat nor private messages for it", page.Text)
	}
	hidden := page.Form(t, hookAt)
	do := func(want int, pairs ...string) testbrowser.Answer {
		t.Helper()
		sent := url.Values{"form": hidden["form"]}
		got := b.Post(hookAt, testbrowser.With(sent, pairs...))
		if got.StatusCode != want {
			t.Errorf("%q: got %d, want %d\n%s", pairs, got.StatusCode, want, got.Text)
		}
		return got
	}
	for _, tell := range []string{"donations", "all"} {
		do(http.StatusSeeOther, "do", "subscribe", "fact", campaign.ID.String(), "tell", tell)
	}
	do(http.StatusUnprocessableEntity, "do", "subscribe", "fact", campaign.ID.String(), "tell", "private") // not to a chat
	do(http.StatusUnprocessableEntity, "do", "subscribe", "fact", "none", "tell", "all")
	do(http.StatusBadRequest, "do", "nothing")
	if page := b.Get(hookAt); !strings.Contains(page.Text, "Run &lt;b&gt;") || !strings.Contains(page.Text, "public:direct:poll.closed") {
		t.Errorf("got\n%s\nwant the subscription", page.Text)
	}
	if to := do(http.StatusSeeOther, "do", "subscribe", "fact", campaign.ID.String(), "tell", "chosen").Header.Get("Location"); to != hookAt+"/facts/"+campaign.ID.String() {
		t.Errorf("got %q, want the page of single events", to)
	}
	do(http.StatusSeeOther, "do", "test")
	page = b.Get(hookAt)
	delivery := regexp.MustCompile(`name="id" value="([^"]+)"`).FindStringSubmatch(page.Text)
	if delivery == nil {
		t.Fatalf("got\n%s\nwant the test message", page.Text)
	}
	do(http.StatusSeeOther, "do", "resend", "id", delivery[1])
	one := b.Get(hookAt + "/deliveries/" + delivery[1])
	if one.StatusCode != http.StatusOK || !strings.Contains(one.Text, "was not tried yet") || !strings.Contains(one.Text, delivery[1]) || strings.Contains(one.Text, "1/secret") {
		t.Errorf("got %d\n%s\nwant the message without the secret of the chat", one.StatusCode, one.Text)
	}
	for _, none := range []string{"none", campaign.ID.String()} {
		if got := b.Get(hookAt + "/deliveries/" + none); got.StatusCode != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", none, got.StatusCode)
		}
	}
	do(http.StatusSeeOther, "do", "resend_all", "since", "24")
	do(http.StatusBadRequest, "do", "resend_all", "since", "5")
	do(http.StatusSeeOther, "do", "off")
	do(http.StatusConflict, "do", "test")
	do(http.StatusSeeOther, "do", "on")
	if rotated := do(http.StatusOK, "do", "rotate"); shownSecret.FindStringSubmatch(rotated.Text) == nil {
		t.Errorf("got\n%s\nwant another signing key", rotated.Text)
	}
	do(http.StatusSeeOther, "do", "unsubscribe", "fact", campaign.ID.String())
	do(http.StatusSeeOther, "do", "delete")
	if got := b.Get(hookAt).StatusCode; got != http.StatusNotFound {
		t.Errorf("got %d for a webhook that was deleted, want 404", got)
	}

	other := h.browser()
	if got := other.Get(appAt); got.Header.Get("Location") != "/account/sign-in?next="+url.QueryEscape(appAt) {
		t.Errorf("got %d to %q for nobody, want the sign-in and back", got.StatusCode, got.Header.Get("Location"))
	}
	for _, path := range []string{"/account/apps/none", "/account/apps/" + campaign.ID.String(), appAt + "/webhooks/none"} {
		if got := b.Get(path).StatusCode; got != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", path, got)
		}
	}
	app := b.Get(appAt).Form(t, appAt)
	if rotated := b.Post(appAt, testbrowser.With(url.Values{"form": app["form"]}, "do", "rotate")); shownSecret.FindStringSubmatch(rotated.Text) == nil {
		t.Errorf("got %d\n%s\nwant another secret", rotated.StatusCode, rotated.Text)
	}
	if ended := b.Post(appAt, testbrowser.With(url.Values{"form": app["form"]}, "do", "end")); ended.StatusCode != http.StatusSeeOther || b.Get(appAt).StatusCode != http.StatusNotFound {
		t.Errorf("got %d, want the application ended", ended.StatusCode)
	}
}

// TestRelaysByPage makes relays of an application, changes them, gives one a key, and deletes the other.
func TestRelaysByPage(t *testing.T) {
	t.Parallel()
	h := newMailHouse(t)
	ctx := t.Context()
	own, _, _, err := h.CreateApplication(ctx, app.System(), app.NewApplication{Name: "Bot", RedirectURIs: []string{"https://bot.test/"}, Owner: h.user.ID})
	must.Do(t, err)
	foreign, _, _, err := h.CreateApplication(ctx, app.System(), app.NewApplication{Name: "Other", RedirectURIs: []string{"https://bot.test/"}})
	must.Do(t, err)
	hook := func(of fund.ID, url string, format fund.WebhookFormat) string {
		return must.Get(h.CreateEndpointFor(ctx, app.System(), of, fund.WebhookEndpointPatch{URL: fund.Some(url), Format: fund.Some(format)}))(t).ID.String()
	}
	b := h.browser()
	b.signIn("")
	at := "/account/apps/" + own.ID.String() + "/relays"
	if page := b.Get(at); !strings.Contains(page.Text, "Make a webhook first") {
		t.Errorf("got %d\n%s\nwant the way to a webhook", page.StatusCode, page.Text)
	}
	first, second := hook(own.ID, "https://bot.example.org/1", fund.FormatTiltify), hook(own.ID, "https://bot.example.org/2", fund.FormatTiltify)
	chat, other := hook(own.ID, "https://discord.com/api/webhooks/1/secret", fund.FormatDiscord), hook(foreign.ID, "https://bot.example.org/3", fund.FormatTiltify)
	page := b.Get(at)
	if strings.Contains(page.Text, chat) || strings.Contains(page.Text, other) {
		t.Errorf("got\n%s\nwant only webhooks of the application that are no chats", page.Text)
	}
	form := page.Form(t, at)
	send := func(path string, pairs ...string) testbrowser.Answer {
		return b.Post(path, testbrowser.With(url.Values{"form": form["form"]}, pairs...))
	}
	for want, pairs := range map[string][]string{
		`id="name-problem"`: {"endpoint", first}, "cannot follow gifts": {"name", "A", "endpoint", chat}, `id="endpoint-problem"`: {"name", "A", "endpoint", other},
		"Choose one of your webhooks": {"name", "A", "endpoint", "none"},
	} {
		if got := send(at, pairs...); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, want) {
			t.Errorf("%q: got %d\n%s\nwant %s", pairs, got.StatusCode, got.Text, want)
		}
	}
	made := send(at, "name", "One <b>", "endpoint", first).Header.Get("Location")
	unused := send(at, "name", "Two", "endpoint", first).Header.Get("Location")
	if !strings.HasPrefix(made, at+"/") || !strings.HasPrefix(unused, at+"/") {
		t.Fatalf("got %q and %q, want the pages of relays", made, unused)
	}
	if got := send(made, "do", "save", "name", "Follows <b>", "endpoint", second); got.Header.Get("Location") != at {
		t.Errorf("got %d\n%s\nwant it saved", got.StatusCode, got.Text)
	}
	if got := send(made, "do", "save", "name", "", "endpoint", second); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, `id="name-problem"`) {
		t.Errorf("got %d for no name\n%s", got.StatusCode, got.Text)
	}
	if got := b.Get(made); !strings.Contains(got.Text, "Follows &lt;b&gt;") || !strings.Contains(got.Text, `value="`+second+`" selected`) {
		t.Errorf("got\n%s\nwant the name and the webhook", got.Text)
	}
	if got := send(made, "do", "key", "key", "gift-0", "metadata", "<i>{}</i>\r\ntwo"); got.StatusCode != http.StatusSeeOther || !strings.Contains(b.Get(made).Text, "&lt;i&gt;{}&lt;/i&gt;\ntwo") {
		t.Errorf("got %d\n%s\nwant the metadata", got.StatusCode, got.Text)
	}
	long := send(made, "do", "key", "key", "gift-2", "metadata", strings.Repeat("m", fund.MaxMetadata+1))
	if long.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(long.Text, `id="metadata-problem"`) || !strings.Contains(long.Text, `value="gift-2"`) {
		t.Errorf("got %d for long metadata\n%s", long.StatusCode, long.Text)
	}
	for want, key := range map[int]string{http.StatusSeeOther: "gift-1", http.StatusUnprocessableEntity: strings.Repeat("k", fund.MaxName+1)} {
		if got := send(made, "do", "key", "key", key); got.StatusCode != want {
			t.Errorf("%.20q: got %d, want %d\n%s", key, got.StatusCode, want, got.Text)
		}
	}
	if got := send(made, "do", "key", "key", "gift-1"); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, `id="key-problem"`) {
		t.Errorf("got %d for a name that is taken\n%s", got.StatusCode, got.Text)
	}
	if got := b.Get(made); !strings.Contains(got.Text, "gift-1") || !strings.Contains(got.Text, "?relay=") || !strings.Contains(got.Text, "not used yet") {
		t.Errorf("got\n%s\nwant the key", got.Text)
	}
	if got := send(made, "do", "delete"); got.StatusCode != http.StatusConflict || !strings.Contains(got.Text, "It has keys") {
		t.Errorf("got %d for one with keys, want it kept\n%s", got.StatusCode, got.Text)
	}
	if got := send(unused, "do", "delete"); got.Header.Get("Location") != at || b.Get(unused).StatusCode != http.StatusNotFound {
		t.Errorf("got %d, want it deleted\n%s", got.StatusCode, got.Text)
	}
	if got := send(made, "do", "nothing"); got.StatusCode != http.StatusBadRequest {
		t.Errorf("got %d, want 400", got.StatusCode)
	}
	hidden := must.Get(h.CreateRelay(ctx, app.System(), fund.WebhookRelayPatch{Name: fund.Some("Theirs"), Endpoint: fund.Some(fund.Key{ID: must.Get(fund.ParseID(other))(t)})}))(t)
	for _, path := range []string{at + "/none", at + "/" + hidden.ID.String(), "/account/apps/" + foreign.ID.String() + "/relays"} {
		if got := b.Get(path); got.StatusCode != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", path, got.StatusCode)
		}
	}
}

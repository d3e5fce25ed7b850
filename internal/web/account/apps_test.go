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
	do(http.StatusSeeOther, "do", "test")
	page = b.Get(hookAt)
	delivery := regexp.MustCompile(`name="id" value="([^"]+)"`).FindStringSubmatch(page.Text)
	if delivery == nil {
		t.Fatalf("got\n%s\nwant the test message", page.Text)
	}
	do(http.StatusSeeOther, "do", "resend", "id", delivery[1])
	do(http.StatusSeeOther, "do", "resend_all")
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

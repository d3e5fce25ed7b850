package dash_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/testbrowser"
)

// namesOnly is a preview with little of the page.
func namesOnly(w http.ResponseWriter, _ *http.Request, seen app.Seen, f fund.Fact) error {
	_, err := fmt.Fprintf(w, "%s for %s: %d from %s to %s", f.Name, seen.Fact().Cause.Name, f.Goal, f.StartsAt.Format(time.RFC3339), f.EndsAt.Format(time.RFC3339))
	return err
}

// send sends a form with a file, as browsers do.
func (h *house) send(b testbrowser.Browser, path string, values url.Values, file []byte) testbrowser.Answer {
	h.t.Helper()
	return h.sendAs(b, path, values, "picture", file)
}

// sendAs is send for a file in the field with that name.
func (h *house) sendAs(b testbrowser.Browser, path string, values url.Values, name string, file []byte) testbrowser.Answer {
	h.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name := range values {
		must.Do(h.t, form.WriteField(name, values.Get(name)))
	}
	part := must.Get(form.CreateFormFile(name, name+".png"))(h.t)
	must.Get(part.Write(file))(h.t)
	must.Do(h.t, form.Close())
	r := must.Get(http.NewRequestWithContext(h.t.Context(), http.MethodPost, h.url+path, &body))(h.t)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Origin", h.url)
	answer, err := b.Do(r)
	return testbrowser.Read(h.t, answer, err)
}

// cover is a picture that is large enough.
func cover(t *testing.T) []byte {
	t.Helper()
	var file bytes.Buffer
	must.Do(t, png.Encode(&file, image.NewRGBA(image.Rect(0, 0, 1600, 900))))
	return file.Bytes()
}

// firstName is the second step of a new campaign for the cause of the house.
func (h *house) firstName(b testbrowser.Browser) url.Values {
	h.t.Helper()
	home := "/dashboard/new/name?for=" + h.campaign.Cause.ID.String()
	if page := b.Get("/dashboard/new"); !strings.Contains(page.Text, `href="`+home+`"`) {
		h.t.Fatalf("got %d without the cause\n%s", page.StatusCode, page.Text)
	}
	return fields(h.t, b.Get(home), "/dashboard/new/name")
}

// TestThreeStepsToACampaign goes all of them without scripts, back once, and sends each form twice.
func TestThreeStepsToACampaign(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.as("owner")
	form := testbrowser.With(h.firstName(b), "name", "Night <i>run", "slug", "", "description", "We run.")
	begun := h.send(b, "/dashboard/new/name", form, cover(t))
	goal := begun.Header.Get("Location")
	base := strings.TrimSuffix(goal, "/setup/goal")
	if begun.StatusCode != http.StatusSeeOther || base == goal {
		t.Fatalf("got %d to %q, want the third step\n%s", begun.StatusCode, goal, begun.Text)
	}
	if again := h.send(b, "/dashboard/new/name", form, nil).Header.Get("Location"); again != base+"/setup" {
		t.Errorf("got %q for the form sent twice, want the draft", again)
	}
	if again := b.Get("/dashboard/new/name?for=" + h.campaign.Cause.ID.String()).Header.Get("Location"); again != base+"/setup" {
		t.Errorf("got %q for the step before, want the draft", again)
	}
	if page := b.Get("/dashboard/new").Text; !strings.Contains(page, base+"/setup") || !strings.Contains(page, "Night &lt;i&gt;run") {
		t.Errorf("got no draft to go on with\n%s", page)
	}
	back := b.Get(base + "/setup")
	for _, want := range []string{`value="Night &lt;i&gt;run"`, `value="night-i-run"`, "We run.", "/media/", h.url + "/@owner/"} {
		if !strings.Contains(back.Text, want) {
			t.Errorf("got no %q on the way back\n%s", want, back.Text)
		}
	}
	renamed := h.send(b, base+"/setup", testbrowser.With(fields(t, back, base+"/setup"), "name", "Night run", "slug", "night-run", "description", "We run."), nil)
	if to := renamed.Header.Get("Location"); to != goal {
		t.Errorf("got %d to %q, want the third step", renamed.StatusCode, to)
	}
	third := b.Get(goal)
	if !strings.Contains(third.Text, `value="normal" checked`) {
		t.Errorf("got the third step without the normal choice\n%s", third.Text)
	}
	typed := testbrowser.With(third.Form(t, goal), "goal", "1,500", "starts", "2026-05-01T18:00", "ends", "2026-05-02T06:00", "safety", "strict", "then", "publish")
	for range 2 {
		if answer := b.Post(goal, typed); answer.StatusCode != http.StatusSeeOther || !strings.HasPrefix(answer.Header.Get("Location"), base) {
			t.Fatalf("got %d to %q, want the overview\n%s", answer.StatusCode, answer.Header.Get("Location"), answer.Text)
		}
	}
	f := must.Get(h.GetFact(t.Context(), app.Actor{}, app.FactKey{Key: fund.Key{Slug: "night-run"}, User: &fund.Key{Slug: "owner"}}))(t)
	if f.Goal != 150_000 || f.Cover == "" || f.EndsAt.Sub(f.StartsAt) != 12*time.Hour {
		t.Errorf("got %+v", f)
	}
	key := app.FactKey{Key: fund.Key{ID: f.ID}}
	if g := must.Get(h.GetDonationSettings(t.Context(), h.owner, key))(t); g.Safety() != fund.SafetyStrict {
		t.Errorf("got %+v, want the strict choice", g)
	}
	for _, path := range []string{"/setup", "/setup/goal"} {
		if got := b.Get(base + path); got.StatusCode != http.StatusSeeOther || got.Header.Get("Location") != base {
			t.Errorf("%s: got %d for a published campaign, want its overview", path, got.StatusCode)
		}
	}
	second := testbrowser.With(h.firstName(b), "name", "Second", "slug", "night-run")
	if got := h.send(b, "/dashboard/new/name", second, nil); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, "You use this address already") {
		t.Errorf("got %d for an address that is taken\n%s", got.StatusCode, got.Text)
	}
}

// TestWrongSteps keeps what was typed, and says what is wrong beside it.
func TestWrongSteps(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.as("owner")
	first := h.firstName(b)
	if got := h.send(b, "/dashboard/new/name", testbrowser.With(first, "name", " ", "description", "kept"), nil); got.StatusCode != http.StatusUnprocessableEntity ||
		!strings.Contains(got.Text, `id="name-problem"`) || !strings.Contains(got.Text, "kept") {
		t.Errorf("got %d for no name\n%s", got.StatusCode, got.Text)
	}
	refused := h.send(b, "/dashboard/new/name", testbrowser.With(first, "name", "Run 2"), []byte("no picture"))
	setup := strings.TrimSuffix(refused.Header.Get("Location"), "?picture=refused")
	if page := b.Get(refused.Header.Get("Location")); setup == refused.Header.Get("Location") || !strings.Contains(page.Text, `id="picture-problem"`) {
		t.Errorf("got %d to %q for a file that is no picture", refused.StatusCode, setup)
	}
	goal := setup + "/goal"
	third := b.Get(goal).Form(t, goal)
	for field, wrong := range map[string][]string{
		"goal-problem":   {"goal", "none", "safety", "normal"},
		"dates-problem":  {"goal", "5", "safety", "normal", "starts", "2026-05-02T18:00", "ends", "2026-05-01T18:00"},
		"safety-problem": {"goal", "5", "safety", "none"},
	} {
		form := url.Values{"form": third["form"], "then": {"publish"}}
		if got := b.Post(goal, testbrowser.With(form, wrong...)); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, `id="`+field+`"`) {
			t.Errorf("%s: got %d\n%s", field, got.StatusCode, got.Text)
		}
	}
	for _, path := range []string{"/dashboard/new/name", "/dashboard/new/name?for=none", "/dashboard/new/name?for=" + h.campaign.ID.String(), "/dashboard/new/preview"} {
		if got := b.Get(path).StatusCode; got != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", path, got)
		}
	}
	discard := setup + "/discard"
	if got := b.Post(discard, b.Get(setup).Form(t, discard)); got.StatusCode != http.StatusSeeOther || got.Header.Get("Location") != "/dashboard/new" {
		t.Errorf("got %d for a draft that is thrown away", got.StatusCode)
	}
	if got := b.Get(setup).StatusCode; got != http.StatusNotFound {
		t.Errorf("got %d for a draft that is gone, want 404", got)
	}
}

// TestWhoSeesADraft asks for the steps and the preview of somebody else's draft.
func TestWhoSeesADraft(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.as("owner")
	begun := h.send(b, "/dashboard/new/name", testbrowser.With(h.firstName(b), "name", "Mine"), nil)
	base := strings.TrimSuffix(begun.Header.Get("Location"), "/setup/goal")
	preview := base + "/preview?name=Typed+so+far&goal=12&starts=2026-05-01T18%3A00&ends=none"
	if got := b.Get(preview).Text; got != "Typed so far for Water: 1200 from 2026-05-01T18:00:00Z to 0001-01-01T00:00:00Z" {
		t.Errorf("got the preview %q", got)
	}
	if got := b.Get("/dashboard/new/preview?for=" + h.campaign.Cause.ID.String() + "&name=Typed").Text; !strings.HasPrefix(got, "Typed for Water: 0") {
		t.Errorf("got the preview %q before there is a draft", got)
	}
	for _, path := range []string{"/setup", "/setup/goal", "/preview", "/safety"} {
		if got := h.as("stranger").Get(base + path).StatusCode; got != http.StatusNotFound {
			t.Errorf("%s: got %d for a stranger, want 404", path, got)
		}
		if got := testbrowser.New(t, h.url).Get(base + path).StatusCode; got != http.StatusSeeOther {
			t.Errorf("%s: got %d for nobody, want the sign-in", path, got)
		}
	}
	volunteer := h.accepted(h.invited("Vic", "screener"))
	for _, path := range []string{"/dashboard/new", h.base() + "/preview", h.base() + "/safety"} {
		if got := volunteer.Get(path).StatusCode; got != http.StatusForbidden {
			t.Errorf("%s: got %d for a volunteer, want 403", path, got)
		}
	}
}

// TestANewAccountWaits publishes a campaign before pages of its owner may be public.
func TestANewAccountWaits(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.as("owner")
	begun := h.send(b, "/dashboard/new/name", testbrowser.With(h.firstName(b), "name", "Mine"), nil)
	goal := begun.Header.Get("Location")
	h.waits("owner", h.Now().Add(time.Hour))
	page := b.Get(goal)
	if !strings.Contains(page.Text, "Your account is new") {
		t.Errorf("got no word about the wait\n%s", page.Text)
	}
	typed := testbrowser.With(page.Form(t, goal), "goal", "5", "safety", "normal", "then", "publish")
	if got := b.Post(goal, typed); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, "cannot be published yet") {
		t.Errorf("got %d for a page that waits\n%s", got.StatusCode, got.Text)
	}
	if got := b.Post(goal, testbrowser.With(typed, "then", "later")); got.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d for a campaign that is saved", got.StatusCode)
	}
}

// TestChoosingSafety changes it on its page, also as a head screener.
func TestChoosingSafety(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	path := h.base() + "/safety"
	for browser, choice := range map[*testbrowser.Browser]string{new(h.as("owner")): "relaxed", new(h.accepted(h.invited("Vic", "head_screener"))): "strict"} {
		page := browser.Get(path)
		if got := browser.Post(path, testbrowser.With(page.Form(t, path), "safety", "none")); got.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("got %d for a choice that is none", got.StatusCode)
		}
		if got := browser.Post(path, testbrowser.With(page.Form(t, path), "safety", choice)); got.StatusCode != http.StatusSeeOther {
			t.Errorf("got %d for %s\n%s", got.StatusCode, choice, got.Text)
		}
		if got := browser.Get(path).Text; !strings.Contains(got, `value="`+choice+`" checked`) {
			t.Errorf("got no %s chosen\n%s", choice, got)
		}
	}
}

// waits has pages of a user wait until an instant.
func (h *house) waits(name string, until time.Time) {
	h.t.Helper()
	user := must.Get(h.GetUser(h.t.Context(), app.System(), fund.Key{Slug: name}))(h.t)
	must.Do(h.t, h.Store.Write(h.t.Context(), user.ID, func(ctx context.Context, tx *store.Tx) error { return tx.SetUserPublic(ctx, user.ID, until) }))
}

// TestALinkCannotBeShown has a screener try, and be told why not.
func TestALinkCannotBeShown(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.as("owner")
	safety, path := h.base()+"/safety", h.base()+"/screening"
	b.Post(safety, testbrowser.With(b.Get(safety).Form(t, safety), "safety", "normal"))
	given := must.Get(h.RecordOffline(t.Context(), app.System(), app.FactKey{Key: fund.Key{ID: h.campaign.ID}}, fund.DonationInput{Amount: "5", Name: "Ada", Comment: "evil.com"}))(t)
	shown := b.Post(path, testbrowser.With(b.Get(path).Form(t, path), "id", given.ID.String(), "to", "shown"))
	if to := shown.Header.Get("Location"); shown.StatusCode != http.StatusSeeOther || !strings.Contains(b.Get(to).Text, "never shown here") {
		t.Errorf("got %d to %q, want to be told why", shown.StatusCode, to)
	}
	if d := must.Get(h.GetDonation(t.Context(), app.System(), fund.Key{ID: given.ID}))(t); d.Screening != fund.ScreeningCommentHeld {
		t.Errorf("got %s, want the comment held", d.Screening)
	}
}

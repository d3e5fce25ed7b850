package dash_test

import (
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testbrowser"
	"github.com/almoner/almoner/internal/testworld"
	"github.com/almoner/almoner/internal/web/dash"
)

// key names the campaign.
func (h *house) key() app.FactKey { return app.FactKey{Key: fund.Key{ID: h.campaign.ID}} }

// claimed records a donation with a reward whose address and answer are known.
func (h *house) claimed(name string) fund.Donation {
	h.t.Helper()
	ctx := h.t.Context()
	reward := must.Get(h.CreateReward(ctx, h.owner, h.key(), fund.RewardPatch{Name: fund.Some("Mug <b>"), Amount: fund.Some("5"), CustomQuestion: fund.Some("Which size?")}))(h.t)
	begun := must.Get(h.BeginDonation(ctx, app.Actor{}, h.key(), fund.CheckoutInput{DonationInput: fund.DonationInput{
		Amount: "20", Name: name, Email: "hidden@example.org", Claims: []fund.ClaimInput{{Reward: fund.Key{ID: reward.ID}, Quantity: 2, Answer: "Large <i>"}},
	}}))(h.t)
	testworld.Pay(ctx, h.sandbox, begun.URL, "4242424242424242")
	h.Settle(ctx, h.sandbox)
	return must.Get(h.GetDonation(ctx, app.System(), fund.Key{ID: begun.Donation}))(h.t)
}

// finance makes the user with that name the finance of the cause.
func (h *house) finance(name string) {
	h.t.Helper()
	user := must.Get(h.FindUser(h.t.Context(), app.System(), fund.Key{}, name+"@example.org"))(h.t)
	must.Do(h.t, h.SetCauseRole(h.t.Context(), app.System(), app.CauseMembership{Cause: h.campaign.Cause.ID, User: user.ID, Role: fund.CauseFinance}))
}

// olderIn finds the link to older gifts.
var olderIn = regexp.MustCompile(`<a href="([^"]*)">Older gifts`)

func TestGiftsAreSearched(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.give("Ada <i>")
	h.give("Bo")
	owner := h.as("owner")
	page := owner.Get(h.base() + "/gifts?q=ADA")
	if !strings.Contains(page.Text, "Ada &lt;i&gt;") || strings.Contains(page.Text, "a comment of Bo") || strings.Contains(page.Text, "hidden@example.org") {
		t.Errorf("got %d, want Ada only, without the mail address\n%s", page.StatusCode, page.Text)
	}
	for path, want := range map[string]int{
		"?q=nobody&held=1": http.StatusOK, "?before=none": http.StatusNotFound, "?before=" + h.campaign.ID.String(): http.StatusNotFound, "/none": http.StatusNotFound,
		"/" + h.campaign.ID.String(): http.StatusNotFound,
	} {
		if got := owner.Get(h.base() + "/gifts" + path); got.StatusCode != want {
			t.Errorf("%s: got %d, want %d", path, got.StatusCode, want)
		}
	}
	for range dash.GiftsAtOnce {
		h.give("Cy")
	}
	page = owner.Get(h.base() + "/gifts")
	next := olderIn.FindStringSubmatch(page.Text)
	if next == nil {
		t.Fatalf("got no link to older gifts\n%s", page.Text)
	}
	if last := owner.Get(html.UnescapeString(next[1])).Text; strings.Contains(page.Text, "a comment of Bo") || !strings.Contains(last, "a comment of Bo") || strings.Contains(last, "Older gifts") {
		t.Errorf("got %q, want the oldest two on the second page\n%s", next[1], last)
	}
}

func TestAGiftIsShownAndScreened(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	given := h.give("Ada <i>")
	path := h.base() + "/gifts/" + given.ID.String()
	owner := h.as("owner")
	page := owner.Get(path)
	for _, want := range []string{"Ada &lt;i&gt;", "$12.50", "Recorded by hand", "Name and comment are held"} {
		if !strings.Contains(page.Text, want) {
			t.Errorf("got no %q\n%s", want, page.Text)
		}
	}
	for _, refused := range []string{"hidden@example.org", `value="refund"`} {
		if strings.Contains(page.Text, refused) {
			t.Errorf("got %q for the owner", refused)
		}
	}
	answer := owner.Post(path, testbrowser.With(page.Form(t, path), "to", "shown"))
	if d := must.Get(h.GetDonation(t.Context(), app.System(), fund.Key{ID: given.ID}))(t); answer.StatusCode != http.StatusSeeOther || d.Screening != fund.ScreeningShown {
		t.Errorf("got %d and %s, want it shown", answer.StatusCode, d.Screening)
	}
	for do, want := range map[string]int{"refund": http.StatusForbidden, "concede": http.StatusForbidden, "fulfill": http.StatusForbidden, "": http.StatusBadRequest} {
		if got := owner.Post(path, testbrowser.With(page.Form(t, path), "do", do, "sure", "yes")); got.StatusCode != want {
			t.Errorf("%q: got %d for the owner, want %d", do, got.StatusCode, want)
		}
	}
	elsewhere := must.Get(h.CreateCampaign(t.Context(), h.owner, fund.CampaignPatch{Name: fund.Some("Other"), Cause: fund.Some(fund.Key{ID: h.campaign.Cause.ID})}))(t)
	other := "/dashboard/" + elsewhere.ID.String() + "/gifts/" + given.ID.String()
	for _, got := range []testbrowser.Answer{owner.Get(other), owner.Post(other, testbrowser.With(page.Form(t, path), "to", "hidden"))} {
		if got.StatusCode != http.StatusNotFound {
			t.Errorf("got %d below another campaign, want 404", got.StatusCode)
		}
	}
}

func TestRewardsAreSent(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	given := h.claimed("Ada")
	if got := h.as("owner").Get(h.base() + "/claims").StatusCode; got != http.StatusForbidden {
		t.Errorf("got %d, want 403 where the cause ships", got)
	}
	must.Get(h.UpdateDonationSettings(t.Context(), app.System(), app.FactKey{Key: fund.Key{ID: h.campaign.Cause.ID}, Kinds: app.AllKinds()},
		fund.DonationSettingsPatch{StreamersShip: fund.Some(true)}))(t)
	volunteer := h.accepted(h.invited("Vic", string(fund.GrantFulfill)))
	list := volunteer.Get(h.base() + "/claims")
	path := h.base() + "/gifts/" + given.ID.String()
	if !strings.Contains(list.Text, "2 × <bdi>Mug &lt;b&gt;</bdi>") || strings.Contains(list.Text, "Large") {
		t.Errorf("got %d, want the mug without the answer\n%s", list.StatusCode, list.Text)
	}
	views := func() (all int) {
		for _, act := range must.Get(h.Acts(t.Context(), app.System(), given.ID, fund.Page{Limit: 9}))(t) {
			if act.Act == fund.ActViewClaims {
				all++
			}
		}
		return all
	}
	if got := views(); got != 0 {
		t.Errorf("got %d views logged for the list, want none", got)
	}
	page := volunteer.Get(path)
	if !strings.Contains(page.Text, "Large &lt;i&gt;") || strings.Contains(page.Text, "hidden@example.org") || views() != 1 {
		t.Errorf("got %d and %d views logged, want the answer, no mail address, and one view\n%s", page.StatusCode, views(), page.Text)
	}
	if got := volunteer.Post(path, list.Form(t, path)); got.Header.Get("Location") != h.base()+"/claims#next" {
		t.Errorf("got %d to %q, want the list again", got.StatusCode, got.Header.Get("Location"))
	}
	if sent := volunteer.Get(h.base() + "/claims?sent=1").Text; !strings.Contains(sent, "Mug") || strings.Contains(volunteer.Get(h.base()+"/claims").Text, "Mug") {
		t.Errorf("got no mug among what was sent\n%s", sent)
	}
	back := volunteer.Get(path)
	if got := volunteer.Post(path, testbrowser.With(back.Form(t, path), "fulfilled", "no")); got.Header.Get("Location") != path {
		t.Errorf("got %d to %q, want the donation again", got.StatusCode, got.Header.Get("Location"))
	}
	if got := volunteer.Get(h.base() + "/claims").Text; !strings.Contains(got, "Mug") {
		t.Errorf("got no mug to send, want it after all\n%s", got)
	}
	for fields, want := range map[string]int{"claim=none": http.StatusBadRequest, "claim=" + given.ID.String(): http.StatusBadRequest, "x=y": http.StatusBadRequest} {
		name, value, _ := strings.Cut(fields, "=")
		form := testbrowser.With(back.Form(t, path), name, value)
		if name != "claim" {
			form.Del("claim")
		}
		if got := volunteer.Post(path, form).StatusCode; got != want {
			t.Errorf("%s: got %d, want %d", fields, got, want)
		}
	}
	for query, want := range map[string]int{"?after=none": http.StatusNotFound, "?after=" + given.ID.String(): http.StatusOK} {
		if got := volunteer.Get(h.base() + "/claims" + query).StatusCode; got != want {
			t.Errorf("%s: got %d, want %d", query, got, want)
		}
	}
}

func TestFinanceRefunds(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	given := h.give("Ada")
	h.finance("stranger")
	path := h.base() + "/gifts/" + given.ID.String()
	finance := h.as("stranger")
	page := finance.Get(path)
	if !strings.Contains(page.Text, "hidden@example.org") {
		t.Errorf("got %d, want the mail address for the finance of the cause\n%s", page.StatusCode, page.Text)
	}
	form := testbrowser.With(page.Form(t, path), "do", "refund")
	for _, c := range []struct {
		amount, sure, want string
		status             int
	}{
		{"2", "", "Tick the box", http.StatusUnprocessableEntity}, {"x", "yes", "Enter an amount", http.StatusUnprocessableEntity},
		{"99", "yes", "at most what is left", http.StatusUnprocessableEntity}, {"2.50", "yes", "", http.StatusSeeOther}, {"", "yes", "", http.StatusSeeOther},
		{"1", "yes", "", http.StatusUnprocessableEntity},
	} {
		got := finance.Post(path, testbrowser.With(form, "amount", c.amount, "sure", c.sure))
		if got.StatusCode != c.status || !strings.Contains(got.Text, c.want) {
			t.Errorf("%q: got %d, want %d with %q\n%s", c.amount, got.StatusCode, c.status, c.want, got.Text)
		}
		h.Clock.Advance(time.Second)
	}
	if d := must.Get(h.GetDonation(t.Context(), app.System(), fund.Key{ID: given.ID}))(t); d.Refunded != 1250 {
		t.Errorf("got %d refunded, want all of it, once", d.Refunded)
	}
}

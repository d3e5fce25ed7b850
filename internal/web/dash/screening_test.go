package dash_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testbrowser"
)

// TestTwoScreenersShareThePage has two screeners look at what waits: neither sees what the other has, the owner sees who has it, and late forms change nothing.
func TestTwoScreenersShareThePage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	at := h.base() + "/screening"
	vic, bob, owner := h.accepted(h.invited("Vic", "screener")), h.accepted(h.invited("Bob", "screener")), h.as("owner")
	given := h.give("Mallory")
	page := vic.Get(at)
	if !strings.Contains(page.Text, "Mallory") || !strings.Contains(page.Text, "1 gift waits. Screening now: Vic.") || strings.Contains(page.Text, "all=yes") {
		t.Errorf("got\n%s\nwant the gift, how many wait, who screens, and no list of all", page.Text)
	}
	if got := bob.Get(at + "?all=yes").Text; strings.Contains(got, "Mallory") || !strings.Contains(got, "Nothing is waiting") || !strings.Contains(got, "Screening now: ") {
		t.Errorf("got\n%s\nwant nothing of what somebody else has", got)
	}
	if got := owner.Get(at + "?all=yes").Text; !strings.Contains(got, "Mallory") || !strings.Contains(got, "Vic has it now") {
		t.Errorf("got\n%s\nwant the gift, and who has it", got)
	}
	late := func(what string, b testbrowser.Browser, pairs ...string) {
		t.Helper()
		form := testbrowser.With(page.Form(t, at), append([]string{"form", formOf(t, b, at), "to", "shown"}, pairs...)...)
		if got := b.Post(at, form); got.Header.Get("Location") != at+"?late=yes" {
			t.Errorf("%s: got %d and %s, want to be told", what, got.StatusCode, got.Header.Get("Location"))
		}
	}
	late("what somebody else has", bob)
	late("what was seen otherwise", vic, "was", "comment_held")
	if got := vic.Get(at + "?late=yes").Text; !strings.Contains(got, "That did not work") {
		t.Errorf("got\n%s\nwant a reason", got)
	}
	if got := vic.Post(at, testbrowser.With(page.Form(t, at), "to", "")); got.StatusCode != http.StatusBadRequest {
		t.Errorf("got %d for a form without a decision", got.StatusCode)
	}
	form := testbrowser.With(page.Form(t, at), "to", "shown")
	for range 2 { // a form that is sent twice decides once
		if got := vic.Post(at, form); got.Header.Get("Location") != at+"#next" {
			t.Errorf("got %d and %s, want the page again", got.StatusCode, got.Header.Get("Location"))
		}
	}
	if d := must.Get(h.GetDonation(t.Context(), app.System(), fund.Key{ID: given.ID}))(t); d.Screening != fund.ScreeningShown {
		t.Errorf("got %s, want it shown", d.Screening)
	}
	late("what was decided", vic, "to", "hidden")
}

// formOf is the token of the forms of somebody.
func formOf(t *testing.T, b testbrowser.Browser, at string) string {
	t.Helper()
	_, rest, _ := strings.Cut(b.Get(at).Text, `name="form" value="`)
	token, _, _ := strings.Cut(rest, `"`)
	return token
}

// TestScreenersWorkOnThePage edits a name, writes a note with markup in it, shows and sends to the reader, and takes that back; what a form says late or wrongly changes nothing.
func TestScreenersWorkOnThePage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	at := h.base() + "/screening"
	vic, reader := h.accepted(h.invited("Vic", "screener")), h.accepted(h.invited("Rea", "reader"))
	given := h.give("Mallory")
	press := func(to string, pairs ...string) string {
		t.Helper()
		form := url.Values{"form": {formOf(t, vic, at)}, "id": {given.ID.String()}, "to": {to}}
		got := vic.Post(at, testbrowser.With(form, pairs...))
		if got.StatusCode != http.StatusSeeOther {
			t.Errorf("%s: got %d", to, got.StatusCode)
		}
		return strings.TrimPrefix(got.Header.Get("Location"), at)
	}
	const hostile = `<script>alert(1)</script>"'&{{.}}`
	for _, one := range []struct {
		want, to string
		pairs    []string
	}{
		{"#next", "name", []string{"was", "Mallory", "name", "Mal"}},
		{"?late=yes", "name", []string{"was", "Mallory", "name", "Another"}},
		{"?name=yes", "name", []string{"was", "Mal", "name", strings.Repeat("x", fund.MaxDonorName+1)}},
		{"#next", "note", []string{"note", hostile}},
		{"?note=yes", "note", []string{"note", "a\x00"}},
		{"?late=yes", "shown_read", []string{"was", "comment_held"}},
		{"?undo=yes", "undo", nil},
	} {
		if got := press(one.to, one.pairs...); got != one.want {
			t.Errorf("%s %v: got %s, want %s", one.to, one.pairs, got, one.want)
		}
	}
	page := vic.Get(at).Text
	if !strings.Contains(page, `value="Mal"`) || strings.Contains(page, "Mallory</span>") || strings.Contains(page, "<script>alert") || !strings.Contains(page, "&lt;script&gt;alert(1)") || !strings.Contains(page, "Note by Vic") {
		t.Errorf("got\n%s\nwant the name, and the note as text", page)
	}
	if got := reader.Get(h.base() + "/read").Text; strings.Contains(got, "alert(1)") || strings.Contains(got, "Mal") {
		t.Errorf("got\n%s\nwant nothing of what is held for the reader", got)
	}
	if got := press("shown_read", "was", "held"); got != "#next" {
		t.Errorf("got %s", got)
	}
	if got := reader.Get(h.base() + "/read").Text; !strings.Contains(got, "Mal") || !strings.Contains(got, "&lt;script&gt;alert(1)") {
		t.Errorf("got\n%s\nwant the gift and its note for the reader", got)
	}
	for _, path := range []string{"/" + h.campaign.Slug, "/dashboard/" + h.campaign.ID.String() + "/desk"} {
		if got := h.as("stranger").Get(path).Text; strings.Contains(got, "alert(1)") {
			t.Errorf("%s: got the note as a stranger", path)
		}
	}
	if got := press("undo"); got != "#next" {
		t.Errorf("got %s", got)
	}
	if got := reader.Get(h.base() + "/read").Text; strings.Contains(got, "alert(1)") {
		t.Errorf("got\n%s\nwant the note gone with the gift", got)
	}
	if got := vic.Get(at + "?idle=yes").Text; !strings.Contains(got, "Mal") {
		t.Errorf("got\n%s\nwant an idle screener to keep what they have", got)
	}
	gift := h.base() + "/gifts/" + given.ID.String()
	h.finance("stranger")
	if finance, screener := h.as("stranger").Get(gift).Text, vic.Get(gift).Text; !strings.Contains(finance, "Mallory") || !strings.Contains(finance, "Name as the donor typed it") || strings.Contains(screener, ">Mallory<") {
		t.Errorf("got\n%s\nwant what the donor typed for the finance alone\n%s", finance, screener)
	} else if !strings.Contains(screener, "You are here as <bdi>Vic</bdi>") {
		t.Errorf("got\n%s\nwant a volunteer to read who they are", screener)
	}
}

// TestTheHandOver is read on the pages of all who work in shifts; of two who write it at once the second is told.
func TestTheHandOver(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	vic, reader, desk := h.accepted(h.invited("Vic", "screener")), h.accepted(h.invited("Rea", "reader")), h.accepted(h.invited("Des", "desk"))
	at := h.base() + "/handover"
	before := reader.Get(at)
	if got := vic.Post(at, testbrowser.With(vic.Get(at).Form(t, at), "note", "watch <b>Mallory</b>")); got.Header.Get("Location") != h.base()+"/screening?done=saved" && got.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d and %s", got.StatusCode, got.Header.Get("Location"))
	}
	for page, b := range map[string]testbrowser.Browser{"/screening": vic, "/read": reader, "/desk": desk} {
		if got := b.Get(h.base() + page).Text; !strings.Contains(got, "watch &lt;b&gt;Mallory&lt;/b&gt;") || !strings.Contains(got, "By Vic") {
			t.Errorf("%s: got\n%s\nwant the note, as text", page, got)
		}
	}
	if got := reader.Post(at, testbrowser.With(before.Form(t, at), "note", "mine")); got.StatusCode != http.StatusPreconditionFailed || !strings.Contains(got.Text, "mine") || !strings.Contains(got.Text, "watch &lt;b&gt;") {
		t.Errorf("got %d\n%s\nwant both texts", got.StatusCode, got.Text)
	}
	if got := h.as("stranger").Get(at); got.StatusCode != http.StatusForbidden {
		t.Errorf("got %d as a stranger, want 403", got.StatusCode)
	}
}

// TestTheFirstScreenerPassesOn wants another button for the first of two screeners, and none for the reader; the second one sees who passed it on, and who sets the
// screening shows at once.
func TestTheFirstScreenerPassesOn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	must.Get(h.UpdateDonationSettings(t.Context(), h.owner, h.key(), fund.DonationSettingsPatch{TwoPasses: fund.Some(true)}))(t)
	at := h.base() + "/screening"
	vic, bob, owner := h.accepted(h.invited("Vic", "screener")), h.accepted(h.invited("Bob", "screener")), h.as("owner")
	given := h.give("Mallory")
	if page := owner.Get(at + "?all=yes").Text; strings.Contains(page, "Pass on") || !strings.Contains(page, "shown_read") {
		t.Errorf("got\n%s\nwant the owner to show it at once", page)
	}
	page := vic.Get(at)
	if !strings.Contains(page.Text, "Pass on") || strings.Contains(page.Text, "shown_read") {
		t.Errorf("got\n%s\nwant it to be passed on alone", page.Text)
	}
	if gift := vic.Get(h.base() + "/gifts/" + given.ID.String()).Text; !strings.Contains(gift, "Pass on<") || strings.Contains(gift, "Show<") {
		t.Errorf("got\n%s\nwant it to be passed on from its own page, too", gift)
	}
	if got := vic.Post(at, testbrowser.With(page.Form(t, at), "to", "shown")).Header.Get("Location"); !strings.Contains(got, "late=") {
		t.Errorf("got %s, want who saw that they show it told that they do not", got)
	}
	if got := vic.Post(at, testbrowser.With(page.Form(t, at), "to", "pass")); got.Header.Get("Location") != at+"#next" {
		t.Errorf("got %d and %s, want the page again", got.StatusCode, got.Header.Get("Location"))
	}
	if page := vic.Get(at).Text; strings.Contains(page, "Mallory") {
		t.Errorf("got\n%s\nwant it to wait for another one", page)
	}
	if page := bob.Get(at).Text; !strings.Contains(page, "Mallory") || !strings.Contains(page, "passed on by Vic") || strings.Contains(page, "Pass on<") || !strings.Contains(page, "shown_read") {
		t.Errorf("got\n%s\nwant it to be shown, and who passed it on", page)
	}
	bob.Post(at, testbrowser.With(bob.Get(at).Form(t, at), "to", "hidden"))
	if page := bob.Get(at).Text; !strings.Contains(page, "Pass on<") || strings.Contains(page, "passed on by") {
		t.Errorf("got\n%s\nwant what was hidden to be passed on once more", page)
	}
}

// TestGroupsOnThePages makes a group and highlights, marks a gift on the page of the screening, and shows that group alone there and to the reader.
func TestGroupsOnThePages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	owner, reader, at := h.as("owner"), h.accepted(h.invited("Rea", "reader")), h.base()+"/screening"
	post := func(path string, pairs ...string) int {
		t.Helper()
		path = h.base() + path
		return owner.Post(path, testbrowser.With(owner.Get(path).Form(t, path), pairs...)).StatusCode
	}
	if got := post("/groups/new", "name", "", "color", "red"); got != http.StatusUnprocessableEntity {
		t.Errorf("got %d for a group without a name, want 422", got)
	}
	post("/groups/new", "name", "Tonight <b>", "color", "blue")
	post("/groups/new", "name", "Question", "color", "red")
	groups := must.Get(h.ScreeningGroups(t.Context(), must.Get(h.See(t.Context(), h.owner, h.key()))(t)))(t)
	if len(groups) != 2 || groups[0].Color != "blue" || groups[1].Color != "red" {
		t.Fatalf("got %+v, want both groups", groups)
	}
	if page := owner.Get(h.base() + "/groups").Text; !strings.Contains(page, "Tonight &lt;b&gt;") || !strings.Contains(page, h.base()+"/highlights") {
		t.Errorf("got\n%s\nwant the groups, and what is highlighted", page)
	}
	if got := post("/highlights", "highlights", "mall\n<", "amount", "12.50"); got != http.StatusSeeOther {
		t.Errorf("got %d, want the groups again", got)
	}
	if got := post("/highlights", "highlights", strings.Repeat("x", fund.MaxHighlight+1)); got != http.StatusUnprocessableEntity {
		t.Errorf("got %d for a long word, want 422", got)
	}
	given := h.give("Mallory")
	if page := owner.Get(at).Text; !strings.Contains(page, "<mark>Mall</mark>ory") || !strings.Contains(page, "<mark>$12.50</mark>") {
		t.Errorf("got\n%s\nwant the word and the amount highlighted", page)
	}
	form := url.Values{"form": {formOf(t, owner, at)}, "id": {given.ID.String()}, "to": {"mark"}, "mark": {groups[0].ID.String()}, "group": {groups[1].ID.String()}}
	if got := owner.Post(at, form).Header.Get("Location"); got != at+"?group="+groups[1].ID.String()+"#next" {
		t.Errorf("got %s, want the group that was shown", got)
	}
	shows := func(b testbrowser.Browser, page string, group fund.ID, want bool) {
		t.Helper()
		if text := b.Get(page + "?group=" + group.String()).Text; strings.Contains(text, "ory") != want {
			t.Errorf("%s of %s: got\n%s\nwant the gift: %v", page, group, text, want)
		}
	}
	shows(owner, at, groups[0].ID, true)
	shows(owner, at, groups[1].ID, false)
	owner.Post(at, testbrowser.With(form, "to", "shown", "was", "held"))
	shows(owner, at, groups[0].ID, true)
	shows(reader, h.base()+"/read", groups[0].ID, true)
	shows(reader, h.base()+"/read", groups[1].ID, false)
	read := h.base() + "/read?group=" + groups[0].ID.String()
	if got := reader.Post(read, testbrowser.With(reader.Get(read).Form(t, read), "do", "read")).Header.Get("Location"); got != read {
		t.Errorf("got %s, want the group that is read", got)
	}
	if got := owner.Post(at, testbrowser.With(form, "to", "mark", "mark", "x")).StatusCode; got != http.StatusBadRequest {
		t.Errorf("got %d for what is no group, want 400", got)
	}
	for _, wrong := range []string{"x", given.ID.String()} {
		if page := owner.Get(at + "?group=" + wrong); page.StatusCode >= http.StatusInternalServerError {
			t.Errorf("got %d for the group %s", page.StatusCode, wrong)
		}
	}
}

package dash_test

import (
	"html"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testbrowser"
)

var (
	// field finds a field of a form with its value.
	field = regexp.MustCompile(`<input id="[^"]*" name="([^"]*)"[^>]*? value="([^"]*)"`)
	area  = regexp.MustCompile(`(?s)<textarea id="[^"]*" name="([^"]*)"[^>]*>\n(.*?)</textarea>`)
	box   = regexp.MustCompile(`<input type="checkbox" id="[^"]*" name="([^"]*)" value="yes" checked`)
	pick  = regexp.MustCompile(`(?s)<select id="[^"]*" name="([^"]*)".*?<option value="([^"]*)" selected`)
)

// filled is the form of a page as a browser would send it, with more fields in pairs; a field without a value is left out.
func filled(t *testing.T, page testbrowser.Answer, path string, pairs ...string) url.Values {
	t.Helper()
	page.Text = strings.ReplaceAll(page.Text, ` id="form"`, "")
	values := page.Form(t, path)
	for _, kind := range []*regexp.Regexp{field, area, pick} {
		for _, found := range kind.FindAllStringSubmatch(page.Text, -1) {
			values.Set(found[1], strings.ReplaceAll(html.UnescapeString(found[2]), "\n", "\r\n"))
		}
	}
	for _, found := range box.FindAllStringSubmatch(page.Text, -1) {
		values.Set(found[1], "yes")
	}
	for i := 0; i < len(pairs); i += 2 {
		if values.Set(pairs[i], pairs[i+1]); pairs[i+1] == "" {
			values.Del(pairs[i])
		}
	}
	return values
}

// all are the incentives of the campaign.
func (h *house) all() (polls []fund.Poll, targets []fund.Target, rewards []fund.Reward, milestones []fund.Milestone) {
	h.t.Helper()
	ctx, page := h.t.Context(), fund.Page{Limit: fund.MaxPerFact, Order: fund.OldestFirst}
	seen := must.Get(h.See(ctx, h.owner, h.key()))(h.t)
	return must.Get(h.Polls(ctx, seen, page))(h.t), must.Get(h.Targets(ctx, seen, page))(h.t), must.Get(h.Rewards(ctx, seen, page))(h.t),
		must.Get(h.Milestones(ctx, seen, app.MilestoneQuery{IncludeDisabled: true}, page))(h.t)
}

// TestIncentivesAreMadeChangedAndDeleted makes one of each kind by the pages, changes it, and deletes it. Each form is sent twice.
func TestIncentivesAreMadeChangedAndDeleted(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.as("owner")
	for kind, typed := range map[string][]string{
		"polls":      {"name", "Which <i>game?", "options.new", "Red\r\n\r\n Blue ", "ends_at", "2999-12-31T18:00"},
		"targets":    {"name", "Which <i>game?", "amount", "1,234.50"},
		"rewards":    {"name", "Which <i>game?", "amount", "5", "quantity", "3", "description", "One\r\nTwo", "custom_question", "Size?"},
		"milestones": {"name", "Which <i>game?", "amount", "50"},
	} {
		made := h.base() + "/" + kind + "/new"
		page := b.Get(made)
		form := filled(t, page, made, typed...)
		for range 2 {
			if got := b.Post(made, form); got.StatusCode != http.StatusSeeOther || got.Header.Get("Location") != h.base()+"/incentives?done=saved" {
				t.Fatalf("%s: got %d to %q, want the list\n%s", kind, got.StatusCode, got.Header.Get("Location"), got.Text)
			}
		}
	}
	polls, targets, rewards, milestones := h.all()
	if len(polls) != 1 || len(targets) != 1 || len(rewards) != 1 || len(milestones) != 1 {
		t.Fatalf("got %d polls, %d targets, %d rewards and %d milestones, want one each", len(polls), len(targets), len(rewards), len(milestones))
	}
	if p := polls[0]; len(p.Options) != 2 || p.Options[1].Name != "Blue" || !p.Enabled || p.EndsAt.IsZero() {
		t.Errorf("got the poll %+v", p)
	}
	if r := rewards[0]; r.Description != "One\nTwo" || *r.Quantity != 3 || r.Amount != 500 || r.Kind != fund.RewardPhysical || targets[0].Amount != 123450 {
		t.Errorf("got the reward %+v and the target %+v", r, targets[0])
	}
	list := b.Get(h.base() + "/incentives?done=saved")
	for _, want := range []string{"Which &lt;i&gt;game?", "Red, Blue", "$0.00 of $1,234.50", "3 left", "Saved."} {
		if !strings.Contains(list.Text, want) {
			t.Errorf("got no %q\n%s", want, list.Text)
		}
	}

	for kind, id := range map[string]fund.ID{"polls": polls[0].ID, "targets": targets[0].ID, "rewards": rewards[0].ID, "milestones": milestones[0].ID} {
		at := h.base() + "/" + kind + "/" + id.String()
		form := filled(t, b.Get(at), at, "name", "Another", "enabled", "")
		for range 2 {
			if got := b.Post(at, form); got.StatusCode != http.StatusSeeOther {
				t.Errorf("%s: got %d, want it saved\n%s", kind, got.StatusCode, got.Text)
			}
		}
	}
	polls, targets, rewards, milestones = h.all()
	if polls[0].Name+targets[0].Name+rewards[0].Name+milestones[0].Name != "AnotherAnotherAnotherAnother" || polls[0].Enabled || targets[0].Enabled ||
		rewards[0].Enabled || milestones[0].Enabled || polls[0].Options[0].Name != "Red" || targets[0].Amount != 123450 {
		t.Errorf("got %+v, %+v, %+v, %+v", polls[0], targets[0], rewards[0], milestones[0])
	}

	retire := h.base() + "/rewards/" + rewards[0].ID.String() + "/retire"
	if got := b.Post(retire, testbrowser.With(b.Get(retire).Form(t, retire), "sure", "yes")); got.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d, want the reward retired\n%s", got.StatusCode, got.Text)
	}
	if got := b.Get(h.base() + "/rewards/" + rewards[0].ID.String()); !strings.Contains(got.Text, "can no longer be changed") || strings.Contains(got.Text, `id="form"`) {
		t.Errorf("got a form for a retired reward\n%s", got.Text)
	}
	for kind, id := range map[string]fund.ID{"polls": polls[0].ID, "targets": targets[0].ID, "rewards": rewards[0].ID, "milestones": milestones[0].ID} {
		at := h.base() + "/" + kind + "/" + id.String() + "/delete"
		page := b.Get(at)
		if got := b.Post(at, page.Form(t, at)); got.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: got %d for a form that nobody confirmed, want 400", kind, got.StatusCode)
		}
		form := testbrowser.With(page.Form(t, at), "sure", "yes")
		if got := b.Post(at, form); got.StatusCode != http.StatusSeeOther || got.Header.Get("Location") != h.base()+"/incentives?done=removed" {
			t.Errorf("%s: got %d, want it deleted\n%s", kind, got.StatusCode, got.Text)
		}
		if got := b.Post(at, form); got.StatusCode != http.StatusNotFound {
			t.Errorf("%s: got %d for what is deleted, want 404", kind, got.StatusCode)
		}
	}
	if polls, targets, rewards, milestones := h.all(); len(polls)+len(targets)+len(rewards)+len(milestones) != 0 {
		t.Errorf("got %d polls, %d targets, %d rewards and %d milestones, want none", len(polls), len(targets), len(rewards), len(milestones))
	}
}

// TestWhatIsWrongWithAnIncentiveIsSaidInPlace leaves everything in the form that was typed.
func TestWhatIsWrongWithAnIncentiveIsSaidInPlace(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.as("owner")
	for _, c := range []struct {
		kind  string
		typed []string
		want  string
	}{
		{"polls", []string{"name", "", "options.new", "A"}, `id="name-problem">Fill this in`},
		{"polls", []string{"name", "A"}, `id="options-new-problem">Fill this in`},
		{"polls", []string{"name", "A", "options.new", strings.Repeat("o\n", fund.MaxOptions+1)}, `id="options-new-problem">There are too many options`},
		{"polls", []string{"name", "A", "options.new", "B\n" + strings.Repeat("o", fund.MaxName+1)}, `id="options-new-problem">Shorten this to 255 characters`},
		{"targets", []string{"name", "A", "amount", "lots"}, `id="amount-problem">Enter an amount that can be read`},
		{"targets", []string{"name", "A", "amount", "0"}, `id="amount-problem">Enter more than zero`},
		{"targets", []string{"name", "A", "amount", "1.005"}, `id="amount-problem">This could be two amounts`},
		{"targets", []string{"name", "A", "amount", "5", "ends_at", "tomorrow"}, `id="ends_at-problem">Enter a date with a time`},
		{"targets", []string{"name", "A", "amount", "5", "activates_at", "2031-01-02T10:00", "ends_at", "2031-01-01T10:00"}, `id="ends_at-problem">Choose an end after`},
		{"rewards", []string{"name", "A", "amount", "5", "quantity", "many"}, `id="quantity-problem">Enter a whole number`},
		{"rewards", []string{"name", "A", "amount", "5", "quantity", "1000001"}, `id="quantity-problem">This is too much`},
		{"rewards", []string{"name", "A", "amount", "5", "image", "javascript:alert(1)"}, `id="image-problem">Enter an address`},
		{"rewards", []string{"name", "A", "amount", "5", "kind", "none"}, `id="kind-problem">Choose one of these`},
		{"rewards", []string{"name", "A", "amount", "5", "description", strings.Repeat("d", fund.MaxDescription+1)}, `id="description-problem">Shorten this to 65,536 characters`},
		{"milestones", []string{"name", strings.Repeat("n", fund.MaxName+1), "amount", "5"}, `id="name-problem">Shorten this to 255 characters`},
	} {
		at := h.base() + "/" + c.kind + "/new"
		got := b.Post(at, filled(t, b.Get(at), at, c.typed...))
		if got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, c.want) || !strings.Contains(got.Text, "<title>Error: ") {
			t.Errorf("%s %.60q: got %d, want %q\n%.6000s", c.kind, c.typed, got.StatusCode, c.want, got.Text)
		}
		for i := 1; i < len(c.typed); i += 2 {
			if typed := html.EscapeString(c.typed[i]); c.typed[i-1] != "kind" && !strings.Contains(got.Text, typed) {
				t.Errorf("%s %.60q: got no %.60q that was typed", c.kind, c.typed, typed)
			}
		}
	}
	if polls, targets, rewards, milestones := h.all(); len(polls)+len(targets)+len(rewards)+len(milestones) != 0 {
		t.Errorf("got something of what was refused")
	}
}

// TestTwoBrowsersEditOnePoll loses nothing of either: the second one is told what the first one changed.
func TestTwoBrowsersEditOnePoll(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := t.Context()
	poll := must.Get(h.CreatePoll(ctx, h.owner, h.key(), fund.PollPatch{
		Name: fund.Some("Which?"), Options: []fund.PollOptionPatch{{Name: fund.Some("Red")}, {Name: fund.Some("Blue")}},
	}))(t)
	red := "options." + poll.Options[0].ID.String()
	at := h.base() + "/polls/" + poll.ID.String()
	first, second := h.as("owner"), h.as("owner")
	mine, theirs := filled(t, second.Get(at), at), filled(t, first.Get(at), at)
	if got := first.Post(at, testbrowser.With(theirs, "name", "What <b>next</b>?", red, "Crimson", "options.new", "Green")); got.StatusCode != http.StatusSeeOther {
		t.Fatalf("got %d, want it saved\n%s", got.StatusCode, got.Text)
	}
	mine = testbrowser.With(mine, "name", "What now?", "options.new", "Green\r\nYellow", "ends_at", "2031-01-01T10:00")
	clash := second.Post(at, mine)
	if clash.StatusCode != http.StatusPreconditionFailed || !strings.Contains(clash.Text, "<title>Error: ") {
		t.Fatalf("got %d, want 412\n%s", clash.StatusCode, clash.Text)
	}
	for _, want := range []string{
		"Somebody else changed this meanwhile", `<q class="typed" dir="auto">What &lt;b&gt;next&lt;/b&gt;?</q>`, `<q class="typed" dir="auto">What now?</q>`, `value="What now?"`,
		`<q class="typed" dir="auto">Crimson</q>`, `value="Crimson"`, `value="Green"`, ">\nYellow</textarea>", `value="2031-01-01T10:00"`, "Keep mine and save",
	} {
		if !strings.Contains(clash.Text, want) {
			t.Errorf("got no %q\n%s", want, clash.Text)
		}
	}
	if now := must.Get(h.GetPoll(ctx, h.owner, fund.Key{ID: poll.ID}))(t); now.Name != "What <b>next</b>?" || !now.EndsAt.IsZero() || len(now.Options) != 3 {
		t.Errorf("got %+v, want what the first one saved", now)
	}
	if got := second.Post(at, filled(t, clash, at)); got.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d, want mine saved\n%s", got.StatusCode, got.Text)
	}
	now := must.Get(h.GetPoll(ctx, h.owner, fund.Key{ID: poll.ID}))(t)
	var names []string
	for _, o := range now.Options {
		names = append(names, o.Name)
	}
	if now.Name != "What now?" || now.EndsAt.IsZero() || strings.Join(names, " ") != "Crimson Blue Green Yellow" {
		t.Errorf("got %q with %q, want what both wrote", now.Name, names)
	}
}

// TestManyBrowsersSaveAtOnce has one of them win, and all others told.
func TestManyBrowsersSaveAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	target := must.Get(h.CreateTarget(t.Context(), h.owner, h.key(), fund.TargetPatch{Name: fund.Some("Sing"), Amount: fund.Some("50")}))(t)
	at := h.base() + "/targets/" + target.ID.String()
	b := h.as("owner")
	form := filled(t, b.Get(at), at)
	const browsers = 8
	statuses := make(chan int, browsers)
	for i := range browsers {
		go func() {
			mine := maps.Clone(form)
			statuses <- b.Post(at, testbrowser.With(mine, "name", "Sing "+strconv.Itoa(i))).StatusCode
		}()
	}
	counts := map[int]int{}
	for range browsers {
		counts[<-statuses]++
	}
	if counts[http.StatusSeeOther] != 1 || counts[http.StatusPreconditionFailed] != browsers-1 {
		t.Errorf("got %v, want one that is saved and all others told", counts)
	}
}

// TestGiftsAreNoClash gives while a form is open.
func TestGiftsAreNoClash(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	target := must.Get(h.CreateTarget(t.Context(), h.owner, h.key(), fund.TargetPatch{Name: fund.Some("Sing"), Amount: fund.Some("50")}))(t)
	at := h.base() + "/targets/" + target.ID.String()
	b := h.as("owner")
	form := filled(t, b.Get(at), at, "name", "Sing twice")
	must.Get(h.RecordOffline(t.Context(), app.System(), h.key(), fund.DonationInput{Amount: "12.50", Target: &fund.Key{ID: target.ID}}))(t)
	if got := b.Post(at, form); got.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d, want it saved\n%s", got.StatusCode, got.Text)
	}
	refused := at + "/delete"
	if got := b.Post(refused, testbrowser.With(b.Get(refused).Form(t, refused), "sure", "yes")); got.StatusCode != http.StatusConflict || !strings.Contains(got.Text, "gifts were made for it") {
		t.Errorf("got %d, want the target to stay\n%s", got.StatusCode, got.Text)
	}
}

// TestOthersDoNotEdit asks for the pages of an incentive, and for that of another campaign.
func TestOthersDoNotEdit(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	target := must.Get(h.CreateTarget(t.Context(), h.owner, h.key(), fund.TargetPatch{Name: fund.Some("Sing"), Amount: fund.Some("50")}))(t)
	other := must.Get(h.CreateCampaign(t.Context(), h.owner, fund.CampaignPatch{Name: fund.Some("Other"), Cause: fund.Some(fund.Key{ID: h.campaign.Cause.ID})}))(t)
	screener := h.accepted(h.invited("Vic", "screener"))
	for _, path := range []string{"/incentives", "/targets/new", "/targets/" + target.ID.String(), "/targets/" + target.ID.String() + "/delete"} {
		for name, b := range map[string]testbrowser.Browser{"stranger": h.as("stranger"), "screener": screener} {
			if got := b.Get(h.base() + path); got.StatusCode != http.StatusForbidden {
				t.Errorf("%s: got %d for a %s, want 403", path, got.StatusCode, name)
			}
		}
	}
	elsewhere := "/dashboard/" + other.ID.String() + "/targets/" + target.ID.String()
	for _, path := range []string{elsewhere, elsewhere + "/delete"} {
		if got := h.as("owner").Get(path); got.StatusCode != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", path, got.StatusCode)
		}
	}
}

// TestAVolunteerEditsTheSchedule has one without an account add, change and delete an item, and nothing else.
func TestAVolunteerEditsTheSchedule(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.accepted(h.invited("Vic", "schedule"))
	at := h.base() + "/schedule"
	if got := b.Get(h.base()); got.StatusCode != http.StatusOK || !strings.Contains(got.Text, at) || strings.Contains(got.Text, "/incentives") {
		t.Errorf("got %d, want the way to the schedule only\n%s", got.StatusCode, got.Text)
	}
	made := at + "/new"
	wrong := b.Post(made, filled(t, b.Get(made), made, "name", "Opening"))
	if wrong.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(wrong.Text, `id="starts_at-problem">Fill this in`) {
		t.Errorf("got %d, want a start asked for\n%s", wrong.StatusCode, wrong.Text)
	}
	form := filled(t, wrong, made, "starts_at", "2031-01-01T10:00", "ends_at", "2031-01-01T11:00")
	for range 2 {
		if got := b.Post(made, form); got.StatusCode != http.StatusSeeOther || got.Header.Get("Location") != at+"?done=saved" {
			t.Fatalf("got %d, want it saved\n%s", got.StatusCode, got.Text)
		}
	}
	seen := must.Get(h.See(t.Context(), h.owner, h.key()))(t)
	items := must.Get(h.Schedule(t.Context(), seen, fund.Page{Limit: 9, Order: fund.OldestFirst}))(t)
	if len(items) != 1 || items[0].Name != "Opening" || items[0].StartsAt.Hour() != 10 {
		t.Fatalf("got %+v, want one item", items)
	}
	one := at + "/" + items[0].ID.String()
	if got := b.Post(one, filled(t, b.Get(one), one, "name", "The opening")); got.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d, want it saved\n%s", got.StatusCode, got.Text)
	}
	if got := b.Get(at); !strings.Contains(got.Text, "The opening") {
		t.Errorf("got no item\n%s", got.Text)
	}
	for _, path := range []string{"/incentives", "/polls/new", "/matches", "/people"} {
		if got := b.Get(h.base() + path); got.StatusCode != http.StatusForbidden {
			t.Errorf("%s: got %d, want 403", path, got.StatusCode)
		}
	}
	if got := b.Post(one+"/delete", testbrowser.With(b.Get(one+"/delete").Form(t, one+"/delete"), "sure", "yes")); got.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d, want it deleted\n%s", got.StatusCode, got.Text)
	}
}

// TestMatchesWhereTheCauseAllowsThem makes, changes and ends one within the cap of the cause.
func TestMatchesWhereTheCauseAllowsThem(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.as("owner")
	at := h.base() + "/matches"
	if got := b.Get(at).StatusCode; got != http.StatusForbidden {
		t.Errorf("got %d where the cause does not let streamers, want 403", got)
	}
	h.AllowOffline(t.Context(), h.campaign.Cause.ID)
	made := at + "/new"
	page := b.Get(made)
	for _, c := range []struct {
		typed []string
		want  string
	}{
		{[]string{"pledged", "5"}, `id="matched_by-problem">Fill this in`},
		{[]string{"matched_by", "Ada"}, `id="pledged-problem">Fill this in`},
		{[]string{"matched_by", "Ada", "type", "all"}, `id="type-problem">Promise an amount`},
		{[]string{"matched_by", "Ada", "type", "all", "pledged", "5"}, `id="pledged-problem">Leave this empty`},
		{[]string{"matched_by", "Ada", "pledged", "99999999"}, `id="pledged-problem">This is too much`},
		{[]string{"matched_by", "Ada", "pledged", "100001"}, `id="pledged-problem">This is more than the charity lets you`},
		{[]string{"matched_by", "Ada", "pledged", "5", "starts_at", "2001-01-01T10:00"}, `id="starts_at-problem">Choose a time that is still to come`},
	} {
		got := b.Post(made, filled(t, page, made, append([]string{"ends_at", "2999-01-01T10:00"}, c.typed...)...))
		if got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, c.want) {
			t.Errorf("%q: got %d, want %q\n%s", c.typed, got.StatusCode, c.want, got.Text)
		}
	}
	form := filled(t, page, made, "matched_by", "Ada", "pledged", "50", "ends_at", "2999-01-01T10:00")
	for range 2 {
		if got := b.Post(made, form); got.StatusCode != http.StatusSeeOther {
			t.Fatalf("got %d, want it saved\n%s", got.StatusCode, got.Text)
		}
	}
	seen := must.Get(h.See(t.Context(), h.owner, h.key()))(t)
	all := func() []fund.DonationMatch {
		return must.Get(h.Matches(t.Context(), seen, app.MatchQuery{}, fund.Page{Limit: 9, Order: fund.OldestFirst}))(t)
	}
	if got := all(); len(got) != 1 || got[0].Pledged != 5000 {
		t.Fatalf("got %+v, want one match", got)
	}
	one := at + "/" + all()[0].ID.String()
	if got := b.Post(one, filled(t, b.Get(one), one, "pledged", "60")); got.StatusCode != http.StatusSeeOther || all()[0].Pledged != 6000 {
		t.Errorf("got %d, want it changed\n%s", got.StatusCode, got.Text)
	}
	if got := b.Get(at); !strings.Contains(got.Text, "$0.00 of $60.00") {
		t.Errorf("got no match\n%s", got.Text)
	}
	end := testbrowser.With(b.Get(one+"/end").Form(t, one+"/end"), "sure", "yes")
	for _, want := range []int{http.StatusSeeOther, http.StatusConflict} {
		if got := b.Post(one+"/end", end); got.StatusCode != want {
			t.Errorf("got %d, want %d\n%s", got.StatusCode, want, got.Text)
		}
	}
	if got := b.Get(one); strings.Contains(got.Text, `id="form"`) || strings.Contains(got.Text, `/end"`) {
		t.Errorf("got a form for a match that has ended\n%s", got.Text)
	}
}

// TestTheOrderOfIncentives moves rewards by the buttons and by dragging.
func TestTheOrderOfIncentives(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ids := map[string]fund.ID{}
	for _, name := range []string{"A", "B", "C", "D"} {
		ids[name] = must.Get(h.CreateReward(t.Context(), h.owner, h.key(), fund.RewardPatch{Name: fund.Some(name), Amount: fund.Some("5")}))(t).ID
	}
	b := h.as("owner")
	list := h.base() + "/incentives"
	order := func() string {
		var names string
		for _, found := range regexp.MustCompile(`<a href="[^"]*/rewards/[^"]*"><bdi>(.)</bdi>`).FindAllStringSubmatch(b.Get(list).Text, -1) {
			names += found[1]
		}
		return names
	}
	if got := order(); got != "ABCD" {
		t.Fatalf("got %s at first, want the order of their age", got)
	}
	for _, c := range []struct{ name, how, to, want string }{
		{"C", "up", ids["B"].String(), "ACBD"}, {"C", "up", ids["A"].String(), "CABD"}, {"C", "down", ids["B"].String(), "ACBD"}, {"B", "down", "end", "ACDB"},
		{"B", "drag", ids["A"].String(), "BACD"}, {"B", "drag", ids["B"].String(), "BACD"}, {"A", "drag", fund.ID{15: 1}.String(), "BCDA"},
	} {
		at := h.base() + "/rewards/" + ids[c.name].String() + "/move"
		got := b.Post(at, testbrowser.With(b.Get(list).Form(t, at), c.how, c.to))
		if got.StatusCode != http.StatusSeeOther || order() != c.want {
			t.Errorf("%s %s %s: got %d and %s, want %s", c.name, c.how, c.to, got.StatusCode, order(), c.want)
		}
	}
	at := h.base() + "/rewards/" + ids["D"].String() + "/move"
	moved := b.Post(at, testbrowser.With(b.Get(list).Form(t, at), "up", ids["C"].String()))
	page, _, _ := strings.Cut(moved.Header.Get("Location"), "#")
	if got := b.Get(page); !strings.Contains(got.Text, "D is now 2 of 4.") || !strings.Contains(got.Text, " autofocus>Up</button>") {
		t.Errorf("got no word of the new place\n%s", got.Text)
	}
	must.Get(h.CreateReward(t.Context(), h.owner, h.key(), fund.RewardPatch{Name: fund.Some("E"), Amount: fund.Some("5")}))(t)
	if got := order(); got != "BDCAE" {
		t.Errorf("got %s, want a new one last", got)
	}
	for name, form := range map[string][]string{"nowhere": {}, "no id": {"up", "first"}} {
		if got := b.Post(at, testbrowser.With(b.Get(list).Form(t, at), form...)); got.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: got %d, want 400", name, got.StatusCode)
		}
	}
	// What programs read stays in the order that it had.
	seen := must.Get(h.See(t.Context(), h.owner, h.key()))(t)
	if rewards := must.Get(h.Rewards(t.Context(), seen, fund.Page{Limit: 9}))(t); len(rewards) != 5 || rewards[0].Name != "E" || rewards[4].Name != "A" {
		t.Errorf("got %+v, want the lists of the API as they were", rewards)
	}
}

// TestTheOrderOfOptions moves options of a poll by the buttons and by dragging, while its form is open elsewhere.
func TestTheOrderOfOptions(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	patch := fund.PollPatch{Name: fund.Some("Which?"), Options: []fund.PollOptionPatch{{Name: fund.Some("A")}, {Name: fund.Some("B")}, {Name: fund.Some("C")}}}
	poll := must.Get(h.CreatePoll(t.Context(), h.owner, h.key(), patch))(t)
	ids := map[string]fund.ID{}
	for _, o := range poll.Options {
		ids[o.Name] = o.ID
	}
	b, at := h.as("owner"), h.base()+"/polls/"+poll.ID.String()
	open := filled(t, b.Get(at), at, "name", "Which one?")
	order := func() (names string) {
		for _, found := range regexp.MustCompile(`<h3 id="name-[^"]*"><bdi>(.)</bdi>`).FindAllStringSubmatch(b.Get(at).Text, -1) {
			names += found[1]
		}
		return names
	}
	if got := order(); got != "ABC" {
		t.Fatalf("got %s at first, want the order of their age", got)
	}
	for _, c := range []struct{ name, how, to, want string }{
		{"C", "up", ids["B"].String(), "ACB"}, {"A", "down", ids["B"].String(), "CAB"}, {"C", "down", ids["B"].String(), "ACB"}, {"A", "drag", "end", "CBA"},
	} {
		move := at + "/options/" + ids[c.name].String() + "/move"
		got := b.Post(move, testbrowser.With(b.Get(at).Form(t, move), c.how, c.to))
		if got.StatusCode != http.StatusSeeOther || order() != c.want {
			t.Errorf("%s %s: got %d and %s, want %s", c.name, c.how, got.StatusCode, order(), c.want)
		}
	}
	move := at + "/options/" + ids["B"].String() + "/move"
	form := b.Get(at).Form(t, move)
	moved := b.Post(move, testbrowser.With(form, "up", ids["C"].String()))
	if got := b.Get(moved.Header.Get("Location")); !strings.Contains(got.Text, "B is now 1 of 3.") || !strings.Contains(got.Text, " autofocus>Down</button>") {
		t.Errorf("got no word of the new place\n%s", got.Text)
	}
	if got := b.Post(at, open); got.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d for the form that was open meanwhile, want it saved\n%s", got.StatusCode, got.Text)
	}
	if list := b.Get(h.base() + "/incentives").Text; !strings.Contains(list, "B, C, A") {
		t.Errorf("got another order in the list\n%s", list)
	}
	other := must.Get(h.CreatePoll(t.Context(), h.owner, h.key(), patch))(t)
	for _, path := range []string{at + "/options/" + other.Options[0].ID.String() + "/move", at + "/options/none/move"} {
		if got := b.Post(path, testbrowser.With(form, "down", "end")); got.StatusCode != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", path, got.StatusCode)
		}
	}
	if got := b.Post(move, b.Get(at).Form(t, move)); got.StatusCode != http.StatusBadRequest {
		t.Errorf("got %d for nowhere, want 400", got.StatusCode)
	}
	if got := h.as("stranger").Post(move, form); got.StatusCode != http.StatusForbidden {
		t.Errorf("got %d for a stranger, want 403", got.StatusCode)
	}
	// What programs read stays in the order that it had.
	if now := must.Get(h.GetPoll(t.Context(), h.owner, fund.Key{ID: poll.ID}))(t); now.Name != "Which one?" || now.Options[0].Name != "A" || now.Options[2].Name != "C" {
		t.Errorf("got %+v, want the options as they were", now)
	}
}

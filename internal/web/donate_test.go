package web_test

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testworld"
)

const page = "/@ana/run/donate"

const goodCard = "4242 4242 4242 4242"

// stall is what can be chosen on the campaign, and what cannot.
type stall struct {
	open, closed, foreign    fund.Poll
	target, ended            fund.Target
	sticker, hoodie          fund.Reward
	scarce, pin              fund.Reward
	foreignReward, offReward fund.Reward
}

func (h *house) stall(t *testing.T) stall {
	t.Helper()
	ctx, here := t.Context(), keyOf(h.campaign)
	there := keyOf(h.newCampaign(t, "Other", "other", h.cause))
	poll := func(key app.FactKey, p fund.PollPatch) fund.Poll {
		p.Name, p.Options = fund.Some("Which <game>?"), []fund.PollOptionPatch{{Name: fund.Some("A <1>")}, {Name: fund.Some("B")}}
		made, err := h.CreatePoll(ctx, h.owner, key, p)
		must.Do(t, err)
		return made
	}
	target := func(p fund.TargetPatch) fund.Target {
		p.Name, p.Amount = fund.Some("Sing"), fund.Some("100")
		made, err := h.CreateTarget(ctx, h.owner, here, p)
		must.Do(t, err)
		return made
	}
	reward := func(key app.FactKey, name string, p fund.RewardPatch) fund.Reward {
		p.Name, p.Amount = fund.Some(name), fund.Some("10")
		made, err := h.CreateReward(ctx, h.owner, key, p)
		must.Do(t, err)
		return made
	}
	two, many := int64(2), int64(50)
	return stall{
		open: poll(here, fund.PollPatch{}), closed: poll(here, fund.PollPatch{EndsAt: fund.Some(h.Clock.Now())}), foreign: poll(there, fund.PollPatch{}),
		target: target(fund.TargetPatch{}), ended: target(fund.TargetPatch{EndsAt: fund.Some(h.Clock.Now())}),
		sticker: reward(here, "Sticker", fund.RewardPatch{FairMarketValue: fund.Some("2.50"), CustomQuestion: fund.Some("Which color?")}),
		hoodie:  reward(here, "Hoodie", fund.RewardPatch{ShippingAddressRequired: fund.Some(true)}),
		scarce:  reward(here, "Lunch", fund.RewardPatch{Quantity: fund.Some(&two)}), foreignReward: reward(there, "Foreign", fund.RewardPatch{}),
		offReward: reward(here, "Switched off", fund.RewardPatch{Enabled: fund.Some(false)}),
		pin:       reward(here, "Pin", fund.RewardPatch{Quantity: fund.Some(&many)}),
	}
}

func rewardField(r fund.Reward) string { return fmt.Sprintf("reward.%d", r.LegacyID) }

func answerField(r fund.Reward) string { return fmt.Sprintf("answer.%d", r.LegacyID) }

func number(id int64) string { return fmt.Sprint(id) }

func TestAWholeGift(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	s := h.stall(t)
	g := h.donor()
	shown := g.get(page)
	for _, want := range []string{
		"Donate to <bdi>Run &lt;1&gt;</bdi>", "$25.00", "Other", "Which &lt;game&gt;?", "A &lt;1&gt;", "Sing", "Sticker", "Which color?", "2 left", "Where should we send it?",
		"keeps 2.9% and $0.30 of each payment", `: $1.06</span>`, "Up to 1,000 characters", "From $1.00 to $999,999.99",
	} {
		if !strings.Contains(shown.body, want) {
			t.Errorf("got a form without %q", want)
		}
	}
	for _, no := range []string{"Switched off", "Foreign", "<script>", "style="} {
		if strings.Contains(shown.body, no) {
			t.Errorf("got a form with %q", no)
		}
	}
	begun := g.give(page, "preset", "25.00", "cover", "1", "name", "Bo", "email", "Bo@Example.org", "comment", "Hello\r\nyou",
		"poll_option", number(s.open.Options[0].LegacyID), "target", number(s.target.LegacyID), rewardField(s.sticker), "1", answerField(s.sticker), "Red",
		rewardField(s.hoodie), " 1 ", "address.recipient", "Ada", "address.line1", "1 Way", "address.city", "Ulm", "address.postal_code", "89073", "address.country", "DE")
	if begun.StatusCode != http.StatusSeeOther {
		t.Fatalf("got %d %v, want 303", begun.StatusCode, begun.problems())
	}
	if paying := g.get(begun.Header.Get("Location")); !strings.Contains(paying.body, "$26.06") || !strings.Contains(paying.body, "$1.06") {
		t.Errorf("got a payment without the cover of the fee as its own line:\n%s", paying.body)
	}
	paid := g.pay(begun, goodCard)
	thanks := g.get(paid.Header.Get("Location"))
	for _, want := range []string{"Thank you!", "$25.00", "Fee you covered", "$1.06", "$26.06", "Sticker", "Hoodie", "A &lt;1&gt;", "Sing", "/receipt"} {
		if !strings.Contains(thanks.body, want) {
			t.Errorf("got a thank-you without %q:\n%s", want, thanks.body)
		}
	}
	donations, err := testworld.Through(t.Context(), h.App, app.Actor{}, keyOf(h.campaign), func(s app.Seen) ([]fund.Donation, error) {
		return h.DonationsByNumber(t.Context(), s, app.DonationPage{Limit: 10})
	})
	must.Do(t, err)
	if len(donations) != 1 {
		t.Fatalf("got %d donations, want 1", len(donations))
	}
	d := donations[0]
	slices.SortFunc(d.Claims, func(a, b fund.Claim) int { return cmp.Compare(a.Reward.LegacyID, b.Reward.LegacyID) })
	if d.Amount != 2500 || d.Name != "Bo" || d.Email != "Bo@example.org" || d.Comment != "Hello\nyou" || len(d.Claims) != 2 || d.Claims[0].Answer != "Red" ||
		d.Claims[1].Address == nil || d.Claims[1].Address.City != "Ulm" || d.PollOption == nil || d.Target == nil {
		t.Errorf("got %+v, want everything that was typed", d)
	}
}

// TestTheFormSaysWhoSeesAddresses has a cause that lets streamers ship, one that does not, and a campaign that asks for nothing.
func TestTheFormSaysWhoSeesAddresses(t *testing.T) {
	t.Parallel()
	const seen = "also sees your answers and your shipping address"
	for _, c := range []struct{ asks, lets, want bool }{{false, true, false}, {true, false, false}, {true, true, true}} {
		h := newHouse(t)
		if c.asks {
			h.stall(t)
		}
		_, err := h.UpdateDonationSettings(t.Context(), app.System(), app.FactKey{Key: fund.Key{ID: h.campaign.Cause.ID}, Kinds: app.AllKinds()},
			fund.DonationSettingsPatch{StreamersShip: fund.Some(c.lets)})
		must.Do(t, err)
		if got := h.donor().get(page); strings.Contains(got.body, seen) != c.want {
			t.Errorf("%+v: got a form that says who sees addresses: %v", c, !c.want)
		}
	}
}

// TestBadInputIsToldBesideItsField sends one thing that is wrong at a time, and wants it told in its place, nothing
// stored, and everything else still there.
func TestBadInputIsToldBesideItsField(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	s := h.stall(t)
	own := func(amount string) []string { return []string{"preset", "other", "amount", amount} }
	notRead := "Enter an amount, like 1,234.50"
	digits := "Enter the amount with the digits 0 to 9, like 1,234.50"
	for name, c := range map[string]struct {
		send  []string
		place string
		text  string
	}{
		"nothing chosen":    {nil, "amount", "Choose or enter an amount"},
		"no other amount":   {[]string{"preset", "other"}, "amount", "Choose or enter an amount"},
		"exponent":          {own("1e9"), "amount", notRead},
		"minus nothing":     {own("-0"), "amount", "Enter an amount greater than zero"},
		"negative":          {own("-5"), "amount", "Enter an amount greater than zero"},
		"unicode minus":     {own("−5"), "amount", "Enter an amount greater than zero"},
		"nothing":           {own("0.00"), "amount", "Enter an amount greater than zero"},
		"too precise":       {own("0.001"), "amount", "Enter an amount with at most 2 decimals, like 1,234.50"},
		"not a number":      {own("NaN"), "amount", notRead},
		"infinity":          {own("Infinity"), "amount", notRead},
		"hexadecimal":       {own("0x10"), "amount", notRead},
		"plus":              {own("+5"), "amount", notRead},
		"two scripts":       {own("2٥"), "amount", digits},
		"no digits":         {own("2²"), "amount", digits},
		"two meanings":      {own("1.000"), "amount", "This could mean $1.00 or $1,000.00. Enter the one you mean"},
		"other writing":     {own("1.234,50"), "amount", notRead},
		"strange groups":    {own("1,23,4"), "amount", notRead},
		"control character": {own("2\x005"), "amount", notRead},
		"too much":          {own("1000000"), "amount", "Enter $999,999.99 or less"},
		"far too much":      {own(strings.Repeat("9", 400)), "amount", "Enter $999,999.99 or less"},
		"too little":        {own("0.99"), "amount", "Enter $1.00 or more"},
		"a bad preset":      {[]string{"preset", "1e9"}, "amount", "Enter an amount, like 1,234.50"},
		"other currency":    {own("€25"), "amount", "Enter an amount in USD, like 1,234.50"},
		"currency in words": {own("25 eur"), "amount", "Enter an amount in USD, like 1,234.50"},
		"forged currency":   {[]string{"preset", "25.00", "currency", "EUR"}, "amount", "This page takes gifts in USD only"},
		"no currency":       {[]string{"preset", "25.00", "currency", "ABC"}, "amount", "This page takes gifts in USD only"},
		"name":              {[]string{"preset", "25.00", "name", "a\nb"}, "name", "Your name has characters that cannot be shown. Remove them"},
		"long name":         {[]string{"preset", "25.00", "name", strings.Repeat("é", 101)}, "name", "Shorten your name to 100 characters"},
		"e-mail":            {[]string{"preset", "25.00", "email", "nobody"}, "email", "Enter an e-mail address, like name@example.org"},
		"e-mail header":     {[]string{"preset", "25.00", "email", "a@example.org\r\nBcc: b@example.org"}, "email", "Enter an e-mail address, like name@example.org"},
		"long comment":      {[]string{"preset", "25.00", "comment", strings.Repeat("é", 1001)}, "comment", "Shorten your comment to 1,000 characters"},
		"control comment":   {[]string{"preset", "25.00", "comment", "a\x1b[2Jb"}, "comment", "Your comment has characters that cannot be shown. Remove them"},
		"not UTF-8":         {[]string{"preset", "25.00", "comment", "a\xff"}, "comment", "Your comment has characters that cannot be shown. Remove them"},
		"closed poll":       {[]string{"preset", "25.00", "poll_option", number(s.closed.Options[0].LegacyID)}, "poll_option", "This poll has closed. Choose another option, or no vote"},
		"foreign poll":      {[]string{"preset", "25.00", "poll_option", number(s.foreign.Options[0].LegacyID)}, "poll_option", "Choose one of the options, or no vote"},
		"no option":         {[]string{"preset", "25.00", "poll_option", "x"}, "poll_option", "Choose one of the options, or no vote"},
		"ended target":      {[]string{"preset", "25.00", "target", number(s.ended.LegacyID)}, "target", "This challenge has closed. Choose another one, or none"},
		"unknown target":    {[]string{"preset", "25.00", "target", "99999"}, "target", "Choose one of the challenges, or none"},
		"foreign reward":    {[]string{"preset", "25.00", rewardField(s.foreignReward), "1"}, "rewards", "A reward you chose is no longer available"},
		"reward that is off": {
			[]string{"preset", "25.00", rewardField(s.offReward), "1"}, "rewards", "A reward you chose is no longer available",
		},
		"unknown reward":     {[]string{"preset", "25.00", "reward.99999", "1"}, "rewards", "A reward you chose is no longer available"},
		"more than are left": {[]string{"preset", "50.00", rewardField(s.scarce), "3"}, "reward-" + number(s.scarce.LegacyID), "Only 2 of “Lunch” are left"},
		"more in Arabic":     {[]string{"preset", "50.00", rewardField(s.scarce), "٣"}, "reward-" + number(s.scarce.LegacyID), "Only 2 of “Lunch” are left"},
		"more than one holds": {
			[]string{"preset", "other", "amount", "500", rewardField(s.pin), "11"}, "reward-" + number(s.pin.LegacyID), "Choose at most 10 of “Pin” for one gift",
		},
		"half a reward":           {[]string{"preset", "50.00", rewardField(s.scarce), "1.5"}, "reward-" + number(s.scarce.LegacyID), "Enter how many of “Lunch” you want, like 1"},
		"two scripts in a number": {[]string{"preset", "50.00", rewardField(s.scarce), "1٠"}, "reward-" + number(s.scarce.LegacyID), "Enter how many of “Lunch” you want, like 1"},
		"less than none":          {[]string{"preset", "50.00", rewardField(s.scarce), "-1"}, "reward-" + number(s.scarce.LegacyID), "Enter how many of “Lunch” you want, like 1"},
		"price":                   {[]string{"preset", "10.00", rewardField(s.scarce), "2"}, "amount", "Your rewards come to $20.00. Raise your gift or remove one"},
		"no answer": {
			[]string{"preset", "25.00", rewardField(s.sticker), "1"}, "answer-" + number(s.sticker.LegacyID), "Answer the question for “Sticker”",
		},
		"no city": {
			[]string{"preset", "25.00", rewardField(s.hoodie), "1", "address.recipient", "Ada", "address.line1", "1 Way", "address.postal_code", "89073", "address.country", "DE"}, "address-city", "Enter a city",
		},
		"unknown relay": {[]string{"preset", "25.00", "relay", "nobody"}, "relay", "This link is not valid"},
	} {
		t.Run(name, func(t *testing.T) {
			g, before := h.donor(), h.stored()
			send := append([]string{"name", "Zed <i>", "address.line2", "c/o \"Zed\"", answerField(s.scarce), "kept"}, c.send...)
			got := g.give(page, send...)
			if got.StatusCode != http.StatusUnprocessableEntity {
				t.Errorf("got %d, want 422", got.StatusCode)
			}
			if problems := got.problems(); problems[c.place] != c.text || len(problems) != 1 {
				t.Errorf("got %v, want only %s: %s", problems, c.place, c.text)
			}
			if !strings.Contains(got.body, `role="alert"`) || strings.Count(got.body, htmlOf(c.text)) != 2 {
				t.Error("got a page whose list at the top does not say it")
			}
			if place := linkOf.FindStringSubmatch(got.body); place == nil || !strings.Contains(got.body, ` id="`+place[1]+`"`) {
				t.Errorf("got a list at the top that leads to %v, want a place on the page", place)
			}
			if !strings.Contains(got.body, `name="name"`) || !strings.Contains(got.body, `c/o &#34;Zed&#34;`) {
				t.Error("got a page without what was typed")
			}
			if after := h.stored(); after != before {
				t.Errorf("got %v stored, want %v as before", after, before)
			}
		})
	}
}

func TestWrongThingsAreToldAtOnceAndNothingTypedIsLost(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	s := h.stall(t)
	got := h.donor().give(page, "preset", "other", "amount", "abc", "cover", "1", "anonymous", "1", "name", "x\x01", "email", "nobody", "comment", "a\x02<b>",
		"poll_option", number(s.open.Options[1].LegacyID), "target", number(s.target.LegacyID), rewardField(s.hoodie), "2", rewardField(s.sticker), "1", answerField(s.sticker), "<Red>",
		"address.line1", "1 \"Way\"", "address.country", "DE")
	want := []string{"amount", "name", "email", "comment", "address-recipient", "address-city", "address-postal_code"}
	if problems := got.problems(); len(problems) != len(want) {
		t.Errorf("got %v, want those of %v", problems, want)
	}
	for _, kept := range []string{
		`value="other" checked`, `value="abc"`, `name="cover" value="1" checked`, `name="anonymous" value="1" checked`, `value="nobody"`, "&lt;b&gt;</textarea>",
		fmt.Sprintf(`value="%d" checked`, s.open.Options[1].LegacyID), fmt.Sprintf(`name="target" value="%d" checked`, s.target.LegacyID),
		fmt.Sprintf(`name="reward.%d" type="text" value="2"`, s.hoodie.LegacyID), `value="&lt;Red&gt;"`, `value="1 &#34;Way&#34;"`,
	} {
		if !strings.Contains(got.body, kept) {
			t.Errorf("got a page without %q", kept)
		}
	}
}

func TestAFormGivesOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	g := h.donor()
	form := g.get(page).form("preset", "25.00")
	first, again := g.send(http.MethodPost, page, form.Encode()), g.send(http.MethodPost, page, form.Encode())
	if first.StatusCode != http.StatusSeeOther || again.Header.Get("Location") != first.Header.Get("Location") {
		t.Errorf("got %d to %q for the same form, want the same payment %q", again.StatusCode, again.Header.Get("Location"), first.Header.Get("Location"))
	}
	form.Set("preset", "50.00")
	changed := g.send(http.MethodPost, page, form.Encode())
	if paying := g.get(changed.Header.Get("Location")); !strings.Contains(paying.body, "$50.00") {
		t.Errorf("got a payment of another amount than the form had when it was changed:\n%s", paying.body)
	}
	g.pay(first, goodCard)
	after := g.send(http.MethodPost, page, g.get(page).form("form", form.Get("form"), "preset", "25.00").Encode())
	if !strings.Contains(after.Header.Get("Location"), "/gifts/") {
		t.Errorf("got %d to %q for a form that was paid, want its gift", after.StatusCode, after.Header.Get("Location"))
	}
}

func TestFormsThatAreNotOurs(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	g, before := h.donor(), h.stored()
	for name, c := range map[string]struct {
		form   []string
		header []string
		status int
		want   string
	}{
		"no token":      {[]string{"form", ""}, nil, http.StatusConflict, "out of date"},
		"forged token":  {[]string{"form", strings.Repeat("A", 43)}, nil, http.StatusConflict, "out of date"},
		"another site":  {nil, []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, http.StatusForbidden, "from another site"},
		"other origin":  {nil, []string{"Sec-Fetch-Site", "", "Origin", "https://evil.example"}, http.StatusForbidden, "from another site"},
		"not a form":    {nil, []string{"Content-Type", "application/json"}, http.StatusUnsupportedMediaType, "Only forms"},
		"other type":    {nil, []string{"Content-Type", "multipart/form-data; boundary=x"}, http.StatusUnsupportedMediaType, "Only forms"},
		"broken escape": {nil, nil, http.StatusBadRequest, "could not be read"},
	} {
		form := g.get(page).form(append([]string{"preset", "25.00", "name", "Zed"}, c.form...)...).Encode()
		if name == "broken escape" {
			form += "&comment=%zz"
		}
		got := g.send(http.MethodPost, page, form, c.header...)
		if got.StatusCode != c.status || !strings.Contains(got.body, c.want) || !strings.Contains(got.body, "Nothing was charged") {
			t.Errorf("%s: got %d\n%s\nwant %d with %q", name, got.StatusCode, got.body, c.status, c.want)
		}
		if c.status == http.StatusConflict && !strings.Contains(got.body, `value="Zed"`) {
			t.Errorf("%s: got a page without what was typed", name)
		}
	}
	if after := h.stored(); after != before {
		t.Errorf("got %v stored, want %v as before", after, before)
	}
}

func TestCommentsOfTenMegabytes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	g, before := h.donor(), h.stored()
	form := g.get(page).form("preset", "25.00", "name", "Zed")
	got := g.send(http.MethodPost, page, form.Encode()+"&comment="+url.QueryEscape(strings.Repeat("é", 5<<20))+"&email=zed%40example.org")
	if got.StatusCode != http.StatusRequestEntityTooLarge || got.problems()["comment"] != "Shorten your comment to 1,000 characters" {
		t.Errorf("got %d %v, want 413 and the comment", got.StatusCode, got.problems())
	}
	if !strings.Contains(got.body, `value="Zed"`) || !strings.Contains(got.body, `value="zed@example.org"`) || !strings.Contains(got.body, "éééé") || len(got.body) > 256<<10 {
		t.Errorf("got a page of %d bytes, want one with what else was typed and the beginning of the comment", len(got.body))
	}
	for _, much := range []string{"comment=" + strings.Repeat("a", 33<<20), strings.Repeat("x=aaaaaaaaaaaaaaaaaaaaaaaaaaaaa&", 40_000)} {
		if got := g.send(http.MethodPost, page, much); got.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(got.body, "Nothing was charged") {
			t.Errorf("%d bytes: got %d, want 413", len(much), got.StatusCode)
		}
	}
	if after := h.stored(); after != before {
		t.Errorf("got %v stored, want %v as before", after, before)
	}
}

// refused is how a provider refuses to start a payment by a rule.
func refused(rule fault.Rule) error {
	return &fault.Error{Kind: fault.PaymentFailed, Message: "secret words of a provider", Rule: rule}
}

func TestProvidersAndDatabasesThatAreAway(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	g := h.donor()
	form := g.get(page).form("preset", "25.00", "name", "Zed").Encode()
	for name, c := range map[string]struct {
		err    error
		status int
		want   string
	}{
		"down":    {errors.New("secret words of a library"), http.StatusServiceUnavailable, "cannot be taken right now. Nothing was charged"},
		"refuses": {fault.New(fault.PaymentFailed, "secret words of a provider"), http.StatusUnprocessableEntity, "did not accept this gift. Nothing was charged"},
		"small":   {refused(fund.ProviderMinimum), http.StatusUnprocessableEntity, "Enter a larger amount."},
		"large":   {refused(fund.ProviderMaximum), http.StatusUnprocessableEntity, "Enter a smaller amount."},
		"mail":    {refused(fund.ProviderEmail), http.StatusUnprocessableEntity, "does not accept this e-mail address"},
		"newer":   {refused("of_next_year"), http.StatusUnprocessableEntity, "did not accept this gift. Nothing was charged"},
		"limited": {&fault.Error{Kind: fault.RateLimited, Message: "Too many tries.", RetryAfter: 90 * time.Second}, http.StatusTooManyRequests, "Try again in 2 minutes. Nothing was charged"},
	} {
		h.provider.startErr = c.err
		got := g.send(http.MethodPost, page, strings.Replace(form, "Zed", "Zed+"+name, 1))
		if got.StatusCode != c.status || !strings.Contains(got.body, c.want) || !strings.Contains(got.body, `value="Zed `+name+`"`) || strings.Contains(got.body, "secret words") {
			t.Errorf("%s: got %d\n%s\nwant %d with %q and what was typed", name, got.StatusCode, got.body, c.status, c.want)
		}
		if after := got.Header.Get("Retry-After"); (after == "90") != (name == "limited") {
			t.Errorf("%s: got Retry-After %q", name, after)
		}
	}
	h.provider.startErr = nil
	must.Do(t, h.Store.Close())
	for _, got := range []answer{g.get(page), g.send(http.MethodPost, page, form)} {
		if got.StatusCode != http.StatusServiceUnavailable || !strings.Contains(got.body, "If you have paid, your money is safe") || got.Header.Get("Retry-After") == "" {
			t.Errorf("database away: got %d\n%s\nwant an honest 503", got.StatusCode, got.body)
		}
	}
}

func TestAmountsInYenAreWhole(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	cause, err := h.ImportCause(t.Context(), app.System(), fund.Cause{Fact: fund.Fact{Name: "Hashi", Slug: "hashi", Currency: "JPY", Status: fund.Published}})
	must.Do(t, err)
	h.newCampaign(t, "Bridge", "bridge", cause)
	got := h.donor().give("/@ana/bridge/donate", "preset", "other", "amount", "1000.5")
	if text := got.problems()["amount"]; text != "Enter a whole amount, like 1,234" {
		t.Errorf("got %q, want to be asked for a whole amount", text)
	}
}

func TestARewardThatIsSoldOutMeanwhile(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	s := h.stall(t)
	late := h.donor()
	form := late.get(page).form("preset", "25.00", rewardField(s.scarce), "1")
	first := h.donor()
	first.giftOf(first.give(page, "preset", "25.00", rewardField(s.scarce), "2"), goodCard)
	got := late.send(http.MethodPost, page, form.Encode())
	if text := got.problems()["reward-"+number(s.scarce.LegacyID)]; text != "“Lunch” is sold out" {
		t.Errorf("got %d %v, want to be told that it is sold out", got.StatusCode, got.problems())
	}
	if shown := h.donor().get(page).body; !strings.Contains(shown, `<span class="tag">Sold out</span>`) {
		t.Error("got a form that does not say that it is sold out")
	}
}

// TestTheDonatePageSaysWhomToAskForARefund looks at a cause with an address for questions, and at one without.
func TestTheDonatePageSaysWhomToAskForARefund(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for address, want := range map[string]string{"": "a form where you can ask the charity", "ask@water.example": "also for a refund"} {
		h.changeCause(t, fund.CausePatch{ContactEmail: fund.Some(address), GovernmentID: fund.Some("")})
		h.donor().get(page).wants(t, address, []string{want, address}, "<p></p>")
	}
}

package fund_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

func TestPollOptionsAreMerged(t *testing.T) {
	t.Parallel()
	first, second := fund.ID{1}, fund.ID{2}
	poll := fund.Poll{ID: fund.ID{9}, LegacyID: 90, Name: "Which?", Options: []fund.PollOption{
		{ID: first, LegacyID: 10, Name: "A", UpdatedAt: noon}, {ID: second, LegacyID: 20, Name: "B", UpdatedAt: noon},
	}}
	later := noon.Add(time.Second)
	wants(t, fund.PollPatch{Options: []fund.PollOptionPatch{
		{ID: second, LegacyID: 10, Name: fund.Some("b")}, // the id goes before the legacy id
		{LegacyID: 10, Name: fund.Some("a")},
		{Name: fund.Some(" new ")},
	}}.Apply(&poll, later))
	got := fmt.Sprint(len(poll.Options), poll.Options[0].Name, poll.Options[1].Name, poll.Options[2].Name)
	added := poll.Options[2]
	if got != "3abnew" || added.PollID != poll.ID || added.PollLegacyID != 90 || !added.CreatedAt.Equal(later) || !added.UpdatedAt.Equal(later) {
		t.Errorf("got %s, the new one is %+v", got, added)
	}
	wants(t, fund.PollPatch{Options: []fund.PollOptionPatch{{ID: fund.ID{3}}, {ID: first}, {LegacyID: -1}}}.Apply(&poll, later),
		"options.0.id does not exist", "options.2.id does not exist")
}

func TestPollsAtTheirEdges(t *testing.T) {
	t.Parallel()
	for n, want := range map[int][]string{
		0: {"options cannot be blank"}, 1: nil, fund.MaxOptions: nil, fund.MaxOptions + 1: {"options are too many (50 at most)"},
	} {
		options := make([]fund.PollOptionPatch, n)
		for i := range options {
			options[i].Name = fund.Some("x")
		}
		var poll fund.Poll
		wants(t, fund.PollPatch{Name: fund.Some("?"), Options: options}.Apply(&poll, noon), want...)
	}
}

func TestTargetsEndAfterTheyAreActive(t *testing.T) {
	t.Parallel()
	const order = "ends_at must be after activates_at"
	for _, c := range []struct {
		from, until time.Time
		want        []string
	}{
		{noon, noon.Add(1), nil}, {noon, noon, []string{order}}, {noon, noon.Add(-1), []string{order}}, {time.Time{}, noon, nil}, {noon, time.Time{}, nil},
	} {
		target := fund.Target{Name: "a", Amount: 1}
		wants(t, fund.TargetPatch{ActivatesAt: fund.Some(c.from), EndsAt: fund.Some(c.until)}.Apply(&target, "USD", noon), c.want...)
	}
}

func TestAmountsOfTargetsAndMilestones(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		stored int64
		amount fund.Opt[string]
		left   int64
		want   []string
	}{
		{0, fund.Opt[string]{}, 0, []string{"amount cannot be blank"}}, {5, fund.Opt[string]{}, 5, nil}, {1, fund.Opt[string]{}, 1, nil},
		{5, fund.Some("0.01"), 1, nil}, {5, fund.Some("0"), 0, []string{"amount must be more than zero"}}, {5, fund.Some("x"), 0, []string{"amount is not a number"}},
	} {
		target := fund.Target{Name: "a", Amount: c.stored}
		wants(t, fund.TargetPatch{Amount: c.amount}.Apply(&target, "USD", noon), c.want...)
		milestone := fund.Milestone{Name: "a", Amount: c.stored}
		wants(t, fund.MilestonePatch{Amount: c.amount}.Apply(&milestone, "USD", noon), c.want...)
		if target.Amount != c.left || milestone.Amount != c.left {
			t.Errorf("%+v: got %d and %d", c, target.Amount, milestone.Amount)
		}
	}
	target, milestone := fund.Target{Name: "a", Amount: 1}, fund.Milestone{Name: "a", Amount: 1}
	const other = "currency is not the currency of the cause (USD)"
	wants(t, fund.TargetPatch{Currency: fund.Some("EUR")}.Apply(&target, "USD", noon), other)
	wants(t, fund.MilestonePatch{Currency: fund.Some("EUR")}.Apply(&milestone, "USD", noon), other)
}

func TestQuantityOfARewardAtItsEdges(t *testing.T) {
	t.Parallel()
	for quantity, want := range map[int64][]string{
		-1: {"quantity cannot be negative"}, 0: {"quantity is less than the 3 that are claimed already"}, 2: {"quantity is less than the 3 that are claimed already"},
		3: nil, 4: nil, fund.MaxQuantity: nil, fund.MaxQuantity + 1: {"quantity is too large (1000000 at most)"},
	} {
		r := fund.Reward{Name: "Shirt", Amount: 1, Currency: "USD", Kind: fund.RewardProduct, Claimed: 3}
		wants(t, fund.RewardPatch{Quantity: fund.Some(&quantity)}.Apply(&r, noon), want...)
	}
	none := int64(0)
	r := fund.Reward{Name: "Shirt", Amount: 1, Currency: "USD", Kind: fund.RewardVirtual}
	wants(t, fund.RewardPatch{Quantity: fund.Some(&none)}.Apply(&r, noon))
}

func TestRewardPatchChangesTheReward(t *testing.T) {
	t.Parallel()
	some, yes, no := fund.Some[string], fund.Some(true), fund.Some(false)
	r := fund.Reward{Name: "Shirt", Amount: 2000, Currency: "USD", Kind: fund.RewardPhysical, CustomQuestion: "Size?"}
	wants(t, fund.RewardPatch{FairMarketValue: some("12.5"), Enabled: yes}.Apply(&r, at(1)))
	if r.FairMarketValue == nil || *r.FairMarketValue != 1250 || !r.ActivatedAt.Equal(at(1)) || !r.DeactivatedAt.IsZero() || r.CustomQuestion != "Size?" {
		t.Errorf("got %+v, want it active since second 1", r)
	}
	wants(t, fund.RewardPatch{Enabled: yes}.Apply(&r, at(2)))
	if !r.ActivatedAt.Equal(at(1)) || !r.UpdatedAt.Equal(at(2)) || r.FairMarketValue == nil {
		t.Errorf("got %+v, want it active since second 1", r)
	}
	wants(t, fund.RewardPatch{Enabled: no, FairMarketValue: some("")}.Apply(&r, at(3)))
	wants(t, fund.RewardPatch{Enabled: no}.Apply(&r, at(4)))
	if !r.ActivatedAt.Equal(at(1)) || !r.DeactivatedAt.Equal(at(3)) || r.FairMarketValue != nil {
		t.Errorf("got %+v, want it inactive since second 3", r)
	}
	wants(t, fund.RewardPatch{FairMarketValue: some("x")}.Apply(&r, noon), "fair_market_value is not a number")
}

func TestARewardsQuestion(t *testing.T) {
	t.Parallel()
	some, yes, no := fund.Some[string], fund.Some(true), fund.Some(false)
	for _, c := range []struct {
		name  string
		patch fund.RewardPatch
		left  string
		want  []string
	}{
		{"stays", fund.RewardPatch{}, "Size?", nil},
		{"is cleared", fund.RewardPatch{Asks: no}, "", nil},
		{"is cleared though one is sent", fund.RewardPatch{Asks: no, CustomQuestion: some("Color?")}, "", nil},
		{"is asked", fund.RewardPatch{Asks: yes}, "Size?", nil},
		{"changes", fund.RewardPatch{Asks: yes, CustomQuestion: some("Color?")}, "Color?", nil},
		{"is missing", fund.RewardPatch{Asks: yes, CustomQuestion: some("\u200b")}, "", []string{"custom_question cannot be blank"}},
		{"is too long", fund.RewardPatch{CustomQuestion: some(strings.Repeat("é", fund.MaxComment+1))}, "", []string{"custom_question is too long (1000 characters at most)"}},
	} {
		r := fund.Reward{Name: "Shirt", Amount: 2000, Currency: "USD", Kind: fund.RewardPhysical, CustomQuestion: "Size?"}
		wants(t, c.patch.Apply(&r, noon), c.want...)
		if c.left != "" && r.CustomQuestion != c.left || c.name == "is cleared" && r.CustomQuestion != "" {
			t.Errorf("%s: got %q, want %q", c.name, r.CustomQuestion, c.left)
		}
	}
}

func TestClaimsKnowWhatTheirRewardNeeds(t *testing.T) {
	t.Parallel()
	whole := fund.ShippingAddress{
		Recipient: "Ada", Phone: "+44 (0) 1", Address: fund.Address{Line1: " 1 Road ", City: "Town", PostalCode: "AB10 1AA", Country: "GB"},
	}
	phone := whole
	phone.Phone = "call me"
	abroad := func(country string, a fund.Address) fund.ShippingAddress {
		a.Country = country
		return fund.ShippingAddress{Recipient: "Ada", Address: a}
	}
	mailed := func(contact string) fund.ShippingAddress {
		a := whole
		a.SetContact(contact)
		return a
	}
	long := strings.Repeat("é", fund.MaxAnswer)
	asks, ships := fund.Reward{CustomQuestion: "Size?"}, fund.Reward{ShippingAddressRequired: true}
	for _, c := range []struct {
		name   string
		reward fund.Reward
		in     fund.ClaimInput
		want   []string
	}{
		{"nothing", fund.Reward{}, fund.ClaimInput{}, nil},
		{"an answer", asks, fund.ClaimInput{Answer: "M"}, nil},
		{"no answer", asks, fund.ClaimInput{Answer: " "}, []string{"r.answer cannot be blank"}},
		{"the longest answer", asks, fund.ClaimInput{Answer: long}, nil},
		{"too long an answer", asks, fund.ClaimInput{Answer: long + "é"}, []string{"r.answer is too long (500 characters at most)"}},
		{"an address", ships, fund.ClaimInput{Address: whole}, nil},
		{"no phone number", ships, fund.ClaimInput{Address: phone}, []string{"r.address.phone is not a phone number"}},
		{"no address", ships, fund.ClaimInput{}, []string{
			"r.address.recipient cannot be blank", "r.address.country cannot be blank",
		}},
		{"no country", ships, fund.ClaimInput{Address: abroad("Germany", fund.Address{Line1: "1 Way"})}, []string{"r.address.country " + fund.NotCountry}},
		{"nothing of Germany", ships, fund.ClaimInput{Address: abroad("de", fund.Address{})}, []string{
			"r.address.line1 cannot be blank", "r.address.city cannot be blank", "r.address.postal_code cannot be blank",
		}},
		{"nothing of Japan", ships, fund.ClaimInput{Address: abroad("JP", fund.Address{})}, []string{
			"r.address.line1 cannot be blank", "r.address.region cannot be blank", "r.address.postal_code cannot be blank",
		}},
		{"no state", ships, fund.ClaimInput{Address: abroad("US", fund.Address{Line1: "1 Way", City: "Reno", PostalCode: "89501"})}, []string{"r.address.region cannot be blank"}},
		{"a code of elsewhere", ships, fund.ClaimInput{Address: abroad("GB", fund.Address{Line1: "1 Way", City: "Bath", PostalCode: "89501"})}, []string{"r.address.postal_code " + fund.NotPostalCode}},
		{"a mail address", ships, fund.ClaimInput{Address: mailed("bo@home.example")}, nil},
		{"no mail address", ships, fund.ClaimInput{Address: mailed("bo@home")}, []string{"r.address.email " + fund.NotEmail}},
		{"too long a line", ships, fund.ClaimInput{Address: fund.ShippingAddress{Recipient: "r", Address: fund.Address{
			Line1: "1", Line2: strings.Repeat("a", fund.MaxName+1), City: "b", Region: strings.Repeat("a", fund.MaxName), PostalCode: "c", Country: "\u200b",
		}}}, []string{"r.address.country cannot be blank", "r.address.line2 is too long (255 characters at most)"}},
	} {
		var wrong fault.Fields
		var claim fund.Claim
		c.in.Fill(&wrong, "r", c.reward, &claim)
		wants(t, wrong, c.want...)
		if (claim.Address != nil) != c.reward.ShippingAddressRequired || c.reward.CustomQuestion == "" && claim.Answer != "" {
			t.Errorf("%s: got %+v", c.name, claim)
		}
		if c.name == "an address" && claim.Address.Line1 != "1 Road" {
			t.Errorf("got %+v, want it trimmed", claim.Address)
		}
	}
	var wrong fault.Fields
	var claim fund.Claim
	fund.ClaimInput{Answer: "M", Address: whole}.Fill(&wrong, "r", fund.Reward{}, &claim)
	if claim.Answer != "" || claim.Address != nil {
		t.Errorf("got %+v, want nothing kept that was not asked for", claim)
	}
}

func TestDonationDraftAtItsEdges(t *testing.T) {
	t.Parallel()
	fact := campaign()
	fact.Status, fact.ID, fact.LegacyID, fact.Cause, fact.Event = fund.Published, fund.ID{1}, 7, fund.Ref{ID: fund.ID{2}}, &fund.Ref{ID: fund.ID{3}}
	text := func(n int) string { return strings.Repeat("é", n) }
	for _, c := range []struct {
		name string
		in   fund.DonationInput
		want []string
	}{
		{"one cent", fund.DonationInput{Amount: "0.01"}, nil},
		{"negative", fund.DonationInput{Amount: "-1"}, []string{"amount cannot be negative"}},
		{"the longest name", fund.DonationInput{Amount: "1", Name: text(fund.MaxDonorName)}, nil},
		{"the longest comment", fund.DonationInput{Amount: "1", Comment: text(fund.MaxComment)}, nil},
		{"a comment of lines", fund.DonationInput{Amount: "1", Comment: "a\nb\tc"}, nil},
		{"most rewards", fund.DonationInput{Amount: "1", Claims: make([]fund.ClaimInput, fund.MaxClaims)}, nil},
		{"too many rewards", fund.DonationInput{Amount: "1", Claims: make([]fund.ClaimInput, fund.MaxClaims+1)}, []string{"rewards are too many (50 at most)"}},
		{"the longest reference", fund.DonationInput{Amount: "1", Reference: text(fund.MaxName)}, nil},
		{"too long a reference", fund.DonationInput{Amount: "1", Reference: text(fund.MaxName + 1)}, []string{"reference is too long (255 characters at most)"}},
		{"its own currency", fund.DonationInput{Amount: "1", Currency: "USD"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, wrong := c.in.Draft(fact)
			wants(t, wrong, c.want...)
		})
	}
	d, wrong := fund.DonationInput{Amount: "1", Name: "\u200b", Email: " ME@example.org ", Comment: "Hi", Anonymous: true}.Draft(fact)
	wants(t, wrong)
	if d.Name != "" || d.Email != "ME@example.org" || d.Comment != "Hi" || !d.Anonymous || d.Fact.ID != fact.ID || d.CauseID != fact.Cause.ID || d.EventID != fact.Event.ID {
		t.Errorf("got %+v", d)
	}
	fact.Event = nil
	if d, _ := (fund.DonationInput{Amount: "1"}).Draft(fact); !d.EventID.IsZero() {
		t.Errorf("got event %s, want none", d.EventID)
	}
}

func TestFitnessGoals(t *testing.T) {
	t.Parallel()
	some, unit := fund.Some[string], fund.Some[fund.DistanceUnit]
	have := fund.FitnessGoal{Type: "Running", Unit: fund.Kilometer, Goal: 5000}
	for _, c := range []struct {
		name  string
		goal  fund.FitnessGoal
		patch fund.FitnessGoalPatch
		left  int64
		want  []string
	}{
		{"nothing", have, fund.FitnessGoalPatch{}, 5000, nil},
		{"new without anything", fund.FitnessGoal{}, fund.FitnessGoalPatch{}, 0, []string{"type cannot be blank", "goal cannot be blank"}},
		{"no unit", have, fund.FitnessGoalPatch{Unit: unit("")}, 5000, nil},
		{"every unit", have, fund.FitnessGoalPatch{Unit: unit(fund.Mile)}, 5000, nil},
		{"an unknown unit", have, fund.FitnessGoalPatch{Unit: unit("yard")}, 5000, []string{"unit is not one of the allowed values"}},
		{"an unknown type", have, fund.FitnessGoalPatch{Type: some("Chess")}, 5000, []string{"type is not one of the allowed values"}},
		{"three decimals", have, fund.FitnessGoalPatch{Goal: some("1.234")}, 1234, nil},
		{"the least", have, fund.FitnessGoalPatch{Goal: some("0.001")}, 1, nil},
		{"four decimals", have, fund.FitnessGoalPatch{Goal: some("1.2345")}, 0, []string{"goal has more than three decimals"}},
		{"zero", have, fund.FitnessGoalPatch{Goal: some("0")}, 0, []string{"goal must be more than zero"}},
		{"text", have, fund.FitnessGoalPatch{Goal: some("far")}, 0, []string{"goal is not a number"}},
		{"cleared", have, fund.FitnessGoalPatch{Goal: some(" ")}, 5000, []string{"goal cannot be blank"}},
		{"a first goal", fund.FitnessGoal{Type: "Rowing"}, fund.FitnessGoalPatch{Goal: some("60")}, 60_000, nil},
	} {
		wants(t, c.patch.Apply(&c.goal, noon), c.want...)
		if c.goal.Goal != c.left || !c.goal.UpdatedAt.Equal(noon) {
			t.Errorf("%s: got %+v, want %d", c.name, c.goal, c.left)
		}
	}
}

func TestExercise(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   fund.FitnessInput
		want []string
	}{
		{fund.FitnessInput{Type: "Rowing", Meters: 1}, nil},
		{fund.FitnessInput{Type: "Rowing", Seconds: 1}, nil},
		{fund.FitnessInput{Type: "Rowing", Meters: fund.MaxExercise, Seconds: fund.MaxExercise, At: noon}, nil},
		{fund.FitnessInput{Type: "Rowing"}, []string{"meters or seconds must be more than zero"}},
		{fund.FitnessInput{Meters: 1}, []string{"type cannot be blank"}},
		{fund.FitnessInput{Type: "Rowing", Meters: fund.MaxExercise + 1, Seconds: -1}, []string{"meters is too large", "seconds cannot be negative"}},
		{fund.FitnessInput{Type: "Rowing", Meters: -1, Seconds: fund.MaxExercise + 1}, []string{"meters cannot be negative", "seconds is too large"}},
		{fund.FitnessInput{Type: "Rowing", Meters: 1, At: noon.Add(1)}, []string{"at cannot be in the future"}},
		{fund.FitnessInput{Type: "Rowing", Invalid: fault.Fields{{Path: "meters", Text: "is not a number"}}}, []string{"meters is not a number"}},
	} {
		t.Logf("%+v", c.in)
		wants(t, c.in.Check(noon), c.want...)
	}
}

package fund_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

var donationStates = []fund.DonationState{
	fund.DonationPending, fund.DonationCompleted, fund.DonationRefunded, fund.DonationPartiallyRefunded, fund.DonationDisputed,
	fund.DonationLost, fund.DonationFailed, fund.DonationCancelled, fund.DonationExpired,
}

func TestArrivedAndListed(t *testing.T) {
	t.Parallel()
	arrived := []fund.DonationState{
		fund.DonationCompleted, fund.DonationRefunded, fund.DonationPartiallyRefunded, fund.DonationDisputed, fund.DonationLost,
	}
	for _, state := range donationStates {
		want := slices.Contains(arrived, state)
		if got := state.Arrived(); got != want {
			t.Errorf("%s: got arrived %v, want %v", state, got, want)
		}
		d := fund.Donation{State: state, Amount: 100, Refunded: 60, Disputed: 39}
		if got := d.Listed(); got != want || d.Net() != 1 {
			t.Errorf("%s with one cent left: got listed %v and %d, want %v and 1", state, got, d.Net(), want)
		}
		d.Disputed = 40
		if d.Listed() || d.Net() != 0 {
			t.Errorf("%s with nothing left: got listed %v and %d, want false and 0", state, d.Listed(), d.Net())
		}
	}
	if got := (fund.Record{Amount: 100, Refunded: 60, Disputed: 39}).Net(); got != 1 {
		t.Errorf("got a net of %d, want 1", got)
	}
}

func TestWhatStrangersSeeOfADonation(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		screening     fund.Screening
		name, comment string
		waits         bool
	}{
		{"", "Ada", "Hi", false},
		{fund.ScreeningShown, "Ada", "Hi", false},
		{fund.ScreeningCommentHeld, "Ada", "", true},
		{fund.ScreeningHeld, "Anonymous", "", true},
		{fund.ScreeningHidden, "Anonymous", "", false},
	} {
		d := fund.Donation{Name: "Ada", Comment: "Hi", Screening: c.screening}
		if d.DisplayName() != c.name || d.DisplayComment() != c.comment || c.screening.Waits() != c.waits {
			t.Errorf("%q: got %q %q, waits %v, want %+v", c.screening, d.DisplayName(), d.DisplayComment(), c.screening.Waits(), c)
		}
		d.Anonymous = true
		if d.DisplayName() != "Anonymous" || d.DisplayComment() != c.comment {
			t.Errorf("%q anonymous: got %q %q", c.screening, d.DisplayName(), d.DisplayComment())
		}
	}
	if got := (fund.Donation{}).DisplayName(); got != "Anonymous" {
		t.Errorf("without a name: got %q, want Anonymous", got)
	}
}

// TestTextsThatNobodySees drafts donations whose name and comment show nothing: they have none. What shows something is kept as it is.
func TestTextsThatNobodySees(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", "   ": "", "\u200b": "", "\u3164\u3164": "", "\uffa0": "", "\ufe0f": "", "\u2800": "", "\u00ad \u034f": "", "\u0301": "", "\u202e": "",
		"\u202eadA": "\u202eadA", "A\u200b": "A\u200b", "❤\ufe0f": "❤\ufe0f",
	} {
		d, wrong := fund.DonationInput{Amount: "1", Name: text, Comment: text}.Draft(fund.Fact{Status: fund.Published, Currency: "USD"})
		if len(wrong) > 0 || d.Name != want || d.Comment != want {
			t.Errorf("%+q: got %+q, %+q and %v, want %+q", text, d.Name, d.Comment, wrong, want)
		}
	}
}

func TestRefundingADonation(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		amount int64
		want   fund.Outcome
		wrong  string
	}{
		{"less than nothing", -5, fund.Outcome{}, "must be more than zero"},
		{"nothing", 0, fund.Outcome{}, "must be more than zero"},
		{"one cent", 1, fund.Outcome{State: fund.DonationPartiallyRefunded, Refunded: 101, Disputed: 50}, ""},
		{"all but one cent", 849, fund.Outcome{State: fund.DonationPartiallyRefunded, Refunded: 949, Disputed: 50}, ""},
		{"all that is left", 850, fund.Outcome{State: fund.DonationRefunded, Refunded: 950, Disputed: 50}, ""},
		{"one cent too many", 851, fund.Outcome{}, "is more than is left of the donation"},
	} {
		for _, state := range donationStates {
			d := fund.Donation{State: state, Amount: 1000, Refunded: 100, Disputed: 50}
			got, err := d.Refunding(c.amount)
			switch here := state == fund.DonationCompleted || state == fund.DonationPartiallyRefunded; {
			case !here:
				if !fault.Is(err, fault.Conflict) {
					t.Errorf("%s of one that is %s: got %v, want a conflict", c.name, state, err)
				}
			case c.wrong != "":
				if !fault.Is(err, fault.Invalid) || fault.From(err).Fields[0] != (fault.Field{Path: "amount", Text: c.wrong}) {
					t.Errorf("%s: got %v, want amount %s", c.name, err, c.wrong)
				}
			case err != nil || got != c.want:
				t.Errorf("%s: got %+v, %v, want %+v", c.name, got, err, c.want)
			}
		}
	}
}

// TestRefundsAddUp refunds a donation in parts until nothing is left.
func TestRefundsAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := fund.Donation{State: fund.DonationCompleted, Amount: rapid.Int64Range(1, 10_000).Draw(t, "amount")}
		for d.State != fund.DonationRefunded {
			part := rapid.Int64Range(1, d.Net()).Draw(t, "part")
			o, err := d.Refunding(part)
			if err != nil || o.Refunded != d.Refunded+part || (o.State == fund.DonationRefunded) != (part == d.Net()) {
				t.Fatalf("%d of %d: got %+v, %v", part, d.Net(), o, err)
			}
			d.State, d.Refunded = o.State, o.Refunded
		}
		if d.Net() != 0 {
			t.Fatalf("got %d left of a refunded donation", d.Net())
		}
	})
}

func TestPriceOfTheChosenRewards(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		amount, price int64
		currency      string
		want          []string
	}{
		{1000, 1000, "USD", nil},
		{1001, 1000, "USD", nil},
		{999, 1000, "USD", []string{"amount is less than the $10.00 that the chosen rewards cost"}},
		{999, 1000, "JPY", []string{"amount is less than the ¥1,000 that the chosen rewards cost"}},
		{999, 1000, "???", nil},
	} {
		var wrong fault.Fields
		fund.CheckPrice(&wrong, fund.Donation{Amount: c.amount, Currency: c.currency}, c.price)
		wants(t, wrong, c.want...)
	}
}

func TestScreeningIsOneOfItsStates(t *testing.T) {
	t.Parallel()
	for screening, want := range map[fund.Screening][]string{
		fund.ScreeningShown: nil, fund.ScreeningCommentHeld: nil, fund.ScreeningHeld: nil, fund.ScreeningHidden: nil,
		"": {"screening cannot be blank"}, "SHOWN": {"screening is not one of the allowed values"},
	} {
		var wrong fault.Fields
		fund.CheckScreening(&wrong, screening)
		wants(t, wrong, want...)
	}
}

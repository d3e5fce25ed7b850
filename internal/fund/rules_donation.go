package fund

import (
	"fmt"
	"net/netip"
	"strings"
	"unicode/utf8"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/money"
)

// DonationInput is a donation as submitted by its donor or the sandbox.
type DonationInput struct {
	Fact Key
	// FactOwner is set when Fact is a slug: the slug of its owner, "@user" or "+team".
	FactOwner string
	// Amount is a decimal text in major units of the fact's currency. Currency, when not "",
	// must be that currency.
	Amount, Currency     string
	Name, Comment, Email string
	Anonymous, Sustained bool
	PollOption, Target   *Key
	Claims               []ClaimInput
	// Reference is the caller's own name of the payment: each is recorded once for a cause. See CleanReference.
	Reference string
	// RelayClientKey is the client key of the relay key that the donor came with; "" for none.
	RelayClientKey string
	Invalid        fault.Fields
}

// ClaimInput claims a reward.
type ClaimInput struct {
	Reward   Key
	Quantity int64
	// Answer is the answer to the reward's question, Address the shipping address; both only if the reward asks for them.
	Answer  string
	Address ShippingAddress
}

// CheckoutInput is a submitted donate form.
type CheckoutInput struct {
	DonationInput
	// ID is the id that the donation will have, so that a form submitted twice donates once; the zero id for a new one.
	ID ID
	// CoverFee adds the provider's fee to the payment.
	CoverFee bool
	// Session and Address identify the donor's browser and network, Form the form, which may be submitted with one content after another; ""
	// for none.
	Session string
	Form    string
	Address netip.Addr
	// Captcha is the captcha's token; "" for none.
	Captcha string
	// Language is that of the page with the form, as a language tag; "" for unknown.
	Language string
	// Contact is the text by which the donor agreed to be contacted by the cause, as it was shown; "" for none.
	Contact string
	// Receipt is what was typed for a tax receipt; nil for a donor who wants none.
	Receipt ReceiptInput
	// BackURL is where a donor returns after canceling.
	BackURL string
	// Via is what the link said that led the donor here, ReturnTo where its site wants the donor back; what is not allowed of them is dropped.
	Via, ReturnTo string
	// Origin is the origin under which the donor's browser has the form, where that is not the server's own address; ""
	// else.
	Origin string
}

// DonationSettingsPatch changes the donation settings of a fact.
type DonationSettingsPatch struct {
	// Minimum, Maximum and Presets are decimal texts in major units of the fact's currency; "" and an empty list inherit.
	Minimum, Maximum Opt[string]
	Presets          Opt[[]string]
	Screening        Opt[ScreeningMode]
	Words, Allowed   Opt[[]string]
	Leet             Opt[bool]
	// ReleaseAfter is in seconds; 0 for never.
	ReleaseAfter Opt[int64]
	// ReleaseAttended, ShippedWords, NoContacts and TwoPasses are as in DonationSettings.
	ReleaseAttended, ShippedWords, NoContacts, TwoPasses Opt[bool]
	// OfflineMaximum and OfflineDailyMaximum are decimal texts, too; "" is nothing. Only a cause has them.
	OfflineMaximum, OfflineDailyMaximum Opt[string]
	// StreamersShip is for the cause to set, on any of its facts.
	StreamersShip Opt[bool]
	// Thanks and Statement are plain texts, StreamDelay is in seconds. Statement and InstantOnly are for a cause only.
	Thanks, Statement Opt[string]
	StreamDelay       Opt[int64]
	InstantOnly       Opt[bool]
	Invalid           fault.Fields
}

// Draft returns the donation described by the input, without its incentives and ids, and its errors. It also checks whether the fact takes
// donations.
func (in DonationInput) Draft(f Fact) (Donation, fault.Fields) {
	wrong := begin(in.Invalid)
	d := Donation{
		Fact: Ref{ID: f.ID, LegacyID: f.LegacyID, Slug: f.Slug, Name: f.Name}, FactKind: f.Kind, CauseID: f.Cause.ID,
		Currency: f.Currency, Name: in.Name, Comment: in.Comment, Email: in.Email,
		Anonymous: in.Anonymous, Sustained: in.Sustained,
	}
	if f.Event != nil {
		d.EventID = f.Event.ID
	}
	switch f.Status {
	case Unpublished:
		wrong.Add("fact", "is not published")
	case Retired:
		wrong.Add("fact", "is retired: a retired "+f.Kind.Noun()+" takes no donations")
	}
	checkStatedCurrency(&wrong, in.Currency, f)
	d.Amount = parseAmount(&wrong, "amount", in.Amount, f.Currency)
	if d.Amount == 0 {
		wrong.Add("amount", NotPositive)
	}
	checkText(&wrong, "name", &d.Name, MaxDonorName)
	checkComment(&wrong, d.Comment)
	if invisible(d.Comment) {
		d.Comment = ""
	}
	if d.Email = cleanEmail(d.Email); d.Email != "" {
		CheckEmail(&wrong, "email", &d.Email)
	}
	if len(in.Claims) > MaxClaims {
		wrong.Add("rewards", TooMany(MaxClaims))
	}
	checkText(&wrong, "reference", &in.Reference, MaxName)
	return d, wrong
}

// CleanReference is a reference as it is stored: without spaces around it, "" for one that nobody can see.
func CleanReference(text string) string {
	if text = strings.TrimSpace(text); invisible(text) {
		return ""
	}
	return text
}

func checkStatedCurrency(wrong *fault.Fields, code string, f Fact) {
	if code == "" || code == f.Currency {
		return
	}
	CheckCurrency(wrong, "currency", code)
	wrong.Add("currency", fmt.Sprintf("must be %s, the currency of this %s", f.Currency, f.Kind.Noun()))
}

// checkComment limits a comment, which may have several lines, in characters.
func checkComment(wrong *fault.Fields, comment string) {
	if utf8.RuneCountInString(comment) > MaxComment {
		wrong.Add("comment", TooLong(MaxComment))
	}
	checkLong(wrong, "comment", comment, utf8.UTFMax*MaxComment)
}

// CheckPrice requires the donation to be at least the price of its rewards, in minor units.
func CheckPrice(wrong *fault.Fields, d Donation, price int64) {
	if d.Amount >= price {
		return
	}
	if _, err := money.Digits(d.Currency); err != nil {
		return
	}
	wrong.AddField(fault.Field{
		Path: "amount", Text: "is less than the " + money.English.Amount(price, d.Currency) + " that the chosen rewards cost",
		Rule: BelowRewards, Limit: price,
	})
}

// CheckScreening requires one of the states of screening.
func CheckScreening(wrong *fault.Fields, s Screening) {
	CheckOneOf(wrong, "screening", s, Screenings())
}

// Refunding is the donation's state after another refund of amount, in minor units. An amount that is zero, negative, or more than is left
// is Invalid at "amount"; a donation that is not paid, or is under dispute, is a Conflict.
func (d Donation) Refunding(amount int64) (Outcome, error) {
	if d.State != DonationCompleted && d.State != DonationPartiallyRefunded {
		return Outcome{}, fault.New(fault.Conflict, "Only a donation whose money is here can be refunded; this one is %s.", d.State)
	}
	switch {
	case amount <= 0:
		return Outcome{}, fault.Fields{{Path: "amount", Text: NotPositive}}.Err()
	case amount > d.Net():
		return Outcome{}, fault.Fields{{Path: "amount", Text: "is more than is left of the donation"}}.Err()
	case amount == d.Net():
		return Outcome{State: DonationRefunded, Refunded: d.Refunded + amount, Disputed: d.Disputed}, nil
	default:
		return Outcome{State: DonationPartiallyRefunded, Refunded: d.Refunded + amount, Disputed: d.Disputed}, nil
	}
}

// Fill adds the answer and the shipping address that the reward asks for.
func (in ClaimInput) Fill(wrong *fault.Fields, path string, r Reward, c *Claim) {
	if r.CustomQuestion != "" {
		c.Answer = in.Answer
		checkText(wrong, path+".answer", &c.Answer, MaxAnswer)
		if invisible(c.Answer) {
			wrong.Add(path+".answer", Blank)
		}
	}
	if !r.ShippingAddressRequired {
		return
	}
	a := in.Address
	a.check(wrong, path+".address")
	c.Address = &a
}

package fund

import (
	"fmt"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/fault"
)

// Claim is one reward claimed with a donation.
type Claim struct {
	ID       ID
	Reward   Ref
	Quantity int64
	// Answer is the donor's answer to the reward's question, Address the shipping address; both are private, and deleted some time after
	// they were needed: see ClaimRetention.
	Answer  string
	Address *ShippingAddress
	// FulfilledAt is when somebody said that the donor got the reward; zero while nobody did.
	FulfilledAt time.Time
}

// Private reports whether the claim has something that only those see who fulfill it.
func (c Claim) Private() bool { return c.Answer != "" || c.Address != nil }

// ListedClaim is a claimed reward in a list of them, without its answer and address.
type ListedClaim struct {
	ID       ID
	Reward   Ref
	Quantity int64
	// Private reports whether there is an answer or an address.
	Private     bool
	FulfilledAt time.Time
	// Donation is what it was claimed with at DonatedAt, and Donor the public name behind that.
	Donation  ID
	Donor     string
	DonatedAt time.Time
}

// ClaimRetention is how long the answer and the shipping address of a claim are kept after it was fulfilled, or after the donation came to nothing,
// unless SettingClaimDays says otherwise.
const ClaimRetention = ClaimDays * 24 * time.Hour

// EraseAt is when the answer and the address of a claim of the donation are deleted, as things are, if they are kept for so long after they were
// needed; the zero time while the reward is still owed.
func (d Donation) EraseAt(c Claim, kept time.Duration) time.Time {
	switch {
	case !c.FulfilledAt.IsZero():
		return c.FulfilledAt.Add(kept)
	case d.State == DonationPending || d.State == DonationDisputed || d.Listed():
		return time.Time{}
	default:
		return d.UpdatedAt.Add(kept)
	}
}

// PrivateClaims reports whether the donation has claims with something that only those see who fulfill them.
func (d Donation) PrivateClaims() bool { return slices.ContainsFunc(d.Claims, Claim.Private) }

// Fulfillment says that claims of a donation were fulfilled, or that they were not.
type Fulfillment struct {
	// Claims are ids of claims; all of the donation unless it is set. Fulfilled is true unless it is set.
	Claims    Opt[[]string]
	Fulfilled Opt[bool]
	Invalid   fault.Fields
}

// Done reports whether the claims were fulfilled.
func (in Fulfillment) Done() bool { return !in.Fulfilled.Set || in.Fulfilled.Value }

// Of returns the claims of a donation that change, and what is wrong with the input. Those that are as it says already do not change.
func (in Fulfillment) Of(d Donation) (ids []ID, wrong fault.Fields) {
	wrong = begin(in.Invalid)
	chosen := d.Claims
	if in.Claims.Set {
		chosen = nil
		if len(in.Claims.Value) == 0 {
			wrong.Add("claims", Blank)
		}
	}
	for i, text := range in.Claims.Value {
		id, err := ParseID(text)
		at := slices.IndexFunc(d.Claims, func(c Claim) bool { return c.ID == id })
		if err != nil || at < 0 {
			wrong.Add(fmt.Sprintf("claims.%d", i), "is no claim of the donation")
			continue
		}
		chosen = append(chosen, d.Claims[at])
	}
	for _, c := range chosen {
		if c.FulfilledAt.IsZero() == in.Done() {
			ids = append(ids, c.ID)
		}
	}
	return ids, wrong
}

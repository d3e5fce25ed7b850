package apiv5

import (
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// What samples of webhook messages are about when nobody said what: always the same, with values that
// show whether a receiver is careful.

// madeUpID is the id of the made-up thing of a number. No real one is like it.
func madeUpID(n byte) fund.ID { return fund.ID{6: 0x40, 8: 0x80, 15: n} }

// madeUpAt is when everything made-up happened.
var madeUpAt = time.Date(2026, time.January, 2, 15, 4, 5, 678901000, time.UTC)

var madeUpCause = fund.Ref{ID: madeUpID(1), Slug: "sample-cause", Name: "Sample cause"}

// madeUpCampaign is a campaign of a user for a cause, with what is shown around it.
func madeUpCampaign() (fund.Fact, related) {
	u := fund.User{ID: madeUpID(2), Slug: "sample-user", Username: "Sample user", CreatedAt: madeUpAt, UpdatedAt: madeUpAt}
	f := fund.Fact{
		ID: madeUpID(3), Kind: fund.KindCampaign, Slug: "sample-campaign", Name: "Sample campaign", Description: "A sample.",
		Status: fund.Published, Currency: dollars, Goal: 500_00, OriginalGoal: 500_00, Raised: 82_95, Cause: madeUpCause,
		Parent: &madeUpCause, ParentKind: fund.KindCause, User: &fund.Owner{Ref: fund.Ref{ID: u.ID, Slug: u.Slug, Name: u.Username}},
		Supportable: fund.SupportPublic, Livestream: &fund.Livestream{Type: "twitch", Channel: "sample"},
		PublishedAt: madeUpAt, CreatedAt: madeUpAt, UpdatedAt: madeUpAt,
	}
	return f, related{
		People: app.People{Users: map[fund.ID]fund.User{u.ID: u}},
		above:  map[fund.ID][]fund.Ancestor{f.ID: {{ID: madeUpCause.ID, Name: madeUpCause.Name, Kind: fund.KindCause}}},
	}
}

// madeUpDonation is a donation to the made-up campaign that claims a reward.
func madeUpDonation() fund.Donation {
	f, _ := madeUpCampaign()
	d := madeUpDonationTo(f)
	d.Claims = []fund.Claim{{ID: madeUpID(5), Reward: fund.Ref{ID: madeUpID(6)}, Quantity: 1}}
	return d
}

// madeUpDonationTo is a donation that nobody made to a fact. Its comment has what many programs write
// in another way than JavaScript, and so break the signature.
func madeUpDonationTo(f fund.Fact) fund.Donation {
	d := fund.Donation{
		ID: madeUpID(4), Fact: fund.Ref{ID: f.ID, LegacyID: f.LegacyID, Slug: f.Slug, Name: f.Name}, FactKind: f.Kind, CauseID: f.Cause.ID,
		Amount: 82_95, Currency: f.Currency, State: fund.DonationCompleted, Name: "Sample donor", Email: "donor@sample.example",
		Comment:     "1 < 2 & \"3\" > 2/\u2028\t💜",
		CompletedAt: madeUpAt, CreatedAt: madeUpAt, UpdatedAt: madeUpAt,
	}
	if f.Event != nil {
		d.EventID = f.Event.ID
	}
	return d
}

// madeUpRelay is a key of a relay as its application could have made it.
func madeUpRelay() messageRelay {
	metadata := "What was sent when the key was made."
	return messageRelay{RelayKeyID: "sample-key", RelayKeyMetadata: &metadata}
}

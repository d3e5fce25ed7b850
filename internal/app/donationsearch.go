package app

import (
	"context"

	"golang.org/x/text/language"
	"golang.org/x/text/search"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// DonationSearch selects donations to a fact.
type DonationSearch struct {
	// Text is part of the name or of the comment, whatever its case and its accents; "" for any. Of a longer one the first MaxDonationSearch characters count.
	Text string
	// Held leaves out those that wait for nobody to look at them.
	Held bool
	// Before is a donation to the fact; the search begins behind it. The zero ID is for the newest.
	Before fund.ID
}

const (
	// MaxDonationSearch is how many characters of a text are searched for.
	MaxDonationSearch = 100
	// searchedAtOnce is how many donations one search looks at, so that a rare word costs little in a long list. searchPage is how many it reads at once.
	searchedAtOnce, searchPage = 2000, 200
)

// FoundDonations are donations that a search found, the newest first.
type FoundDonations struct {
	Donations []fund.Donation
	// Next is where to search on, behind the last donation that was looked at; the zero ID if there is nothing behind it.
	Next fund.ID
}

// SearchDonations finds at most limit donations to a fact, for those who may see how donations were paid. They have no mail address, no name behind an
// anonymous donation, and nothing that rewards need. It looks at a limited number of them: the search goes on at Next, even if it found nothing.
func (a *App) SearchDonations(ctx context.Context, actor Actor, key FactKey, query DonationSearch, limit int) (found FoundDonations, err error) {
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return FoundDonations{}, err
	}
	if err := requireFully(ctx, a.store.Queries, actor, countMoney, f); err != nil {
		return FoundDonations{}, err
	}
	filter, page := store.DonationFilter{Fact: f.ID, Held: query.Held}, fund.Page{Limit: min(searchPage, limit+1)}
	if query.Text != "" {
		page.Limit = searchPage
	}
	if !query.Before.IsZero() {
		last, err := a.donationAt(ctx, f.ID, fund.Key{ID: query.Before})
		if err != nil {
			return FoundDonations{}, err
		}
		page.Before = &fund.Cursor{At: last.CompletedAt, ID: last.ID}
	}
	matches := matching(query.Text)
	for looked := 0; looked < searchedAtOnce; {
		donations, err := a.store.ListDonations(ctx, filter, page)
		if err != nil {
			return FoundDonations{}, err
		}
		for _, d := range donations {
			if len(found.Donations) == limit {
				return found, nil
			}
			looked++
			found.Next = d.ID
			if d = withoutClaims(withoutDonor(d)); matches(d) {
				d.Reference = ""
				found.Donations = append(found.Donations, d)
			}
			page.Before = &fund.Cursor{At: d.CompletedAt, ID: d.ID}
		}
		if len(donations) < page.Limit {
			found.Next = fund.ID{}
			return found, nil
		}
	}
	return found, nil
}

// matching reports whether a donation has a text in its name or its comment.
func matching(text string) func(fund.Donation) bool {
	if text == "" {
		return func(fund.Donation) bool { return true }
	}
	if letters := []rune(text); len(letters) > MaxDonationSearch {
		text = string(letters[:MaxDonationSearch])
	}
	pattern := search.New(language.Und, search.Loose).CompileString(text)
	has := func(in string) bool {
		at, _ := pattern.IndexString(in)
		return at >= 0
	}
	return func(d fund.Donation) bool { return has(d.Name) || has(d.Comment) }
}

// GetDonationOf is HandledDonation for a donation to the fact; NotFound for one to another.
func (a *App) GetDonationOf(ctx context.Context, actor Actor, fact fund.ID, key fund.Key) (fund.Donation, error) {
	if _, err := a.donationAt(ctx, fact, key); err != nil {
		return fund.Donation{}, err
	}
	return a.HandledDonation(ctx, actor, key)
}

// RequireDonationOf is NotFound unless the donation is to the fact.
func (a *App) RequireDonationOf(ctx context.Context, fact fund.ID, key fund.Key) error {
	_, err := a.donationAt(ctx, fact, key)
	return err
}

func (a *App) donationAt(ctx context.Context, fact fund.ID, key fund.Key) (fund.Donation, error) {
	d, err := a.store.GetDonation(ctx, key)
	if err == nil && d.Fact.ID != fact {
		err = missing("donation", key)
	}
	return orNone(d, err)
}

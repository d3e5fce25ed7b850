package store

import (
	"slices"

	"github.com/almoner/almoner/internal/fund"
)

// The rows of completed donations.
var (
	insertDonations = batchStatement{
		text: `INSERT INTO donations (id, legacy_id, fact_id, cause_id, event_id, amount, currency, usd, state, listed,
			name, comment, email, anonymous, sustained, poll_option_id, target_id, reference,
			donor_id, screening, release_at, is_match, completed_at, created_at, updated_at)`,
		types: []string{
			"bytea", "bigint", "bytea", "bytea", "bytea", "bigint", "text", "bigint", "text", "boolean",
			"text", "text", "text", "boolean", "boolean", "bytea", "bytea", "text",
			"bytea", "text", "bigint", "boolean", "bigint", "bigint", "bigint",
		},
	}
	insertEntries = batchStatement{
		text:  "INSERT INTO ledger (id, donation_id, fact_id, kind, amount, currency, usd, at)",
		types: []string{"bytea", "bytea", "bytea", "text", "bigint", "text", "bigint", "bigint"},
	}
	insertMatched = batchStatement{
		text:  "INSERT INTO matched_donations (donation_id, match_id)",
		types: []string{"bytea", "bytea"},
	}
	insertClaims = batchStatement{
		text:  "INSERT INTO reward_claims (id, donation_id, reward_id, quantity, answer, address)",
		types: []string{"bytea", "bytea", "bytea", "bigint", "text", "text"},
	}
)

// incomingStatements write what is new of the donations that were taken.
func incomingStatements(incoming []*incomingDonation) ([]batchStatement, error) {
	donations, entries, claims, matched := insertDonations, insertEntries, insertClaims, insertMatched
	var keys []batchStatement
	for _, g := range incoming {
		d := &g.Donation
		if g.arrives() {
			// The first entry of a donation shares its id: there is exactly one of it.
			entries.rows = append(entries.rows, []any{
				d.ID, d.ID, d.Fact.ID, string(g.Entry), d.Amount, d.Currency, g.USD, micros(d.CompletedAt),
			})
		}
		for _, m := range g.matches {
			matched.rows = append(matched.rows, []any{d.ID, m})
		}
		if g.settles != nil {
			continue
		}
		donations.rows = append(donations.rows, []any{
			d.ID, d.LegacyID, d.Fact.ID, d.CauseID, d.EventID, d.Amount, d.Currency, g.USD, string(d.State), d.Listed(),
			d.Name, d.Comment, d.Email, d.Anonymous, d.Sustained, d.PollOption.IDOrZero(), d.Target.IDOrZero(), orNull(g.Reference),
			d.DonorID, string(d.Screening), nullMicros(d.ReleaseAt), d.IsMatch, nullMicros(d.CompletedAt), micros(d.CreatedAt), micros(d.UpdatedAt),
		})
		for _, c := range d.Claims {
			address, err := encodeAddress(c.Address)
			if err != nil {
				return nil, err
			}
			claims.rows = append(claims.rows, []any{c.ID, d.ID, c.Reward.ID, c.Quantity, c.Answer, address})
		}
		if !g.RelayKey.IsZero() {
			keys = append(keys, batchStatement{
				text: "UPDATE relay_keys SET donation_id = $1, updated_at = $2 WHERE id = $3",
				args: []any{d.ID, micros(d.UpdatedAt), g.RelayKey},
			})
		}
	}
	return append([]batchStatement{donations, entries, claims, matched}, keys...), nil
}

// encodeAddress stores where a claim is sent to; "" for nowhere.
func encodeAddress(a *fund.Address) (string, error) {
	if a == nil {
		return "", nil
	}
	return encodeJSON(a)
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// The totals that are kept beside the ledger, in the order in which their rows are locked.
const (
	factsRaised = iota
	factsSupported
	optionsRaised
	targetsRaised
	rewardsClaimed
	rewardsHeld
	usersRaised
	teamsRaised
	matchesRaised
	totalCount
)

var totalColumns = [totalCount]totalColumn{
	factsRaised:    {"facts", "raised"},
	factsSupported: {"facts", "supported"},
	optionsRaised:  {"poll_options", "raised"},
	targetsRaised:  {"targets", "raised"},
	rewardsClaimed: {"rewards", "claimed"},
	rewardsHeld:    {"rewards", "held"},
	usersRaised:    {"users", "raised_usd"},
	teamsRaised:    {"teams", "raised_usd"},
	matchesRaised:  {"donation_matches", "raised"},
}

// sums are what a group adds to each total.
type sums [totalCount]map[fund.ID]int64

func (s *sums) add(total int, id fund.ID, by int64) {
	if id.IsZero() || by == 0 {
		return
	}
	if s[total] == nil {
		s[total] = map[fund.ID]int64{}
	}
	s[total][id] += by
}

// sumUp adds the donations of a group. A user's total takes what the user's own campaigns raised;
// a team's, what its team campaigns and its members' campaigns for it raised.
func sumUp(incoming []*incomingDonation, chains chains) *sums {
	s := &sums{}
	for _, g := range incoming {
		d := &g.Donation
		s.addClaims(rewardsHeld, g.held, 1)
		if !g.arrives() {
			continue
		}
		above := chains.above(d.Fact.ID)
		s.add(factsRaised, above[0], d.Amount)
		for _, id := range above[1:] {
			s.add(factsSupported, id, d.Amount)
		}
		s.add(optionsRaised, d.PollOption.IDOrZero(), d.Amount)
		s.add(targetsRaised, d.Target.IDOrZero(), d.Amount)
		s.addClaims(rewardsClaimed, d.Claims, 1)
		if g.fact.kind.CountsForUser() {
			s.add(usersRaised, g.fact.userID, g.USD)
		}
		s.add(teamsRaised, g.fact.teamID, g.USD)
		for _, m := range g.matches {
			s.add(matchesRaised, m, d.Amount)
		}
	}
	return s
}

// addClaims adds the quantities of claims to a total of their rewards, so many times.
func (s *sums) addClaims(total int, claims []fund.Claim, times int64) {
	for _, c := range claims {
		s.add(total, c.Reward.ID, times*c.Quantity)
	}
}

// statements are the additions in the order of the columns and, in each, of the ids, so that two
// groups that touch the same rows lock them in the same order.
func (s *sums) statements() []batchStatement {
	var statements []batchStatement
	for i, by := range s {
		if len(by) == 0 {
			continue
		}
		deltas := make([]delta, 0, len(by))
		for id, n := range by {
			deltas = append(deltas, delta{id, n})
		}
		slices.SortFunc(deltas, func(a, b delta) int { return compareIDs(a.id, b.id) })
		statements = append(statements, batchStatement{total: totalColumns[i], by: deltas})
	}
	return statements
}

// facts are the ids of all facts whose totals change.
func (s *sums) facts() []fund.ID {
	var ids []fund.ID
	for _, by := range []map[fund.ID]int64{s[factsRaised], s[factsSupported]} {
		for id := range by {
			ids = append(ids, id)
		}
	}
	return unique(ids)
}

package store

import (
	"math"

	"github.com/almoner/almoner/internal/money"
)

// moneyColumn is a column of amounts in minor units, of which the database accepts only integers from least to most.
// In SQL, t is its table.
type moneyColumn struct {
	// id is what names a row of the table.
	table, id, column string
	least, most       int64
	// currency selects the currency of a row; "" for US dollars.
	currency string
}

// The currency of a row that has none of its own.
const (
	factCurrency     = "(SELECT f.currency FROM facts f WHERE f.id = t.fact_id)"
	pollCurrency     = "(SELECT f.currency FROM polls p JOIN facts f ON f.id = p.fact_id WHERE p.id = t.poll_id)"
	eventCurrency    = "(SELECT d.currency FROM donations d WHERE d.id = t.subject)"
	houseCurrency    = "(SELECT f.currency FROM facts f WHERE f.id = t.house_id)"
	bidCurrency      = "(SELECT f.currency FROM auction_items i JOIN facts f ON f.id = i.house_id WHERE i.id = t.item_id)"
	scoreCurrency    = "(SELECT f.currency FROM boards b JOIN facts f ON f.id = b.fact_id WHERE b.id = t.board_id AND b.board IN ('donor', 'user', 'team', 'own'))"
	donationCurrency = "(SELECT d.currency FROM donations d WHERE d.id = t.donation_id)"
)

// moneyColumns lists the columns of amounts. Migration 8 constrains them: once it is released, a column that is added gets its
// constraint in its own migration.
var moneyColumns = []moneyColumn{
	{"users", "id", "raised_usd", 0, money.MaxTotal, ""},
	{"teams", "id", "raised_usd", 0, money.MaxTotal, ""},
	{"facts", "id", "goal", 0, money.MaxTotal, "t.currency"},
	{"facts", "id", "original_goal", 0, money.MaxTotal, "t.currency"},
	{"facts", "id", "raised", 0, money.MaxTotal, "t.currency"},
	{"facts", "id", "supported", 0, money.MaxTotal, "t.currency"},
	{"poll_options", "id", "raised", 0, money.MaxTotal, pollCurrency},
	{"targets", "id", "amount", 0, money.MaxTotal, factCurrency},
	{"targets", "id", "raised", 0, money.MaxTotal, factCurrency},
	{"rewards", "id", "amount", 0, money.MaxTotal, "t.currency"},
	{"rewards", "id", "fair_market_value", 0, money.MaxTotal, "t.currency"},
	{"milestones", "id", "amount", 0, money.MaxTotal, factCurrency},
	{"donations", "id", "amount", 0, money.MaxTotal, "t.currency"},
	{"donations", "id", "usd", 0, money.MaxTotal, ""},
	{"donations", "id", "refunded", 0, money.MaxTotal, "t.currency"},
	{"donations", "id", "disputed", 0, money.MaxTotal, "t.currency"},
	{"ledger", "id", "amount", -money.MaxTotal, money.MaxTotal, "t.currency"},
	{"ledger", "id", "usd", -money.MaxTotal, money.MaxTotal, ""},
	{"events", "position", "amount", -money.MaxTotal, money.MaxTotal, eventCurrency},
	{"auction_houses", "fact_id", "pledged", 0, money.MaxTotal, factCurrency},
	{"auction_items", "id", "fair_market_value", 0, money.MaxTotal, houseCurrency},
	{"auction_items", "id", "starting_bid", 0, money.MaxTotal, houseCurrency},
	{"auction_bids", "id", "amount", 0, money.MaxTotal, bidCurrency},
	{"donation_matches", "id", "pledged", 0, money.MaxTotal, "t.currency"},
	// What a match began with is the total less what it raised, of which part may have been refunded since.
	{"donation_matches", "id", "started_at", -money.MaxTotal, money.MaxTotal, "t.currency"},
	{"donation_matches", "id", "raised", 0, money.MaxTotal, "t.currency"},
	// Scores are of exercise, too, which has no bound: one who cannot be counted any more must not hold up all others.
	// Those of money stay below the totals that they are parts of.
	{"scores", "entrant_id", "score", -math.MaxInt64, math.MaxInt64, scoreCurrency},
	{"giving", "fact_id", "minimum", 0, money.MaxTotal, factCurrency},
	{"giving", "fact_id", "maximum", 0, money.MaxTotal, factCurrency},
	{"giving", "fact_id", "offline_maximum", 0, money.MaxTotal, factCurrency},
	{"giving", "fact_id", "offline_daily_maximum", 0, money.MaxTotal, factCurrency},
	{"payments", "donation_id", "fee_cover", 0, money.MaxTotal, donationCurrency},
	{"payments", "donation_id", "fee", -money.MaxTotal, money.MaxTotal, donationCurrency},
	{"payments", "donation_id", "refunded", 0, money.MaxTotal, donationCurrency},
	{"payments", "donation_id", "disputed", 0, money.MaxTotal, donationCurrency},
}

package store

import "github.com/almoner/almoner/internal/money"

// moneyColumn is a column of amounts in minor units, of which the database accepts only integers from least to
// money.MaxTotal. In SQL, t is its table.
type moneyColumn struct {
	// id is what names a row of the table.
	table, id, column string
	least             int64
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

// moneyColumns lists the columns of amounts. Migration 8 constrains them, and its text is frozen: a column that is
// added later gets its constraint in its own migration and is listed in laterMoneyColumns.
var moneyColumns = []moneyColumn{
	{"users", "id", "raised_usd", 0, ""},
	{"teams", "id", "raised_usd", 0, ""},
	{"facts", "id", "goal", 0, "t.currency"},
	{"facts", "id", "original_goal", 0, "t.currency"},
	{"facts", "id", "raised", 0, "t.currency"},
	{"facts", "id", "supported", 0, "t.currency"},
	{"poll_options", "id", "raised", 0, pollCurrency},
	{"targets", "id", "amount", 0, factCurrency},
	{"targets", "id", "raised", 0, factCurrency},
	{"rewards", "id", "amount", 0, "t.currency"},
	{"rewards", "id", "fair_market_value", 0, "t.currency"},
	{"milestones", "id", "amount", 0, factCurrency},
	{"donations", "id", "amount", 0, "t.currency"},
	{"donations", "id", "usd", 0, ""},
	{"donations", "id", "refunded", 0, "t.currency"},
	{"donations", "id", "disputed", 0, "t.currency"},
	{"ledger", "id", "amount", -money.MaxTotal, "t.currency"},
	{"ledger", "id", "usd", -money.MaxTotal, ""},
	{"events", "position", "amount", -money.MaxTotal, eventCurrency},
	{"auction_houses", "fact_id", "pledged", 0, factCurrency},
	{"auction_items", "id", "fair_market_value", 0, houseCurrency},
	{"auction_items", "id", "starting_bid", 0, houseCurrency},
	{"auction_bids", "id", "amount", 0, bidCurrency},
	{"donation_matches", "id", "pledged", 0, "t.currency"},
	// What a match began with is the total less what it raised, of which part may have been refunded since.
	{"donation_matches", "id", "started_at", -money.MaxTotal, "t.currency"},
	{"donation_matches", "id", "raised", 0, "t.currency"},
	// Scores follow the events, which may take a refund or a moved fact away before they add what is left.
	{"scores", "entrant_id", "score", -money.MaxTotal, scoreCurrency},
	{"giving", "fact_id", "minimum", 0, factCurrency},
	{"giving", "fact_id", "maximum", 0, factCurrency},
	{"payments", "donation_id", "fee_cover", 0, donationCurrency},
	{"payments", "donation_id", "fee", -money.MaxTotal, donationCurrency},
	{"payments", "donation_id", "refunded", 0, donationCurrency},
	{"payments", "donation_id", "disputed", 0, donationCurrency},
}

package apiv3

import _ "embed" // for the text

// documentText is what the document says before its operations.
//
//go:embed openapi.md
var documentText string

// exampleText are answers of the golden files; the test of the documents writes it.
//
//go:embed openapi/examples.json
var exampleText []byte

// fieldTexts says of keys what their names and types leave open, wherever they stand.
var fieldTexts = map[string]string{
	"amountRaised":           "Raised directly, in major units.",
	"amount_raised":          "The same as amountRaised.",
	"supportingAmountRaised": "Raised by what supports it, in major units.",
	"totalAmountRaised":      "Raised directly and by what supports it, in major units. Of users and teams in USD.",
	"fundraiserGoalAmount":   "The goal in major units.",
	"originalFundraiserGoal": "The first goal in major units.",
	"originalGoalAmount":     "The same as originalFundraiserGoal.",
	"goal":                   "The same as fundraiserGoalAmount.",
	"originalGoal":           "The same as originalFundraiserGoal.",
	"completedAt":            "When it was paid, in Unix milliseconds.",
	"updatedAt":              "When it last changed, in Unix milliseconds.",
	"reachedAt":              "When it was reached, in Unix milliseconds; null before that.",
	"activatesOn":            "When it starts to count, in Unix milliseconds.",
	"startsOn":               "The day it starts, YYYY-MM-DD.",
	"endsOn":                 "The day it ends, YYYY-MM-DD; empty for no end.",
	"registeredAt":           "ISO 8601 with milliseconds and an offset.",
	"status":                 "unpublished, published or retired.",
	"supportable":            "Whether anybody may support it.",
	"percentage":             "The share of all that was given to the poll, 0 to 100.",
	"minimumDonation":        "The smallest donation with all decimals of the currency; null for none.",
	"role":                   "super_admin, admin, user_manager, event_manager or member.",
	"kind":                   "physical, virtual or product.",
	"remaining":              "How many are left; null for no limit.",
	"quantity":               "How many there are; null for no limit.",
	"rewardId":               "The first reward that was claimed.",
	"url":                    "The public page; of leaderboards relative.",
	"comment":                "What the donor said; null for nothing.",
	"newsletter":             "Whether the user wants it: always null in answers.",
	"heat":                   "Whether the leaderboard shows who is rising.",
}

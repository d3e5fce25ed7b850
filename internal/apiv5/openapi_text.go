package apiv5

import _ "embed" // for the texts

// The texts say of each part what stands before its operations.
var (
	//go:embed openapi_public.md
	publicText string
	//go:embed openapi_private.md
	privateText string
	//go:embed openapi_cause.md
	causeText string
)

// exampleText are answers of the golden files; the test of the documents writes it.
//
//go:embed openapi/examples.json
var exampleText []byte

// fieldTexts says of keys what their names and types leave open, wherever they stand.
var fieldTexts = map[string]string{
	"legacy_id":                 "The integer that version 3 calls id.",
	"amount_raised":             "Raised directly.",
	"total_amount_raised":       "Raised directly and by what supports it; of users and teams in USD.",
	"supporting_amount_raised":  "Raised by what supports it.",
	"original_goal":             "The first goal.",
	"inserted_at":               "When it was made.",
	"updated_at":                "When it last changed.",
	"completed_at":              "When it was completed.",
	"published_at":              "When it was first published.",
	"retired_at":                "When it was retired; null before that.",
	"reward_id":                 "The reward that was claimed first; reward_claims has all.",
	"reward_claims":             "The rewards that were claimed; null for none.",
	"donation_matches":          "The matches that count the donation; null for none.",
	"donor_comment":             "What the donor said, as far as it is shown.",
	"donor_name":                "The name of the donor, as far as it is shown.",
	"is_match":                  "Whether this is the money of somebody who matched donations.",
	"sustained":                 "Whether it is one of a series.",
	"team_event_id":             "The same as team_campaign_id, by its old name.",
	"supportable":               "Who may support it: none, public, private or invite_only.",
	"supporting_type":           "Who may support it: none, public, private or invite_only.",
	"parent_facts":              "What it supports, the topmost first.",
	"facts":                     "What the donation counts for.",
	"currency":                  "An ISO 4217 code.",
	"value":                     "An amount in major units, as a text.",
	"donate_url":                "Where donors go.",
	"url":                       "The public page.",
	"heat":                      "Always null.",
	"score":                     "What the leaderboard is ordered by.",
	"active":                    "Whether it counts at this moment.",
	"start_supporting_at":       "From when on it can be supported.",
	"end_supporting_at":         "Until when it can be supported.",
	"can_publish_supporting_at": "From when on supporters may publish.",
	"client_key":                "What a donor brings along: <donate_url>?relay=<client_key>. It works once.",
	"metadata":                  "What the caller wants to have back.",
	"has_schedule":              "Whether it has a schedule.",
}

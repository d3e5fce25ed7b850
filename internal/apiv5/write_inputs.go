package apiv5

import "github.com/almoner/almoner/internal/api"

// The inputs below describe for the OpenAPI document what a body may hold; nothing in them is
// required, because the same body changes what is there. Bodies are read by the tables of the
// models; a test compares the two.

// moneyInput is an amount in major units.
type moneyInput struct{}

// OpenAPI says in which forms an amount may come.
func (moneyInput) OpenAPI() api.Schema {
	return api.Schema{"anyOf": []any{
		api.Schema{"type": "object", "required": []string{"value"}, "properties": api.Object{
			{Key: "value", Value: api.Schema{"anyOf": []any{api.Schema{"type": "string"}, api.Schema{"type": "number"}}}},
			{Key: "currency", Value: api.Schema{"type": "string", "description": "When it is sent, it must be the currency of the cause."}},
		}},
		api.Schema{"type": "string"}, api.Schema{"type": "number"},
	}}
}

// pictureInput is the address of a picture.
type pictureInput struct{}

// OpenAPI says in which forms a picture may come.
func (pictureInput) OpenAPI() api.Schema {
	return api.Schema{"anyOf": []any{
		api.Schema{"type": "string", "format": "uri"},
		api.Schema{"type": "object", "required": []string{"src"}, "properties": api.Object{
			{Key: "src", Value: api.Schema{"type": "string", "format": "uri"}},
		}},
		api.Schema{"type": "null"},
	}}
}

// idInput is a UUID or a legacy id.
type idInput struct{}

// OpenAPI says in which forms an id may come.
func (idInput) OpenAPI() api.Schema {
	return api.Schema{"anyOf": []any{
		api.Schema{"type": "string", "format": "uuid"}, api.Schema{"type": "integer", "format": "int64"}, api.Schema{"type": "null"},
	}}
}

// decimalInput is a number that is no money.
type decimalInput struct{}

// OpenAPI says in which forms a number may come.
func (decimalInput) OpenAPI() api.Schema {
	return api.Schema{"anyOf": []any{api.Schema{"type": "string"}, api.Schema{"type": "number"}}}
}

type livestreamInput struct {
	Type    string `json:"type" enum:"twitch,youtube,smashcast,mixer,mlg,image"`
	Channel string `json:"channel"`
}

type campaignInput struct {
	Name               string           `json:"name" doc:"Required for a new one; 255 characters at most."`
	Slug               string           `json:"slug" doc:"Made from the name when it is not sent; unique among the campaigns of its owner."`
	Description        string           `json:"description" null:"true" doc:"Markdown, 65536 bytes at most."`
	Avatar             pictureInput     `json:"avatar"`
	Goal               moneyInput       `json:"goal"`
	StartsAt           string           `json:"starts_at" format:"date-time" null:"true"`
	EndsAt             string           `json:"ends_at" format:"date-time" null:"true"`
	Status             string           `json:"status" enum:"unpublished,published,retired" doc:"A new one is unpublished; what is retired never changes again."`
	SupportingType     string           `json:"supporting_type" enum:"none,public,private,invite_only" doc:"Also taken as supportable."`
	Supportable        string           `json:"supportable" enum:"none,public,private,invite_only" doc:"The same as supporting_type."`
	Livestream         *livestreamInput `json:"livestream" null:"true"`
	CauseID            idInput          `json:"cause_id" doc:"Required for a new one, and never changes."`
	FundraisingEventID idInput          `json:"fundraising_event_id" doc:"Null takes part in none."`
	TeamCampaignID     idInput          `json:"team_campaign_id" doc:"What it supports; null for nothing but the event or the cause."`
	CampaignID         idInput          `json:"campaign_id" doc:"The same as team_campaign_id, for a campaign."`
	TeamID             idInput          `json:"team_id" doc:"The team that a member's campaign is for."`
}

type donationSettingsInput struct {
	Minimum             moneyInput   `json:"minimum" null:"true" doc:"Null takes what is set above."`
	Maximum             moneyInput   `json:"maximum" null:"true" doc:"Null takes what is set above."`
	Presets             []moneyInput `json:"presets" null:"true" doc:"Taken as a whole; null and an empty list take what is set above."`
	ScreeningMode       string       `json:"screening_mode" enum:"off,comments,everything,host_only" null:"true" doc:"Null takes what is set above, with its release_after."`
	ScreeningWords      []string     `json:"screening_words" null:"true" doc:"Taken as a whole; null and an empty list take what is set above."`
	ScreeningAllowed    []string     `json:"screening_allowed_words" null:"true" doc:"Taken as a whole; null and an empty list take what is set above."`
	ScreeningLeet       bool         `json:"screening_leet" doc:"Goes with screening_words: without words of its own, a fact takes what is set above."`
	ReleaseAfter        *int64       `json:"release_after" null:"true" doc:"Seconds; 0 and null for never."`
	ReleaseAttended     bool         `json:"release_attended" doc:"Goes with screening_mode everything and release_after."`
	ShippedWords        bool         `json:"shipped_words" doc:"Hold what has a word of the server's own list."`
	NoContacts          bool         `json:"no_contacts" doc:"Never show links, domains, mail addresses and telephone numbers."`
	TwoPasses           bool         `json:"screening_two_passes" doc:"Have a screener pass a donation that waits on, and another one show it."`
	OfflineMaximum      moneyInput   `json:"offline_maximum" null:"true" doc:"For a cause only. Null for nothing."`
	OfflineDailyMaximum moneyInput   `json:"offline_daily_maximum" null:"true" doc:"For a cause only. Null for nothing."`
	StreamersShip       bool         `json:"streamers_ship" doc:"For the finance and owners of the cause, and operators, on any fact of the cause."`
	Thanks              string       `json:"thanks" null:"true" doc:"Plain text, 1000 characters at most; null for none. For those who may change the fact."`
	StreamDelay         *int64       `json:"stream_delay" null:"true" doc:"Seconds, 3600 at most; 0 and null for unknown. For those who may change the fact."`
	Statement           string       `json:"statement" null:"true" doc:"For a cause only. Plain text, 1000 characters at most; null for nothing."`
	InstantOnly         bool         `json:"instant_only" doc:"For a cause only."`
}

type pollInput struct {
	Name    string            `json:"name"`
	Active  bool              `json:"active"`
	EndsAt  string            `json:"ends_at" format:"date-time" null:"true"`
	Options []pollOptionInput `json:"options" doc:"Merged: those that are not named stay."`
}

type pollOptionInput struct {
	ID   idInput `json:"id" doc:"The option to change; without one it is a new option."`
	Name string  `json:"name"`
}

type targetInput struct {
	Name        string     `json:"name"`
	Amount      moneyInput `json:"amount"`
	Active      bool       `json:"active"`
	ActivatesAt string     `json:"activates_at" format:"date-time" null:"true"`
	EndsAt      string     `json:"ends_at" format:"date-time" null:"true"`
}

type rewardInput struct {
	Name                    string       `json:"name"`
	Description             string       `json:"description" null:"true"`
	Image                   pictureInput `json:"image"`
	Amount                  moneyInput   `json:"amount"`
	Kind                    string       `json:"kind" enum:"physical,virtual,product"`
	Quantity                *int64       `json:"quantity" null:"true" doc:"Null is no limit."`
	FairMarketValue         moneyInput   `json:"fair_market_value" null:"true"`
	ShippingAddressRequired bool         `json:"shipping_address_required"`
	ShippingNote            string       `json:"shipping_note" null:"true"`
	CustomQuestion          string       `json:"custom_question" null:"true"`
	Active                  bool         `json:"active"`
	AlwaysActive            bool         `json:"always_active" doc:"The dates do not count."`
	StartsAt                string       `json:"starts_at" format:"date-time" null:"true"`
	EndsAt                  string       `json:"ends_at" format:"date-time" null:"true"`
}

type milestoneInput struct {
	Name   string     `json:"name"`
	Amount moneyInput `json:"amount"`
	Active bool       `json:"active"`
}

type matchInput struct {
	MatchedBy     string     `json:"matched_by"`
	MatchType     string     `json:"match_type" enum:"amount,all" doc:"Up to the pledge, or everything that is given."`
	PledgedAmount moneyInput `json:"pledged_amount" null:"true"`
	StartsAt      string     `json:"starts_at" format:"date-time" null:"true"`
	EndsAt        string     `json:"ends_at" format:"date-time" null:"true"`
}

type scheduleInput struct {
	Name        string `json:"name"`
	Description string `json:"description" null:"true"`
	StartsAt    string `json:"starts_at" format:"date-time"`
	EndsAt      string `json:"ends_at" format:"date-time" null:"true"`
}

type fitnessGoalInput struct {
	Type         string       `json:"type" enum:"Cycling,Dancing,Other,Running,Swimming,Walking,Workout,Rowing"`
	DistanceUnit string       `json:"distance_unit" enum:"meter,kilometer,mile" null:"true" doc:"Null for a goal in seconds."`
	Goal         decimalInput `json:"goal" doc:"In the unit; three decimals at most."`
}

type activityInput struct {
	Type        string  `json:"type" enum:"Cycling,Dancing,Other,Running,Swimming,Walking,Workout,Rowing"`
	Meters      int64   `json:"meters"`
	Seconds     int64   `json:"seconds"`
	UserID      idInput `json:"user_id" doc:"Who did it: by default you. For others, you must be allowed to change the fact."`
	CompletedAt string  `json:"completed_at" format:"date-time" doc:"When; now by default."`
}

type socialInput struct {
	Discord   string `json:"discord" null:"true"`
	Facebook  string `json:"facebook" null:"true"`
	Instagram string `json:"instagram" null:"true"`
	Mixer     string `json:"mixer" null:"true"`
	Snapchat  string `json:"snapchat" null:"true"`
	Tiktok    string `json:"tiktok" null:"true"`
	Twitch    string `json:"twitch" null:"true"`
	Twitter   string `json:"twitter" null:"true"`
	Website   string `json:"website" null:"true"`
	Youtube   string `json:"youtube" null:"true"`
}

type teamInput struct {
	Name        string       `json:"name"`
	Slug        string       `json:"slug" doc:"Made from the name when it is not sent; unique among teams."`
	Description string       `json:"description" null:"true"`
	Avatar      pictureInput `json:"avatar"`
	InviteOnly  bool         `json:"invite_only"`
	Social      socialInput  `json:"social" doc:"Merged: a service that is not named keeps its handle."`
}

type roleInput struct {
	Role string `json:"role" required:"true" enum:"team_super_admin,team_admin,team_user_manager,team_event_manager,team_member"`
}

type userInput struct {
	Username    string       `json:"username"`
	Slug        string       `json:"slug"`
	Email       string       `json:"email" format:"email" doc:"Asks to sign in with another address, which is mailed a link: the change takes the link and the password. Until then nothing changes. The answer is the same whether or not the address has an account."`
	FirstName   string       `json:"first_name" null:"true"`
	LastName    string       `json:"last_name" null:"true"`
	Description string       `json:"description" null:"true"`
	Avatar      pictureInput `json:"avatar"`
	Newsletter  bool         `json:"newsletter" null:"true"`
	Social      socialInput  `json:"social" doc:"Merged: a service that is not named keeps its handle."`
}

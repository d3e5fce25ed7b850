package apiv3

import (
	"encoding/json"

	"github.com/almoner/almoner/internal/fund"
)

// campaign is the full object: first the keys of the real answers in their order, then
// those that only the documents have.
type campaign struct {
	ID                     int64         `json:"id"`
	Name                   string        `json:"name"`
	Slug                   string        `json:"slug"`
	StartsAt               int64         `json:"startsAt"`
	EndsAt                 *int64        `json:"endsAt"`
	Description            string        `json:"description"`
	CauseID                int64         `json:"causeId"`
	OriginalFundraiserGoal json.Number   `json:"originalFundraiserGoal"`
	FundraiserGoalAmount   json.Number   `json:"fundraiserGoalAmount"`
	SupportingAmountRaised json.Number   `json:"supportingAmountRaised"`
	AmountRaised           json.Number   `json:"amountRaised"`
	Supportable            bool          `json:"supportable"`
	Status                 string        `json:"status"`
	Type                   string        `json:"type"`
	Avatar                 image         `json:"avatar"`
	Livestream             *livestream   `json:"livestream"`
	CauseCurrency          string        `json:"causeCurrency"`
	TotalAmountRaised      json.Number   `json:"totalAmountRaised"`
	User                   campaignUser  `json:"user"`
	Team                   *campaignTeam `json:"team,omitempty"`
	TeamID                 int64         `json:"teamId,omitempty"`
	FundraisingEventID     int64         `json:"fundraisingEventId,omitempty"`
	SupportingCampaignID   int64         `json:"supportingCampaignId,omitempty"`
	RegionID               *int64        `json:"regionId"`
	Metadata               struct{}      `json:"metadata"`
	URL                    string        `json:"url"`
	OriginalGoalAmount     json.Number   `json:"originalGoalAmount"`
}

// campaignListItem is the full object of real lists with the keys of the documented ones.
type campaignListItem struct {
	campaign
	Thumbnail    image       `json:"thumbnail"`
	UserID       int64       `json:"userId"`
	Currency     string      `json:"currency"`
	Goal         json.Number `json:"goal"`
	OriginalGoal json.Number `json:"originalGoal"`
	StartsOn     string      `json:"startsOn"`
	EndsOn       string      `json:"endsOn"`
}

type livestream struct {
	Type    string `json:"type"`
	Channel string `json:"channel"`
}

type campaignUser struct {
	ID       int64  `json:"id"`
	Username string `json:"username"`
	Slug     string `json:"slug"`
	URL      string `json:"url"`
	Avatar   image  `json:"avatar"`
}

type campaignTeam struct {
	ID       int64  `json:"id"`
	Name     string `json:"name"`
	Username string `json:"username"`
	Slug     string `json:"slug"`
	URL      string `json:"url"`
	Avatar   image  `json:"avatar"`
}

func (v *version) toCampaign(f fund.Fact) campaign {
	c := campaign{
		ID: f.LegacyID, Name: f.Name, Slug: f.Slug, URL: v.campaignURL(f), Type: "Event",
		StartsAt: millis(first(f.StartsAt, f.CreatedAt)), EndsAt: millisOrNull(f.EndsAt),
		Description: f.Description, CauseID: f.Cause.LegacyID, CauseCurrency: f.Currency,
		FundraiserGoalAmount:   decimal(f.Goal, f.Currency),
		OriginalFundraiserGoal: decimal(f.OriginalGoal, f.Currency),
		OriginalGoalAmount:     decimal(f.OriginalGoal, f.Currency),
		AmountRaised:           decimal(f.Raised, f.Currency),
		SupportingAmountRaised: decimal(f.Supported, f.Currency),
		TotalAmountRaised:      decimal(f.Total(), f.Currency),
		Supportable:            supportable(f), Status: string(f.Status),
		Avatar: v.image(avatarOf(f), defaultAvatar, sizeAvatar), Livestream: toLivestream(f.Livestream),
		FundraisingEventID: legacyID(f.Event), SupportingCampaignID: supportedCampaign(f),
	}
	if f.User != nil {
		c.User = v.toCampaignUser(*f.User)
	} else {
		c.User = v.toCampaignUser(fund.Owner{})
	}
	if f.Team != nil {
		team := v.toCampaignTeam(*f.Team)
		c.Team, c.TeamID = &team, team.ID
	}
	return c
}

func (v *version) toCampaignListItem(f fund.Fact) campaignListItem {
	c := v.toCampaign(f)
	return campaignListItem{
		campaign: c, Thumbnail: c.Avatar, UserID: c.User.ID, Currency: f.Currency,
		Goal: c.FundraiserGoalAmount, OriginalGoal: c.OriginalFundraiserGoal,
		StartsOn: date(first(f.StartsAt, f.CreatedAt)), EndsOn: date(f.EndsAt),
	}
}

func (v *version) toCampaignUser(o fund.Owner) campaignUser {
	return campaignUser{
		ID: o.LegacyID, Username: o.Name, Slug: o.Slug, URL: v.userURL(o.Slug),
		Avatar: v.image(o.Avatar, defaultAvatar, sizeAvatar),
	}
}

func (v *version) toCampaignTeam(o fund.Owner) campaignTeam {
	return campaignTeam{
		ID: o.LegacyID, Name: o.Name, Username: o.Name, Slug: o.Slug, URL: v.teamURL(o.Slug),
		Avatar: v.image(o.Avatar, defaultAvatar, sizeAvatar),
	}
}

// campaignURL is the public page: below the team for a campaign of a team, below its user
// for every other.
func (v *version) campaignURL(f fund.Fact) string {
	switch {
	case f.Kind == fund.KindTeamCampaign && f.Team != nil:
		return v.teamURL(f.Team.Slug) + "/" + f.Slug
	case f.User != nil:
		return v.userURL(f.User.Slug) + "/" + f.Slug
	default:
		return v.baseURL + "/" + f.Slug
	}
}

// avatarOf falls back to the picture of the event or cause.
func avatarOf(f fund.Fact) string {
	if f.Avatar == "" {
		return f.AvatarFallback
	}
	return f.Avatar
}

// supportable is true when anybody at all may support the campaign: V3 knows no degrees.
func supportable(f fund.Fact) bool {
	return f.Supportable != fund.SupportNone && f.Supportable != ""
}

// supportedCampaign is the campaign that this one supports; a parent that is no campaign has
// an id of another sequence and is not named.
func supportedCampaign(f fund.Fact) int64 {
	if f.ParentKind != fund.KindCampaign && f.ParentKind != fund.KindTeamCampaign {
		return 0
	}
	return legacyID(f.Parent)
}

func toLivestream(l *fund.Livestream) *livestream {
	if l == nil {
		return nil
	}
	return &livestream{Type: l.Type, Channel: l.Channel}
}

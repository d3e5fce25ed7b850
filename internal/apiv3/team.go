package apiv3

import (
	"encoding/json"

	"github.com/almoner/almoner/internal/fund"
)

// team has the nine keys of real answers and the documented bio and disbanded.
type team struct {
	ID                int64       `json:"id"`
	Name              string      `json:"name"`
	Slug              string      `json:"slug"`
	URL               string      `json:"url"`
	About             *string     `json:"about"`
	InviteOnly        bool        `json:"inviteOnly"`
	Social            social      `json:"social"`
	Avatar            image       `json:"avatar"`
	TotalAmountRaised json.Number `json:"totalAmountRaised"`
	Bio               string      `json:"bio"`
	Disbanded         bool        `json:"disbanded"`
}

// teamListItem is a team that a user is a member of, with the role there.
type teamListItem struct {
	ID                int64       `json:"id"`
	Name              string      `json:"name"`
	Slug              string      `json:"slug"`
	URL               string      `json:"url"`
	Avatar            image       `json:"avatar"`
	TotalAmountRaised json.Number `json:"totalAmountRaised"`
	Role              string      `json:"role"`
}

func (v *version) toTeam(t fund.Team) team {
	return team{
		ID: t.LegacyID, Name: t.Name, Slug: t.Slug, URL: v.teamURL(t.Slug),
		About: textOrNull(t.About), Bio: t.About, InviteOnly: t.InviteOnly, Disbanded: !t.DisbandedAt.IsZero(),
		Social: toSocial(t.Social), Avatar: v.image(t.Avatar, defaultAvatar, sizeAvatar),
		TotalAmountRaised: decimal(t.RaisedUSD, "USD"),
	}
}

func (v *version) toTeamListItem(m fund.Membership) teamListItem {
	t := v.toTeam(m.Team)
	return teamListItem{
		ID: t.ID, Name: t.Name, Slug: t.Slug, URL: t.URL, Avatar: t.Avatar,
		TotalAmountRaised: t.TotalAmountRaised, Role: string(m.Role),
	}
}

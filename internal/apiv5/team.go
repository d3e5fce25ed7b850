package apiv5

import (
	"github.com/almoner/almoner/internal/fund"
)

// team has an absolute url.
type team struct {
	ID                string  `json:"id" format:"uuid"`
	LegacyID          int64   `json:"legacy_id"`
	Name              string  `json:"name"`
	Slug              string  `json:"slug"`
	URL               string  `json:"url"`
	Description       *string `json:"description"`
	Avatar            image   `json:"avatar"`
	Social            social  `json:"social"`
	TotalAmountRaised amount  `json:"total_amount_raised"`
}

// member is a user in a team. There is one role today; the wire has room for several.
type member struct {
	ID         string `json:"id" format:"uuid"`
	LegacyID   int64  `json:"legacy_id"`
	User       user   `json:"user"`
	Roles      []role `json:"roles"`
	InsertedAt string `json:"inserted_at" format:"date-time"`
	UpdatedAt  string `json:"updated_at" format:"date-time"`
}

type role struct {
	ID   string `json:"id" format:"uuid"`
	Key  string `json:"key" enum:"team_super_admin,team_admin,team_user_manager,team_event_manager,team_member"`
	Name string `json:"name"`
}

// roleNames are the roles in words for people.
var roleNames = map[fund.Role]string{
	fund.RoleSuperAdmin: "Super Admin", fund.RoleAdmin: "Admin", fund.RoleUserManager: "User Manager",
	fund.RoleEventManager: "Event Manager", fund.RoleMember: "Member",
}

func (v *version) toTeam(t fund.Team) team {
	return team{
		ID: t.ID.String(), LegacyID: t.LegacyID, Name: t.Name, Slug: t.Slug, URL: v.baseURL + teamPath(t.Slug),
		Description: textOrNull(t.About), Avatar: v.image(t.Avatar, defaultAvatar, sizePerson),
		Social: toSocial(t.Social), TotalAmountRaised: fixed(t.RaisedUSD, dollars),
	}
}

func (v *version) toMember(m fund.Member) member {
	return member{
		ID: m.ID.String(), LegacyID: m.LegacyID, User: v.toUser(m.User),
		Roles:      []role{{ID: fund.RoleID(m.Role).String(), Key: "team_" + string(m.Role), Name: roleNames[m.Role]}},
		InsertedAt: seconds(m.CreatedAt), UpdatedAt: seconds(m.UpdatedAt),
	}
}

package apiv3

import (
	"encoding/json"

	"github.com/almoner/almoner/internal/fund"
)

// user is anybody as others see them: eight keys and no more.
type user struct {
	ID                int64       `json:"id"`
	Username          string      `json:"username"`
	Slug              string      `json:"slug"`
	URL               string      `json:"url"`
	Avatar            image       `json:"avatar"`
	About             *string     `json:"about"`
	TotalAmountRaised json.Number `json:"totalAmountRaised"`
	Social            social      `json:"social"`
}

// currentUser is the user whose token was sent. Private fields are null for an application's own token.
type currentUser struct {
	ID                int64       `json:"id"`
	Username          string      `json:"username"`
	Slug              string      `json:"slug"`
	URL               string      `json:"url"`
	Avatar            image       `json:"avatar"`
	Email             *string     `json:"email"`
	About             *string     `json:"about"`
	TotalAmountRaised json.Number `json:"totalAmountRaised"`
	Social            social      `json:"social"`
	FirstName         *string     `json:"firstName"`
	LastName          *string     `json:"lastName"`
	// Newsletter is always null, as in the only real answer: a strict client breaks on a boolean.
	Newsletter *bool  `json:"newsletter"`
	Confirmed  bool   `json:"confirmed"`
	Thumbnail  image  `json:"thumbnail"`
	Status     string `json:"status"`
}

type userListItem struct {
	ID        int64  `json:"id"`
	Username  string `json:"username"`
	Slug      string `json:"slug"`
	Thumbnail image  `json:"thumbnail"`
	Status    string `json:"status"`
}

// social are the places of a user or team elsewhere; every key is always there.
type social struct {
	Facebook *string `json:"facebook"`
	Twitch   *string `json:"twitch"`
	Twitter  *string `json:"twitter"`
	Website  *string `json:"website"`
	Youtube  *string `json:"youtube"`
	Discord  *string `json:"discord"`
	Mixer    *string `json:"mixer"`
}

// completed is the only status of a user that the documents show.
const completed = "completed"

func (v *version) toUser(u fund.User) user {
	return user{
		ID: u.LegacyID, Username: u.Username, Slug: u.Slug, URL: v.userURL(u.Slug),
		Avatar: v.image(u.Avatar, defaultAvatar, sizeAvatar), About: textOrNull(u.About),
		TotalAmountRaised: decimal(u.RaisedUSD, "USD"), Social: toSocial(u.Social),
	}
}

func (v *version) toCurrentUser(u fund.User) currentUser {
	self := v.toOwner(u)
	self.Email, self.FirstName, self.LastName = &u.Email, &u.FirstName, &u.LastName
	return self
}

// toOwner is the user as shown to an application they own: the public profile only.
func (v *version) toOwner(u fund.User) currentUser {
	seen := v.toUser(u)
	return currentUser{
		ID: seen.ID, Username: seen.Username, Slug: seen.Slug, URL: seen.URL, Avatar: seen.Avatar, About: seen.About,
		TotalAmountRaised: seen.TotalAmountRaised, Social: seen.Social, Confirmed: u.Confirmed, Thumbnail: seen.Avatar, Status: completed,
	}
}

func (v *version) toUserListItem(u fund.User) userListItem {
	return userListItem{
		ID: u.LegacyID, Username: u.Username, Slug: u.Slug, Status: completed,
		Thumbnail: v.image(u.Avatar, defaultAvatar, sizeAvatar),
	}
}

func toSocial(s fund.Social) social {
	return social{
		Facebook: textOrNull(s.Facebook), Twitch: textOrNull(s.Twitch), Twitter: textOrNull(s.Twitter),
		Website: textOrNull(s.Website), Youtube: textOrNull(s.Youtube), Discord: textOrNull(s.Discord),
		Mixer: textOrNull(s.Mixer),
	}
}

package apiv5

import (
	"github.com/almoner/almoner/internal/fund"
)

// user is anybody as others see them. Its url is a path.
type user struct {
	ID                string `json:"id" format:"uuid"`
	LegacyID          int64  `json:"legacy_id"`
	Username          string `json:"username"`
	Slug              string `json:"slug"`
	URL               string `json:"url"`
	Description       string `json:"description"`
	Avatar            image  `json:"avatar"`
	Social            social `json:"social"`
	TotalAmountRaised amount `json:"total_amount_raised"`
}

// social are the places of somebody elsewhere; every key is always there.
type social struct {
	Discord   *string `json:"discord"`
	Facebook  *string `json:"facebook"`
	Instagram *string `json:"instagram"`
	Snapchat  *string `json:"snapchat"`
	Tiktok    *string `json:"tiktok"`
	Twitch    *string `json:"twitch"`
	Twitter   *string `json:"twitter"`
	Website   *string `json:"website"`
	Youtube   *string `json:"youtube"`
}

func (v *version) toUser(u fund.User) user {
	return user{
		ID: u.ID.String(), LegacyID: u.LegacyID, Username: u.Username, Slug: u.Slug, URL: userPath(u.Slug),
		Description: u.About, Avatar: v.image(u.Avatar, defaultAvatar, sizePerson), Social: toSocial(u.Social),
		TotalAmountRaised: fixed(u.RaisedUSD, dollars),
	}
}

func toSocial(s fund.Social) social {
	return social{
		Discord: textOrNull(s.Discord), Facebook: textOrNull(s.Facebook), Instagram: textOrNull(s.Instagram),
		Snapchat: textOrNull(s.Snapchat), Tiktok: textOrNull(s.Tiktok), Twitch: textOrNull(s.Twitch),
		Twitter: textOrNull(s.Twitter), Website: textOrNull(s.Website), Youtube: textOrNull(s.Youtube),
	}
}

func userPath(slug string) string { return "/@" + slug }

func teamPath(slug string) string { return "/+" + slug }

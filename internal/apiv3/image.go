package apiv3

import (
	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fund"
)

// The pictures that stand in where nobody chose one; another package serves them.
const (
	defaultAvatar    = "/assets/default-avatar.png"
	defaultReward    = "/assets/default-reward.png"
	defaultIncentive = "/assets/default-incentive.png"
	defaultLogo      = "/assets/default-logo.png"
	defaultBanner    = "/assets/default-banner.png"
)

type image struct {
	Src    string `json:"src"`
	Alt    string `json:"alt"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
}

// size is the width and height that the real answers state for one use of a picture.
type size struct{ width, height int }

var (
	sizeAvatar         = size{200, 200}
	sizeCauseAvatar    = size{64, 64}
	sizeLeaderboard    = size{128, 128}
	sizeLogo           = size{100, 64}
	sizeBanner         = size{1440, 530}
	sizeImage          = size{640, 360}
	sizeIncentive      = size{800, 800}
	sizeReward         = size{600, 600}
	sizeUpcomingReward = size{200, 200}
)

// image is a picture, or the one that stands in for it. An uploaded picture is named in a size for its use.
func (v *version) image(address, standIn string, s size) image {
	if address == "" {
		address = standIn
	}
	return image{Src: api.Absolute(v.baseURL, fund.PictureAt(address, s.width)), Width: s.width, Height: s.height}
}

// imageOrNull is null where there is no picture.
func (v *version) imageOrNull(address string, s size) *image {
	if address == "" {
		return nil
	}
	made := v.image(address, "", s)
	return &made
}

func (v *version) userURL(slug string) string { return v.baseURL + "/@" + slug }

func (v *version) teamURL(slug string) string { return v.baseURL + "/+" + slug }

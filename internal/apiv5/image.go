package apiv5

import (
	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fund"
)

// The pictures that stand in where nobody chose one; another package serves them.
const (
	defaultAvatar = "/assets/default-avatar.png"
	defaultReward = "/assets/default-reward.png"
	defaultBanner = "/assets/default-banner.png"
)

// alt is the literal that every picture of the original service has.
const alt = "alt"

type image struct {
	Src    string `json:"src"`
	Alt    string `json:"alt"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
}

// size is the width and height that the real answers state for one use of a picture.
type size struct{ width, height int }

var (
	sizeFact    = size{64, 64}
	sizePerson  = size{200, 200}
	sizeReward  = size{600, 600}
	sizeBanner  = size{1440, 530}
	sizeAuction = size{640, 360}
)

// image is a picture, or the one that stands in for it. An uploaded picture is named in a size for its use.
func (v *version) image(address, standIn string, s size) image {
	if address == "" {
		address = standIn
	}
	return image{Src: api.Absolute(v.baseURL, fund.PictureAt(address, s.width)), Alt: alt, Width: s.width, Height: s.height}
}

package fund

import (
	"cmp"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// PictureSlot is one of the places that a fact, a user or a team has for a picture of its own.
type PictureSlot string

// The slots: a square picture beside a name, and a wide one (16:9) above a page.
const (
	SlotAvatar PictureSlot = "avatar"
	SlotCover  PictureSlot = "cover"
)

// PictureSlots lists the slots.
func PictureSlots() []PictureSlot { return []PictureSlot{SlotAvatar, SlotCover} }

// Widths are the widths in pixels that a picture of the slot is kept in, the smallest first.
func (s PictureSlot) Widths() []int {
	if s == SlotCover {
		return []int{640, 1280, 1920}
	}
	return []int{64, 128, 256, 512}
}

// Ratio is the shape of the slot: its width to its height.
func (s PictureSlot) Ratio() (width, height int) {
	if s == SlotCover {
		return 16, 9
	}
	return 1, 1
}

// PicturePath begins the paths of uploaded pictures on this server.
const PicturePath = "/media/"

// pictureTypes are the file types of uploaded pictures.
var pictureTypes = []string{"jpg", "png"}

// Picture names an uploaded picture.
type Picture struct {
	// Hash is the SHA-256 of its largest size, in lower-case hexadecimal digits.
	Hash string
	// Type is "jpg" or "png".
	Type string
}

// Address is how a picture is stored where addresses of pictures are: without a size, which PictureAt adds.
func (p Picture) Address() string { return PicturePath + p.Hash + "." + p.Type }

// PictureSize is a picture in one width.
type PictureSize struct {
	// Width is in pixels.
	Width   int
	Content []byte
}

// PictureUse is where a picture was uploaded to.
type PictureUse struct {
	ID ID
	// Subject is the fact, user or team that shows the picture, Owner the user, team or cause whose quota it counts against.
	Subject, Owner ID
	Slot           PictureSlot
	Picture        Picture
	// Bytes is how many bytes all sizes have.
	Bytes int64
}

// pictureHash is how many digits a hash has.
const pictureHash = 64

// ParsePicture reads the address of an uploaded picture. The width is 0 in an address without one. Any other address is not ok.
func ParsePicture(address string) (p Picture, width int, ok bool) {
	name, ok := strings.CutPrefix(address, PicturePath)
	if !ok || len(name) <= pictureHash {
		return Picture{}, 0, false
	}
	p.Hash, name = name[:pictureHash], name[pictureHash:]
	if _, err := hex.DecodeString(p.Hash); err != nil || strings.ToLower(p.Hash) != p.Hash {
		return Picture{}, 0, false
	}
	size, kind, _ := strings.Cut(name, ".")
	if p.Type = kind; !slices.Contains(pictureTypes, kind) {
		return Picture{}, 0, false
	}
	if size == "" {
		return p, 0, true
	}
	for _, known := range pictureWidths() {
		if size == fmt.Sprintf("-%d", known) {
			return p, known, true
		}
	}
	return Picture{}, 0, false
}

// pictureWidths are the widths of all slots, the smallest first.
func pictureWidths() []int {
	var all []int
	for _, slot := range PictureSlots() {
		all = append(all, slot.Widths()...)
	}
	slices.Sort(all)
	return all
}

// PictureAt is the address of a picture that is at least width pixels wide, if it was uploaded that large: /media/<hash>-<width>.jpg. The
// address of a picture elsewhere, and "", are returned as they are.
func PictureAt(address string, width int) string {
	p, _, uploaded := ParsePicture(address)
	if !uploaded {
		return address
	}
	widths := pictureWidths()
	at, _ := slices.BinarySearch(widths, width)
	return fmt.Sprintf("%s%s-%d.%s", PicturePath, p.Hash, widths[min(at, len(widths)-1)], p.Type)
}

// AvatarAt is the address of the fact's avatar, or else of its event's or cause's, for a place that is width pixels wide; "" for none.
func (f Fact) AvatarAt(width int) string { return PictureAt(cmp.Or(f.Avatar, f.AvatarFallback), width) }

// CoverAt is the address of the fact's cover, or else of its event's or cause's, for a place that is width pixels wide; "" for none.
func (f Fact) CoverAt(width int) string { return PictureAt(cmp.Or(f.Cover, f.CoverFallback), width) }

// AvatarAt is the address of the user's avatar for a place that is width pixels wide; "" for none.
func (u User) AvatarAt(width int) string { return PictureAt(u.Avatar, width) }

// CoverAt is the address of the user's cover for a place that is width pixels wide; "" for none.
func (u User) CoverAt(width int) string { return PictureAt(u.Cover, width) }

// AvatarAt is the address of the team's avatar for a place that is width pixels wide; "" for none.
func (t Team) AvatarAt(width int) string { return PictureAt(t.Avatar, width) }

// CoverAt is the address of the team's cover for a place that is width pixels wide; "" for none.
func (t Team) CoverAt(width int) string { return PictureAt(t.Cover, width) }

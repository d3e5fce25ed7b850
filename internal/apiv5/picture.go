package apiv5

import (
	"cmp"
	"context"
	"net/http"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// picture is the picture in a slot, as its owner sees it: its largest size, and all that there are of an upload. Where there is none it is the one
// that stands in.
type picture struct {
	Src    string        `json:"src"`
	Alt    string        `json:"alt"`
	Width  int           `json:"width"`
	Height int           `json:"height"`
	Sizes  []pictureSize `json:"sizes" doc:"All widths of an uploaded picture, the smallest first; [] for any other picture."`
}

// pictureSize is an upload in one of the widths that it has; none is wider than the picture was.
type pictureSize struct {
	Src    string `json:"src"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
}

func (v *version) toPicture(ctx context.Context, slot fund.PictureSlot, address string) (picture, error) {
	stated, standIn := sizePerson, defaultAvatar
	if slot == fund.SlotCover {
		stated, standIn = sizeBanner, defaultBanner
	}
	made := picture{Src: api.Absolute(v.baseURL, cmp.Or(address, standIn)), Alt: alt, Width: stated.width, Height: stated.height, Sizes: []pictureSize{}}
	p, _, uploaded := fund.ParsePicture(address)
	if !uploaded {
		return made, nil
	}
	widths, err := v.app.PictureWidths(ctx, p)
	if err != nil {
		return made, err
	}
	across, down := slot.Ratio()
	for _, width := range widths {
		largest := pictureSize{Src: api.Absolute(v.baseURL, fund.PictureAt(address, width)), Width: width, Height: width * down / across}
		made.Src, made.Width, made.Height, made.Sizes = largest.Src, largest.Width, largest.Height, append(made.Sizes, largest)
	}
	return made, nil
}

// uploadedPicture is the file of a picture.
var uploadedPicture = api.Upload{
	MaxBytes: app.MaxUpload, Types: []string{"image/jpeg", "image/png", "image/gif", "image/webp"},
	Text: "A picture of at most 10 MB and 25 million pixels, or a form with one; of an animated GIF the first frame. It is turned upright, cropped in the " +
		"middle to the shape of its place, and encoded again, without what the camera noted. An avatar needs 64 × 64 pixels at least, a cover 640 × 360.",
}

// pictured is a kind of thing that has pictures. Of what get and set return, avatar and cover are the addresses.
type pictured struct {
	path, noun, tag string
	access          accessRule
	get             func(context.Context, *call) (avatar, cover string, err error)
	set             func(context.Context, *call, fund.PictureSlot) (avatar, cover string, err error)
	remove          func(context.Context, *call, fund.PictureSlot) error
}

// pictureRoutes are the rows of pictures below what has them.
func (v *version) pictureRoutes() []route { return v.careful(v.pictureRows()) }

func (v *version) pictureRows() []route {
	things := []pictured{
		v.picturedFact("/campaigns", "campaign", tagCampaigns, asUser, atCampaign),
		v.picturedFact("/team_campaigns", "team campaign", tagTeamCampaigns, asUser, atTeamCampaign),
		v.picturedFact("/fundraising_events", "fundraising event", tagEvents, asCause, atEvent),
		v.picturedFact("/causes", "cause", tagCauses, asCause, atCause),
		v.picturedTeam(), v.picturedSelf(),
	}
	var rows []route
	for _, thing := range things {
		for _, slot := range fund.PictureSlots() {
			rows = append(rows, v.slotRows(thing, slot)...)
		}
	}
	return rows
}

// slotRows read, upload and remove the picture in one slot of a thing.
func (v *version) slotRows(thing pictured, slot fund.PictureSlot) []route {
	pattern, what := privatePrefix+thing.path+"/"+string(slot), string(slot)+" of "+thing.noun
	read := thing.access.get(pattern, thing.tag, "Get the "+what, picture{}, func(ctx context.Context, c *call) (api.Reply, error) {
		return v.pictureReply(ctx, c, slot, thing.get)
	})
	put := thing.access.row(http.MethodPut, pattern, api.Doc{
		Tag: thing.tag, Summary: "Upload the " + what,
	}, func(ctx context.Context, c *call) (api.Reply, error) {
		return v.pictureReply(ctx, c, slot, func(ctx context.Context, c *call) (string, string, error) { return thing.set(ctx, c, slot) })
	})
	put.Upload, put.Out = &uploadedPicture, picture{}
	remove := thing.access.remove(pattern, thing.tag, "Remove the "+what, func(ctx context.Context, c *call) (api.Reply, error) {
		return api.Reply{Status: http.StatusNoContent}, thing.remove(ctx, c, slot)
	})
	return []route{read, put, remove}
}

// pictureReply shows the picture in a slot, of the avatar and cover that read finds.
func (v *version) pictureReply(ctx context.Context, c *call, slot fund.PictureSlot, read func(context.Context, *call) (string, string, error)) (api.Reply, error) {
	avatar, cover, err := read(ctx, c)
	if err != nil {
		return api.Reply{}, err
	}
	shown, err := v.toPicture(ctx, slot, ofSlot(slot, avatar, cover))
	return api.Reply{Body: shown}, err
}

func ofSlot(slot fund.PictureSlot, avatar, cover string) string {
	if slot == fund.SlotCover {
		return cover
	}
	return avatar
}

func (v *version) picturedFact(folder, noun, tag string, access accessRule, at pathParameter) pictured {
	return pictured{
		path: folder + "/{" + at.name + "}", noun: "a " + noun, tag: tag, access: access,
		get: func(ctx context.Context, c *call) (string, string, error) {
			key, err := at.key(c)
			if err != nil {
				return "", "", err
			}
			f, err := v.app.GetFact(ctx, c.Caller, key)
			return f.Avatar, f.Cover, err
		},
		set: func(ctx context.Context, c *call, slot fund.PictureSlot) (string, string, error) {
			key, err := at.key(c)
			if err != nil {
				return "", "", err
			}
			f, err := v.app.SetFactPicture(ctx, c.Caller, key, slot, c.Body)
			return f.Avatar, f.Cover, err
		},
		remove: func(ctx context.Context, c *call, slot fund.PictureSlot) error {
			key, err := at.key(c)
			if err != nil {
				return err
			}
			return v.app.RemoveFactPicture(ctx, c.Caller, key, slot)
		},
	}
}

func (v *version) picturedTeam() pictured {
	return pictured{
		path: "/teams/{team_id}", noun: "a team", tag: tagTeams, access: asUser,
		get: func(ctx context.Context, c *call) (string, string, error) {
			key, err := idAt(c, "team_id")
			if err != nil {
				return "", "", err
			}
			t, err := v.app.GetTeam(ctx, c.Caller, key)
			return t.Avatar, t.Cover, err
		},
		set: func(ctx context.Context, c *call, slot fund.PictureSlot) (string, string, error) {
			key, err := idAt(c, "team_id")
			if err != nil {
				return "", "", err
			}
			t, err := v.app.SetTeamPicture(ctx, c.Caller, key, slot, c.Body)
			return t.Avatar, t.Cover, err
		},
		remove: func(ctx context.Context, c *call, slot fund.PictureSlot) error {
			key, err := idAt(c, "team_id")
			if err != nil {
				return err
			}
			return v.app.RemoveTeamPicture(ctx, c.Caller, key, slot)
		},
	}
}

func (v *version) picturedSelf() pictured {
	return pictured{
		path: "/current-user", noun: "your own user", tag: tagUsers, access: asUser,
		get: func(ctx context.Context, c *call) (string, string, error) {
			u, err := v.app.CurrentUser(ctx, c.Caller)
			return u.Avatar, u.Cover, err
		},
		set: func(ctx context.Context, c *call, slot fund.PictureSlot) (string, string, error) {
			u, err := v.app.SetUserPicture(ctx, c.Caller, slot, c.Body)
			return u.Avatar, u.Cover, err
		},
		remove: func(ctx context.Context, c *call, slot fund.PictureSlot) error {
			return v.app.RemoveUserPicture(ctx, c.Caller, slot)
		},
	}
}

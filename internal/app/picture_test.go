package app_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/shield"
	"github.com/almoner/almoner/internal/store"
)

// pictureFile is the file of a picture in one color, as small as a cover may be.
func pictureFile(t *testing.T, gray uint8) []byte {
	t.Helper()
	picture := image.NewGray(image.Rect(0, 0, 640, 360))
	for i := range picture.Pix {
		picture.Pix[i] = color.Gray{Y: gray}.Y
	}
	var file bytes.Buffer
	must.Do(t, png.Encode(&file, picture))
	return file.Bytes()
}

// TestWhoMaySetPictures asks what TestWhoMayChangeACampaign does: pictures are texts of their own kind.
func TestWhoMaySetPictures(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	file := pictureFile(t, 1)
	actors := map[string]app.Actor{
		"anonymous": {}, "application": w.program, "owner": w.owner, "stranger": w.stranger, "cause member": w.causer,
		"cause": w.causeToken, "system": app.System(),
	}
	for role, actor := range w.roles {
		actors[string(role)] = actor
	}
	fact := func(f fund.Fact) func(app.Actor, fund.PictureSlot) error {
		return func(actor app.Actor, slot fund.PictureSlot) error {
			key := app.FactKey{Key: fund.Key{ID: f.ID}, Kinds: []fund.Kind{f.Kind}}
			got, err := w.SetFactPicture(ctx, actor, key, slot, file)
			if err == nil && fund.PictureAt(got.Cover+got.Avatar, 64) == got.Cover+got.Avatar {
				t.Errorf("got %q and %q, want an uploaded picture", got.Avatar, got.Cover)
			}
			removed := w.RemoveFactPicture(ctx, actor, key, slot)
			if (err == nil) != (removed == nil) || err != nil && !fault.Is(removed, fault.From(err).Kind) {
				t.Errorf("got %v for setting and %v for removing", err, removed)
			}
			return err
		}
	}
	team := func(actor app.Actor, slot fund.PictureSlot) error {
		_, err := w.SetTeamPicture(ctx, actor, fund.Key{ID: w.team.ID}, slot, file)
		removed := w.RemoveTeamPicture(ctx, actor, fund.Key{ID: w.team.ID}, slot)
		if (err == nil) != (removed == nil) || err != nil && !fault.Is(removed, fault.From(err).Kind) {
			t.Errorf("got %v for setting and %v for removing", err, removed)
		}
		return err
	}
	for _, c := range []struct {
		name string
		set  func(app.Actor, fund.PictureSlot) error
		want map[string]string
	}{
		{"campaign", fact(w.campaign), map[string]string{"owner": "", "system": "", "anonymous": "unauthenticated"}},
		{"team campaign", fact(w.team1), map[string]string{"super_admin": "", "admin": "", "event_manager": "", "system": "", "anonymous": "unauthenticated"}},
		{"event", fact(w.event.Fact), map[string]string{"cause": "", "cause member": "", "system": "", "anonymous": "unauthenticated"}},
		{"cause", fact(w.cause.Fact), map[string]string{"cause": "", "cause member": "", "system": "", "anonymous": "unauthenticated"}},
		{"team", team, map[string]string{"super_admin": "", "admin": "", "system": "", "anonymous": "unauthenticated", "application": "unauthenticated", "cause": "unauthenticated"}},
	} {
		for name, actor := range actors {
			want, special := c.want[name]
			if !special {
				want = "forbidden"
			}
			for _, slot := range fund.PictureSlots() {
				t.Run(c.name+"/"+name+"/"+string(slot), func(t *testing.T) { wantKind(t, c.set(actor, slot), want) })
			}
		}
	}
}

// TestPictures follows one picture from its upload until it is gone.
func TestPictures(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	key := campaignKey(w.campaign)
	position := must.Get(w.Store.LastPosition(ctx))(t)
	set := must.Get(w.SetFactPicture(ctx, w.owner, key, fund.SlotCover, pictureFile(t, 1)))(t)
	first, _, uploaded := fund.ParsePicture(set.Cover)
	if !uploaded || set.Avatar != w.campaign.Avatar {
		t.Errorf("got the cover %q and the avatar %q", set.Cover, set.Avatar)
	}
	size := must.Get(w.GetPicture(ctx, first, 640))(t)
	if size.Width != 640 || len(size.Content) == 0 {
		t.Errorf("got %d bytes in the width %d", len(size.Content), size.Width)
	}
	events := must.Get(w.Store.EventsAfter(ctx, position, 9))(t)
	if len(events) != 1 || events[0].Topic != fund.TopicFactChanged || events[0].Subject != w.campaign.ID || !slices.Contains(events[0].Facts, w.cause.ID) {
		t.Errorf("got the events %v, want one change of the campaign", events)
	}

	// An address that is written takes the place of an upload, and so does the next upload.
	changed := must.Get(w.UpdateCampaign(ctx, w.owner, key, fund.CampaignPatch{Name: fund.Some("Named anew")}))(t)
	if changed.Cover != set.Cover {
		t.Errorf("got the cover %q after another change, want %q", changed.Cover, set.Cover)
	}
	must.Get(w.SetFactPicture(ctx, w.owner, key, fund.SlotCover, pictureFile(t, 2)))(t)
	w.Clock.Advance(fund.PictureGrace)
	w.DoDue(ctx)
	if _, err := w.GetPicture(ctx, first, 0); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v for a picture that was replaced, want not found", err)
	}

	must.Do(t, w.RemoveFactPicture(ctx, w.owner, key, fund.SlotCover))
	if got := must.Get(w.GetFact(ctx, w.owner, key))(t); got.Cover != "" {
		t.Errorf("got the cover %q after it was removed", got.Cover)
	}
}

// TestPicturesOfPeople ends those of users and teams, too, when they write an address instead.
func TestPicturesOfPeople(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	file := pictureFile(t, 3)
	admin := w.roles[fund.RoleAdmin]
	user := must.Get(w.SetUserPicture(ctx, w.owner, fund.SlotAvatar, file))(t)
	team := must.Get(w.SetTeamPicture(ctx, admin, fund.Key{ID: w.team.ID}, fund.SlotAvatar, file))(t)
	if user.Avatar != team.Avatar || user.Avatar == "" {
		t.Errorf("got %q and %q, want one address of the same picture", user.Avatar, team.Avatar)
	}
	picture, _, _ := fund.ParsePicture(user.Avatar)
	read := func(want fault.Kind) {
		t.Helper()
		w.Clock.Advance(fund.PictureGrace)
		w.DoDue(ctx)
		_, err := w.GetPicture(ctx, picture, 64)
		if err == nil && want != fault.Kind(0) || err != nil && !fault.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
	}
	elsewhere := fund.Some("https://example.org/a.png")
	must.Get(w.UpdateCurrentUser(ctx, w.owner, fund.UserPatch{Avatar: elsewhere}))(t)
	read(fault.Kind(0))
	must.Get(w.UpdateTeam(ctx, admin, fund.Key{ID: w.team.ID}, fund.TeamPatch{Avatar: elsewhere}))(t)
	read(fault.NotFound)

	user = must.Get(w.SetUserPicture(ctx, w.owner, fund.SlotCover, file))(t)
	must.Do(t, w.RemoveUserPicture(ctx, w.owner, fund.SlotCover))
	if picture, _, _ = fund.ParsePicture(user.Cover); picture.Hash == "" {
		t.Fatalf("got the cover %q", user.Cover)
	}
	read(fault.NotFound)
}

func TestPicturesAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	_, err := w.SetFactPicture(ctx, w.owner, campaignKey(w.campaign), fund.SlotAvatar, []byte("<svg/>"))
	if f := fault.From(err); f.Kind != fault.Invalid || !f.Fields.Has("avatar") {
		t.Errorf("got %v for an SVG, want the field avatar", err)
	}
	for range shield.UploadsAnHour - 1 {
		_, _ = w.SetUserPicture(ctx, w.owner, fund.SlotAvatar, nil)
	}
	if _, err = w.SetUserPicture(ctx, w.owner, fund.SlotAvatar, nil); !fault.Is(err, fault.RateLimited) {
		t.Errorf("got %v after too many, want a wait", err)
	}
	_, err = w.SetFactPicture(ctx, w.causeToken, app.FactKey{Key: fund.Key{ID: w.cause.ID}, Kinds: []fund.Kind{fund.KindCause}}, fund.SlotAvatar, pictureFile(t, 1))
	must.Do(t, err)

	retired := fund.CampaignPatch{Status: fund.Some(fund.Retired)}
	must.Get(w.UpdateCampaign(ctx, w.owner, campaignKey(w.campaign), retired))(t)
	_, err = w.SetFactPicture(ctx, app.System(), campaignKey(w.campaign), fund.SlotAvatar, pictureFile(t, 1))
	if !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "retired") {
		t.Errorf("got %v for a retired campaign, want a conflict", err)
	}
}

// TestPictureQuota has room for an owner to the byte.
func TestPictureQuota(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	set := func(gray uint8) error {
		_, err := w.SetFactPicture(ctx, app.System(), campaignKey(w.campaign), fund.SlotCover, pictureFile(t, gray))
		return err
	}
	must.Do(t, set(1))
	owner := w.campaign.User.ID
	one := must.Get(w.Store.PictureBytes(ctx, owner))(t)
	rest := fund.PictureUse{
		ID: w.team.ID, Subject: w.team.ID, Owner: owner, Slot: fund.SlotCover, Picture: fund.Picture{Hash: strings.Repeat("0", 64), Type: "jpg"},
		Bytes: fund.MaxPictureBytes - 2*one,
	}
	must.Do(t, w.Store.Write(ctx, owner, func(ctx context.Context, tx *store.Tx) error { return tx.PutPicture(ctx, rest, nil) }))
	must.Do(t, set(2))
	err := set(3)
	if f := fault.From(err); f.Kind != fault.Invalid || !f.Fields.Has("cover") {
		t.Errorf("got %v, want the field cover", err)
	}
	w.Clock.Advance(fund.PictureGrace)
	w.DoDue(ctx)
	must.Do(t, set(3))
}

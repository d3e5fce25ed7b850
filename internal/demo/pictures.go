package demo

import (
	"context"
	"maps"
	"slices"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// makePictures uploads pictures that are painted here: faces of users, emblems of teams and causes, and landscapes above the pages of everything.
func (w *dataset) makePictures(ctx context.Context) {
	for _, slug := range slices.Sorted(maps.Keys(w.users)) {
		w.picture(slug, brush.face, func(file []byte) error {
			_, err := w.app.SetPictureOf(ctx, app.System(), w.users[slug].ID, fund.SlotAvatar, file)
			return err
		})
	}
	for _, slug := range slices.Sorted(maps.Keys(w.teams)) {
		w.picture(slug, brush.emblem, func(file []byte) error {
			_, err := w.app.SetTeamPicture(ctx, app.System(), fund.Key{ID: w.teams[slug].ID}, fund.SlotAvatar, file)
			return err
		})
	}
	for _, slug := range slices.Sorted(maps.Keys(w.causes)) {
		w.factPicture(ctx, w.causes[slug].Fact, fund.SlotAvatar)
		w.factPicture(ctx, w.causes[slug].Fact, fund.SlotCover)
	}
	for _, slug := range slices.Sorted(maps.Keys(w.events)) {
		w.factPicture(ctx, w.events[slug].Fact, fund.SlotAvatar)
		w.factPicture(ctx, w.events[slug].Fact, fund.SlotCover)
	}
	for _, d := range drives() {
		w.factPicture(ctx, w.fact(d.slug), fund.SlotCover)
		if d.avatar != "" { // which nobody serves
			w.factPicture(ctx, w.fact(d.slug), fund.SlotAvatar)
		}
	}
}

func (w *dataset) factPicture(ctx context.Context, f fund.Fact, slot fund.PictureSlot) {
	if f.Status == fund.Retired { // what has ended is no longer changed
		return
	}
	draw := brush.emblem
	if slot == fund.SlotCover {
		draw = brush.cover
	}
	w.picture(f.Slug, draw, func(file []byte) error {
		_, err := w.app.SetFactPicture(ctx, app.System(), factKey(f), slot, file)
		return err
	})
}

// picture paints a picture for a name and uploads it.
func (w *dataset) picture(name string, draw func(brush) ([]byte, error), upload func(file []byte) error) {
	w.did("picture of "+name, func() error {
		file, err := draw(newBrush(name))
		if err != nil {
			return err
		}
		return upload(file)
	})
}

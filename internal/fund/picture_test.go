package fund_test

import (
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/fund"
)

func TestPictureAt(t *testing.T) {
	t.Parallel()
	hash := strings.Repeat("0f", 32)
	stored := fund.Picture{Hash: hash, Type: "jpg"}.Address()
	for _, c := range []struct {
		address string
		width   int
		want    string
	}{
		{stored, 1, "/media/" + hash + "-64.jpg"},
		{stored, 64, "/media/" + hash + "-64.jpg"},
		{stored, 65, "/media/" + hash + "-128.jpg"},
		{stored, 1920, "/media/" + hash + "-1920.jpg"},
		{stored, 5000, "/media/" + hash + "-1920.jpg"},
		{"/media/" + hash + "-64.png", 512, "/media/" + hash + "-512.png"},
		{"", 64, ""},
		{"/media/game-aid.png", 64, "/media/game-aid.png"},
		{"/media/" + hash + ".svg", 64, "/media/" + hash + ".svg"},
		{"/media/" + hash + "-65.jpg", 64, "/media/" + hash + "-65.jpg"},
		{"/media/" + strings.ToUpper(hash) + ".jpg", 64, "/media/" + strings.ToUpper(hash) + ".jpg"},
		{"/media/" + hash[2:] + ".jpg", 64, "/media/" + hash[2:] + ".jpg"},
		{"https://cdn.example.org/media/" + hash + ".jpg", 64, "https://cdn.example.org/media/" + hash + ".jpg"},
	} {
		if got := fund.PictureAt(c.address, c.width); got != c.want {
			t.Errorf("PictureAt(%q, %d): got %q, want %q", c.address, c.width, got, c.want)
		}
	}
}

func TestFactPictures(t *testing.T) {
	t.Parallel()
	own, other := "/media/"+strings.Repeat("a", 64), "/media/"+strings.Repeat("b", 64)
	f := fund.Fact{AvatarFallback: other + ".png", CoverFallback: other + ".jpg"}
	if got, want := f.AvatarAt(200), other+"-256.png"; got != want {
		t.Errorf("avatar of the event: got %q, want %q", got, want)
	}
	if got, want := f.CoverAt(1000), other+"-1280.jpg"; got != want {
		t.Errorf("cover of the event: got %q, want %q", got, want)
	}
	f.Avatar, f.Cover = own+".jpg", own+".png"
	if got, want := f.AvatarAt(64), own+"-64.jpg"; got != want {
		t.Errorf("own avatar: got %q, want %q", got, want)
	}
	if got, want := f.CoverAt(1281), own+"-1920.png"; got != want {
		t.Errorf("own cover: got %q, want %q", got, want)
	}
	if got := (fund.Fact{}).CoverAt(640); got != "" {
		t.Errorf("no cover: got %q", got)
	}
}

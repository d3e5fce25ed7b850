package fund_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// TestPlacesOfScenes reads places as people type them, up to the edges of the scene.
func TestPlacesOfScenes(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"0 75 100 25": "0 75 100 25", " 0,0,100,100 ": "0 0 100 100", "1% 2% 3% 4%": "1 2 3 4", "99 99 1 1 9": "99 99 1 1 9", "5 5 5 5 0": "5 5 5 5",
		"": "", "0 0 0 10": "", "0 0 10 0": "", "50 0 51 10": "", "0 50 10 51": "", "0 0 10": "", "0 0 10 10 10": "", "0 0 10 10 1 1": "", "-1 0 10 10": "", "0.5 0 10 10": "", "a b c d": "",
		"300 0 10 10": "", "0 0 256 10": "",
	} {
		p, ok := fund.ParseScenePlace(typed)
		if got := p.String(); ok != (want != "") || ok && got != want {
			t.Errorf("%q: got %q and %t, want %q", typed, got, ok, want)
		}
	}
}

// TestPartsOfScenes changes what a scene holds, up to its limits.
func TestPartsOfScenes(t *testing.T) {
	t.Parallel()
	id := func(n int) fund.ID { return fund.ID{14: 1, 15: byte(n)} }
	scene := fund.Overlay{Name: "Scene", Kind: fund.OverlayScene, Theme: fund.ThemeCard}
	var patch fund.OverlayPatch
	for n := range fund.MaxSceneParts {
		patch.Parts = append(patch.Parts, fund.ScenePartPatch{Overlay: id(n), Place: "0 0 10 10"})
	}
	if wrong := patch.Apply(&scene, time.Time{}); len(wrong) > 0 || len(scene.Parts) != fund.MaxSceneParts {
		t.Fatalf("got %v, want %d parts", wrong, fund.MaxSceneParts)
	}
	full := scene
	for _, c := range []struct {
		part fund.ScenePartPatch
		want string
	}{
		{fund.ScenePartPatch{Overlay: id(99), Place: "0 0 10 10"}, fund.TooManyParts}, {fund.ScenePartPatch{Overlay: id(3), Place: "0 0 10 101"}, fund.BadPlace},
		{fund.ScenePartPatch{Overlay: id(3), Place: "1 2 3 4 5"}, ""}, {fund.ScenePartPatch{Overlay: id(3)}, ""}, {fund.ScenePartPatch{Overlay: id(99)}, ""},
	} {
		scene = full
		wrong := fund.OverlayPatch{Parts: []fund.ScenePartPatch{c.part}}.Apply(&scene, time.Time{})
		if c.want == "" && len(wrong) > 0 || c.want != "" && (len(wrong) != 1 || wrong[0].Text != c.want || wrong[0].Path != "parts."+c.part.Overlay.String()) {
			t.Errorf("%+v: got %v, want %q", c.part, wrong, c.want)
		}
		if had := slices.ContainsFunc(scene.Parts, func(p fund.ScenePart) bool { return p.Overlay == id(3) }); had != (c.part.Overlay != id(3) || c.part.Place != "") {
			t.Errorf("%+v: got %v", c.part, scene.Parts)
		}
	}
	if less, had := full.Without(id(3)); !had || len(less.Parts) != fund.MaxSceneParts-1 || len(full.Parts) != fund.MaxSceneParts {
		t.Errorf("got %v and %t", less.Parts, had)
	}
	scene = full
	if wrong := (fund.OverlayPatch{Kind: fund.Some(fund.OverlayGoal)}).Apply(&scene, time.Time{}); len(wrong) > 0 || scene.Parts != nil {
		t.Errorf("got %v and %v of what is no scene any more, want no parts", wrong, scene.Parts)
	}
	all := []fund.Overlay{{ID: id(1), Kind: fund.OverlayAlerts}, {ID: id(2), Kind: fund.OverlayAlerts}, {ID: id(3), Kind: fund.OverlayScene}, {ID: id(4), Kind: fund.OverlayGoal}}
	for parts, want := range map[string]string{"1": "", "14": "", "12": fund.TwoAlerts, "3": fund.NotAllowed, "9": fund.Missing} {
		o := fund.Overlay{Kind: fund.OverlayScene}
		for _, n := range parts {
			o.Parts = append(o.Parts, fund.ScenePart{Overlay: id(int(n - '0'))})
		}
		var wrong fault.Fields
		o.CheckParts(&wrong, all)
		if want == "" && len(wrong) > 0 || want != "" && (len(wrong) != 1 || wrong[0].Text != want) {
			t.Errorf("%s: got %v, want %q", parts, wrong, want)
		}
		if got := o.PlaysAlerts(all); got != strings.ContainsAny(parts, "12") {
			t.Errorf("%s: got that it plays alerts: %t", parts, got)
		}
	}
}

package fund

import (
	"slices"
	"strconv"
	"strings"

	"github.com/almoner/almoner/internal/fault"
)

// The limits of scenes.
const (
	// MaxSceneParts is how many overlays a scene holds.
	MaxSceneParts = 12
	// MaxSceneLayer is the uppermost layer of a scene; 0 is the lowest.
	MaxSceneLayer = 9
	// sceneWhole is the width and the height of a scene, in per cent.
	sceneWhole = 100
)

// ScenePlace is where in a scene something stands, in per cent of its width and height. What is in a higher layer covers what is in a lower one.
type ScenePlace struct {
	Left   int `json:"left"`
	Top    int `json:"top"`
	Width  int `json:"width"`
	Height int `json:"height"`
	Layer  int `json:"layer,omitempty"`
}

// BadPlace says that a text is no place in a scene.
const BadPlace = "must be left, top, width and height in whole per cent of the scene, such as 0 75 100 25, and may have a layer from 0 to 9 behind them"

// ParseScenePlace reads a place as String writes it: left, top, width and height, and the layer, if it is not the lowest.
func ParseScenePlace(text string) (p ScenePlace, ok bool) {
	numbers := strings.FieldsFunc(text, func(c rune) bool { return c == ' ' || c == ',' || c == ';' || c == '%' || c == '\t' })
	to := []*int{&p.Left, &p.Top, &p.Width, &p.Height, &p.Layer}
	if len(numbers) < 4 || len(numbers) > len(to) {
		return ScenePlace{}, false
	}
	for i, one := range numbers {
		n, err := strconv.ParseUint(one, 10, 8)
		if err != nil {
			return ScenePlace{}, false
		}
		*to[i] = int(n)
	}
	if p.Width == 0 || p.Height == 0 || p.Left+p.Width > sceneWhole || p.Top+p.Height > sceneWhole || p.Layer > MaxSceneLayer {
		return ScenePlace{}, false
	}
	return p, true
}

// String is the place as somebody types it.
func (p ScenePlace) String() string {
	text := strconv.Itoa(p.Left) + " " + strconv.Itoa(p.Top) + " " + strconv.Itoa(p.Width) + " " + strconv.Itoa(p.Height)
	if p.Layer > 0 {
		text += " " + strconv.Itoa(p.Layer)
	}
	return text
}

// ScenePart is an overlay that a scene holds.
type ScenePart struct {
	Overlay ID `json:"overlay"`
	ScenePlace
}

// ScenePartPatch changes where in a scene an overlay stands; without a place the scene does not hold it.
type ScenePartPatch struct {
	Overlay ID
	Place   string
}

// ScenePartPath is the path of an overlay in faults about a scene.
func ScenePartPath(overlay ID) string { return "parts." + overlay.String() }

// applyParts changes what a scene holds.
func applyParts(wrong *fault.Fields, o *Overlay, patches []ScenePartPatch) {
	parts := slices.Clone(o.Parts)
	for _, one := range patches {
		at := slices.IndexFunc(parts, func(p ScenePart) bool { return p.Overlay == one.Overlay })
		if strings.TrimSpace(one.Place) == "" {
			if at >= 0 {
				parts = slices.Delete(parts, at, at+1)
			}
			continue
		}
		place, ok := ParseScenePlace(one.Place)
		if !ok {
			wrong.Add(ScenePartPath(one.Overlay), BadPlace)
			continue
		}
		if at < 0 {
			parts, at = append(parts, ScenePart{Overlay: one.Overlay}), len(parts)
		}
		if parts[at].ScenePlace = place; at == MaxSceneParts {
			wrong.Add(ScenePartPath(one.Overlay), TooManyParts)
		}
	}
	if o.Parts = parts; len(parts) == 0 {
		o.Parts = nil
	}
}

// TooManyParts says that a scene holds too much, TwoAlerts that it holds two overlays for alerts.
const (
	TooManyParts = "is more than a scene holds: 12 overlays"
	TwoAlerts    = "is the second overlay for alerts in this scene, which would show the same"
)

// CheckParts requires that a scene holds overlays of its own fact and no scenes, and that one of them is for alerts at most. all are the overlays of the fact.
func (o Overlay) CheckParts(wrong *fault.Fields, all []Overlay) {
	alerts := false
	for _, part := range o.Parts {
		i := slices.IndexFunc(all, func(other Overlay) bool { return other.ID == part.Overlay })
		path := ScenePartPath(part.Overlay)
		switch {
		case i < 0:
			wrong.Add(path, Missing)
		case all[i].Kind == OverlayScene:
			wrong.Add(path, NotAllowed)
		case all[i].Kind == OverlayAlerts && alerts:
			wrong.Add(path, TwoAlerts)
		case all[i].Kind == OverlayAlerts:
			alerts = true
		}
	}
}

// PlaysAlerts reports whether pages of the overlay play alerts: it is for them, or a scene that holds one that is. all are the overlays of its fact.
func (o Overlay) PlaysAlerts(all []Overlay) bool {
	return o.Kind == OverlayAlerts || slices.ContainsFunc(o.Parts, func(part ScenePart) bool {
		return slices.ContainsFunc(all, func(other Overlay) bool { return other.ID == part.Overlay && other.Kind == OverlayAlerts })
	})
}

// Holds reports whether the overlay is a scene that holds another one.
func (o Overlay) Holds(other ID) bool {
	return slices.ContainsFunc(o.Parts, func(part ScenePart) bool { return part.Overlay == other })
}

// Without is the overlay without a part that is an overlay which is no more, and whether it had it.
func (o Overlay) Without(gone ID) (Overlay, bool) {
	had := len(o.Parts)
	o.Parts = slices.DeleteFunc(slices.Clone(o.Parts), func(p ScenePart) bool { return p.Overlay == gone })
	if len(o.Parts) == 0 {
		o.Parts = nil
	}
	return o, len(o.Parts) < had
}

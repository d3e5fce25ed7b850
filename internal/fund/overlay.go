package fund

import (
	"time"

	"github.com/almoner/almoner/internal/fault"
)

// The limits of overlays.
const (
	// MaxOverlays is how many overlays a stage has at once.
	MaxOverlays = 50
	// MaxOverlayTitle is how many characters stand above an overlay at most: one line of a stream.
	MaxOverlayTitle = 60
)

// OverlayKind is what an overlay shows.
type OverlayKind string

// The kinds of overlays.
const (
	// OverlayGoal is the total with the bar of its goal, OverlayTotal the total alone, and OverlayStream what was raised since the streamer went live.
	OverlayGoal   OverlayKind = "goal"
	OverlayTotal  OverlayKind = "total"
	OverlayStream OverlayKind = "stream"
	// OverlayLatest are the latest donations, OverlayDonors the donors who gave most.
	OverlayLatest OverlayKind = "latest"
	OverlayDonors OverlayKind = "donors"
	// OverlayTicker are the latest donations in one line that moves.
	OverlayTicker OverlayKind = "ticker"
	// OverlayPoll and OverlayTarget are the poll and the target that are open and were made last.
	OverlayPoll   OverlayKind = "poll"
	OverlayTarget OverlayKind = "target"
	// OverlayMilestones is the ladder of milestones, OverlayMatch the donation match that ends next, OverlaySchedule what is on now and next.
	OverlayMilestones OverlayKind = "milestones"
	OverlayMatch      OverlayKind = "match"
	OverlaySchedule   OverlayKind = "schedule"
	// OverlayAlerts shows donations as they come, for some seconds each.
	OverlayAlerts OverlayKind = "alerts"
	// OverlayCounter shows a counter.
	OverlayCounter OverlayKind = "counter"
	// OverlayTimer shows a timer.
	OverlayTimer OverlayKind = "timer"
	// OverlayCode is a QR code that leads to the page where people donate.
	OverlayCode OverlayKind = "code"
	// OverlayScene holds other overlays of its fact, each at a place.
	OverlayScene OverlayKind = "scene"
)

// OverlayKinds lists what overlays can show.
func OverlayKinds() []OverlayKind {
	return []OverlayKind{
		OverlayAlerts, OverlayGoal, OverlayTotal, OverlayStream, OverlayLatest, OverlayTicker, OverlayDonors, OverlayPoll, OverlayTarget, OverlayMilestones, OverlayMatch, OverlaySchedule,
		OverlayCounter, OverlayTimer, OverlayCode, OverlayScene,
	}
}

// OverlayTheme is how an overlay looks.
type OverlayTheme string

// The themes of overlays.
const (
	// ThemeClear is light text with an outline, and nothing behind it; ThemeCard is a dark panel; ThemePaper a light one.
	ThemeClear OverlayTheme = "clear"
	ThemeCard  OverlayTheme = "card"
	ThemePaper OverlayTheme = "paper"
)

// OverlayThemes lists how overlays can look.
func OverlayThemes() []OverlayTheme { return []OverlayTheme{ThemeCard, ThemeClear, ThemePaper} }

// Overlay is a page that a streaming program lays over its picture. Its address has a key: whoever has that can look, and do nothing else.
type Overlay struct {
	ID, StageID, FactID ID
	// Name is what those who made it call it.
	Name  string
	Kind  OverlayKind
	Theme OverlayTheme
	// Title stands above what it shows; "" for the usual words.
	Title string
	// About is the counter or the timer that it shows; zero for the one that was made last, of counters of those that count now.
	About ID
	// Parts are what a scene holds.
	Parts []ScenePart
	// Key is what its address has. It is no part of a patch.
	Key string
	// OffAir reports whether its stage is off air: it shows nothing then. It is no part of a patch.
	OffAir bool
	// Language and ShownCurrency are those of its stage. They are no part of a patch.
	Language, ShownCurrency string
	CreatedAt, UpdatedAt    time.Time
}

// OverlayPatch changes an overlay.
type OverlayPatch struct {
	Name, Title Opt[string]
	Kind        Opt[OverlayKind]
	Theme       Opt[OverlayTheme]
	About       Opt[ID]
	// Parts change what a scene holds; overlays that are not among them stay where they are.
	Parts []ScenePartPatch
}

// Apply changes an overlay.
func (p OverlayPatch) Apply(o *Overlay, now time.Time) (wrong fault.Fields) {
	p.Name.To(&o.Name)
	p.Title.To(&o.Title)
	if was := o.Kind; p.Kind.Set && p.Kind.Value != was {
		o.About = ID{} // which is of the other kind
	}
	p.Kind.To(&o.Kind)
	p.Theme.To(&o.Theme)
	p.About.To(&o.About)
	if o.Kind != OverlayCounter && o.Kind != OverlayTimer {
		o.About = ID{}
	}
	if o.Kind == OverlayScene {
		applyParts(&wrong, o, p.Parts)
	} else {
		o.Parts = nil
	}
	CheckName(&wrong, "name", &o.Name)
	checkText(&wrong, "title", &o.Title, MaxOverlayTitle)
	CheckOneOf(&wrong, "kind", o.Kind, OverlayKinds())
	CheckOneOf(&wrong, "theme", o.Theme, OverlayThemes())
	o.UpdatedAt = now
	return wrong
}

package fund

import (
	"slices"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fault"
)

// MaxStages is how many stages a fact has at once, with its first one.
const MaxStages = 12

// StageKey names a stage of a fact: the first one where ID is zero.
type StageKey struct{ Fact, ID ID }

// FirstStage is the key of the first stage of a fact.
func FirstStage(fact ID) StageKey { return StageKey{Fact: fact} }

// Stage is what is shown in the streams of a fact, or of one of its channels.
type Stage struct {
	ID, FactID ID
	// Main is set for the first one, which every fact has; it is made when it is needed.
	Main bool
	// Name is what those who set it up call it; that of the first one may be "".
	Name string
	StageFilter
	// Language is that of what its overlays say, as a language tag; "" for that of who looks. ShownCurrency is the one in which they show amounts; "" for that of the
	// fact.
	Language, ShownCurrency string
	// PausedAt is since when alerts wait, OffAt since when overlays show nothing; zero for not.
	PausedAt, OffAt time.Time
	// BusySince is since when one alert follows the other; zero before the first.
	BusySince time.Time
	Policy    AlertPolicy
}

// Plays reports whether alerts start.
func (s Stage) Plays() bool { return s.PausedAt.IsZero() && s.OffAt.IsZero() }

// Begin notes that an alert starts now which could start since an instant, and reports whether BusySince changed: nobody was there to start it, or nothing
// waited.
func (s *Stage) Begin(now, since time.Time) bool {
	if !s.BusySince.IsZero() && now.Sub(since) <= AlertReady {
		return false
	}
	s.BusySince = now
	return true
}

// StageTakes is which donations a stage has alerts of.
type StageTakes string

// What a stage can take: all that counts for its fact, what was given to the fact itself, what counts for one fact below it, or what came by links with a name.
const (
	TakesAll   StageTakes = "all"
	TakesOwn   StageTakes = "own"
	TakesBelow StageTakes = "below"
	TakesVia   StageTakes = "via"
)

// StagesTake lists what stages can take.
func StagesTake() []StageTakes { return []StageTakes{TakesAll, TakesOwn, TakesBelow, TakesVia} }

// StageFilter says which donations a stage has alerts of.
type StageFilter struct {
	Takes StageTakes
	// Below is the fact of TakesBelow, Via the name of TakesVia.
	Below ID
	Via   string
}

// StagedDonation is what stages ask of a donation.
type StagedDonation struct {
	// To is the fact that it was given to, Facts are all that it counts for.
	To    ID
	Facts []ID
	Via   string
}

// Lets reports whether the stage of a fact with the filter has an alert of a donation that counts for the fact.
func (f StageFilter) Lets(fact ID, d StagedDonation) bool {
	switch f.Takes {
	case TakesOwn:
		return d.To == fact
	case TakesBelow:
		return slices.Contains(d.Facts, f.Below)
	case TakesVia:
		return d.Via != "" && d.Via == f.Via
	default:
		return true
	}
}

// StagePatch makes or changes a stage.
type StagePatch struct {
	Name  Opt[string]
	Takes Opt[StageTakes]
	Below Opt[ID]
	Via   Opt[string]
	// Language is one of Languages.
	Language, ShownCurrency Opt[string]
}

// Apply changes a stage. What only another filter asks for is forgotten.
func (p StagePatch) Apply(s *Stage) (wrong fault.Fields) {
	p.Name.To(&s.Name)
	p.Takes.To(&s.Takes)
	p.Below.To(&s.Below)
	p.Via.To(&s.Via)
	p.Language.To(&s.Language)
	if p.Language.Set && s.Language != "" {
		CheckOneOf(&wrong, "language", s.Language, Languages())
	}
	if p.ShownCurrency.Set {
		if s.ShownCurrency = strings.ToUpper(strings.TrimSpace(p.ShownCurrency.Value)); s.ShownCurrency != "" {
			CheckCurrency(&wrong, "shown_currency", s.ShownCurrency)
		}
	}
	if s.Main {
		checkText(&wrong, "name", &s.Name, MaxName)
	} else {
		CheckName(&wrong, "name", &s.Name)
	}
	CheckOneOf(&wrong, "takes", s.Takes, StagesTake())
	if s.Takes != TakesBelow {
		s.Below = ID{}
	} else if s.Below.IsZero() {
		wrong.Add("below", Missing)
	}
	if s.Takes != TakesVia {
		s.Via = ""
		return wrong
	}
	checkVia(&wrong, "via", &s.Via)
	if s.Via == "" && !wrong.Has("via") {
		wrong.Add("via", Blank)
	}
	return wrong
}

// HasStages reports whether facts of the kind may have more than one stage: those whose donations come from several channels.
func (k Kind) HasStages() bool { return k == KindTeamCampaign || k == KindFundraisingEvent }

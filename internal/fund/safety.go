package fund

import (
	"slices"
	"time"
)

// Safety is one of the choices of how what donors write is screened. The set is closed.
type Safety string

// The choices, from the one that shows the most.
const (
	SafetyRelaxed Safety = "relaxed"
	SafetyNormal  Safety = "normal"
	SafetyStrict  Safety = "strict"
	// SafetyHostOnly never shows a comment to the public.
	SafetyHostOnly Safety = "host_only"
)

// Safeties are all choices, from the one that shows the most.
func Safeties() []Safety { return []Safety{SafetyRelaxed, SafetyNormal, SafetyStrict, SafetyHostOnly} }

// Known reports whether the choice is one.
func (s Safety) Known() bool { return slices.Contains(Safeties(), s) }

// What the choices make the public wait for: a comment of the normal one and of host only, and everything of the strict one, which shows nothing while nobody screens.
const (
	NormalWait = 30 * time.Second
	StrictWait = time.Minute
)

// Patch sets the screening of the choice. Words of a fact's own stay.
func (s Safety) Patch() DonationSettingsPatch {
	p := DonationSettingsPatch{ShippedWords: Some(true), NoContacts: Some(true), ReleaseAttended: Some(false), ReleaseAfter: Some[int64](0)}
	switch s {
	case SafetyRelaxed:
		p.Screening = Some(ScreenNothing)
	case SafetyStrict:
		p.Screening, p.ReleaseAfter, p.ReleaseAttended = Some(ScreenEverything), Some(int64(StrictWait/time.Second)), Some(true)
	case SafetyHostOnly:
		p.Screening, p.ReleaseAfter = Some(ScreenHostOnly), Some(int64(NormalWait/time.Second))
	default:
		p.Screening, p.ReleaseAfter = Some(ScreenComments), Some(int64(NormalWait/time.Second))
	}
	return p
}

// Safety is the choice that a fact's own settings are; "" for none.
func (g DonationSettings) Safety() Safety {
	for _, s := range Safeties() {
		var as DonationSettings
		s.Patch().Apply(&as, "USD", time.Time{})
		if g.Screening == as.Screening && g.ReleaseAfter == as.ReleaseAfter && g.ShippedWords && g.NoContacts && g.ReleaseAttended == as.ReleaseAttended {
			return s
		}
	}
	return ""
}

const (
	// ScreenerStays is how long somebody screens who looked at what waits: the page looks again more often than that while it is open.
	ScreenerStays = 2 * time.Minute
	// Parked is after how long is looked again at what may be released while nobody screens. It is also released once somebody does.
	Parked = 10 * time.Minute
)

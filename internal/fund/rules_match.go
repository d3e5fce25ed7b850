package fund

import (
	"time"

	"github.com/almoner/almoner/internal/fault"
)

// Apply changes a donation match, whose currency must be set. A new one is of type MatchAmount and begins now by default.
func (p MatchPatch) Apply(m *DonationMatch, now time.Time) fault.Fields {
	wrong := begin(p.Invalid)
	if !m.CompletedAt.IsZero() {
		wrong.Add("status", "has ended: a donation match that has ended cannot be changed")
	}
	if m.Type == "" {
		m.Type = MatchAmount
	}
	if m.StartsAt.IsZero() {
		m.StartsAt = now
	}
	p.MatchedBy.To(&m.MatchedBy)
	p.Type.To(&m.Type)
	p.StartsAt.To(&m.StartsAt)
	p.EndsAt.To(&m.EndsAt)
	checkText(&wrong, "matched_by", &m.MatchedBy, MaxDonorName)
	if invisible(m.MatchedBy) {
		wrong.Add("matched_by", Blank)
	}
	CheckOneOf(&wrong, "type", m.Type, []MatchType{MatchAmount, MatchAll})
	checkSameCurrency(&wrong, p.Currency, m.Currency)
	p.pledge(m, &wrong)
	if m.StartsAt.IsZero() {
		wrong.Add("starts_at", Blank)
	}
	if m.EndsAt.IsZero() {
		wrong.Add("ends_at", Blank)
	}
	CheckSpan(&wrong, m.StartsAt, m.EndsAt)
	m.UpdatedAt = now
	return wrong
}

// pledge sets the most that the matcher pays; MatchAll has none.
func (p MatchPatch) pledge(m *DonationMatch, wrong *fault.Fields) {
	switch {
	case m.Type == MatchAll:
		if p.Pledged.Set && p.Pledged.Value != "" {
			wrong.Add("pledged", NoPledge)
		}
		m.Pledged = 0
	case p.Pledged.Set:
		m.Pledged = ParseAmount(wrong, "pledged", p.Pledged.Value, m.Currency)
	case m.Pledged == 0:
		wrong.Add("pledged", Blank)
	}
}

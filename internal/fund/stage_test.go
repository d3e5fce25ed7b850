package fund_test

import (
	"testing"

	"github.com/almoner/almoner/internal/fund"
)

// TestStagesAreSetUpWithCare wants a patch to say which field is wrong, and to forget what only another filter asks for.
func TestStagesAreSetUpWithCare(t *testing.T) {
	t.Parallel()
	for name, patch := range map[string]fund.StagePatch{
		"language": {Language: fund.Some("fr")}, "shown_currency": {ShownCurrency: fund.Some("XXY")}, "takes": {Takes: fund.Some[fund.StageTakes]("none")},
		"via": {Takes: fund.Some(fund.TakesVia), Via: fund.Some("a/b")}, "below": {Takes: fund.Some(fund.TakesBelow)}, "name": {Name: fund.Some(" ")},
	} {
		s := fund.Stage{Name: "Hall", StageFilter: fund.StageFilter{Takes: fund.TakesAll}}
		if wrong := patch.Apply(&s); len(wrong) != 1 || wrong[0].Path != name {
			t.Errorf("got %v, want that %s alone is wrong", wrong, name)
		}
	}
	s := fund.Stage{Main: true, StageFilter: fund.StageFilter{Takes: fund.TakesAll}}
	patch := fund.StagePatch{Takes: fund.Some(fund.TakesVia), Via: fund.Some(" ada "), Below: fund.Some(fund.ID{1}), Language: fund.Some("ar"), ShownCurrency: fund.Some("eur")}
	if wrong := patch.Apply(&s); len(wrong) > 0 || s.Via != "ada" || !s.Below.IsZero() || s.ShownCurrency != "EUR" || s.Language != "ar" {
		t.Errorf("got %v and %+v, want the name of the links alone", wrong, s)
	}
	if wrong := (fund.StagePatch{Takes: fund.Some(fund.TakesAll)}).Apply(&s); len(wrong) > 0 || s.Via != "" {
		t.Errorf("got %v and %+v, want all donations", wrong, s)
	}
}

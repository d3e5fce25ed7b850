package store_test

import (
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
)

// TestAlertsAreFoundByTheirIndexes wants what overlays and desks read several times for each alert to cost the same after a marathon: SQLite walks along an index,
// and sorts nothing.
func TestAlertsAreFoundByTheirIndexes(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s := open(t, storetest.SQLite(t), store.Options{})
	stage := newID()
	for name, read := range map[string]struct {
		index string
		read  func(store.Queries) error
	}{
		"queue":   {"alerts_queued", func(q store.Queries) error { _, err := q.AlertQueue(ctx, fund.Stage{ID: stage}); return err }},
		"waiting": {"alerts_queued", func(q store.Queries) error { _, err := q.ListAlerts(ctx, stage, fund.AlertQueued, 1); return err }},
		"playing": {"alerts_playing", func(q store.Queries) error { _, err := q.PlayingAlert(ctx, stage); return err }},
		"end":     {"alerts_ended", func(q store.Queries) error { _, err := q.LastAlertEnd(ctx, stage); return err }},
		"ended":   {"alerts_ended", func(q store.Queries) error { _, err := q.ListEndedAlerts(ctx, stage, 1); return err }},
		"variant": {"alert_variants_stage", func(q store.Queries) error {
			_, err := q.ListAlertVariants(ctx, fund.StageKey{Fact: stage, ID: stage})
			return err
		}},
	} {
		for _, plan := range store.Plans(t, s, func(q store.Queries) { must.Do(t, read.read(q)) }) {
			whole := strings.Join(plan, "; ")
			if !strings.Contains(whole, "INDEX "+read.index) || strings.Contains(whole, "SCAN") || strings.Contains(whole, "TEMP B-TREE") {
				t.Errorf("%s: got the plan %s, want %s alone", name, whole, read.index)
			}
		}
	}
}

package storetest

import (
	"context"
	"reflect"
	"testing"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

func testSettings(t *testing.T, w *world) {
	put := func(s fund.Setting) func(context.Context, *store.Tx) error {
		return func(ctx context.Context, tx *store.Tx) error {
			tx.At(start)
			_, err := tx.PutSetting(ctx, s)
			return err
		}
	}
	read := func() (fund.Setting, error) { return w.s.GetSetting(t.Context(), "bounds") }
	if _, err := read(); !fault.Is(err, fault.NotFound) {
		t.Errorf("before: got %v, want not found", err)
	}
	before, err := w.s.LastPosition(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := fund.Setting{Key: "bounds", Value: `{"most":5,"` + "word\":\"žluť\"}", UpdatedAt: start}
	w.refused(fault.Stale, put(fund.Setting{Key: "bounds", Value: "1", Version: 1}))
	w.write(put(want))
	w.refused(fault.Stale, put(fund.Setting{Key: "bounds", Value: "1"}))
	want.Version = 1
	if got, err := read(); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("new: got %+v, %v, want %+v", got, err, want)
	}
	want.Value = `"other"`
	w.write(put(want))
	w.refused(fault.Stale, put(want))
	want.Version = 2
	if got, err := read(); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("changed: got %+v, %v, want %+v", got, err, want)
	}
	events, err := w.s.EventsAfter(t.Context(), before, 9)
	if err != nil || len(events) != 2 {
		t.Fatalf("got events %v, %v, want one for each change", events, err)
	}
	for _, e := range events {
		if e.Topic != fund.TopicSettingChanged || e.Subject != fund.SettingID("bounds") {
			t.Errorf("got event %+v, want setting.changed about the setting", e)
		}
	}
}

package fund_test

import (
	"reflect"
	"testing"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

func TestVisibilityPatch(t *testing.T) {
	t.Parallel()
	yes := true
	have := fund.Visibility{"donate": {Visible: false, Type: "ALL", URL: "/d", Heat: &yes}}
	got, wrong := fund.VisibilityPatch{Options: map[string]fund.VisibilityOptionPatch{
		"donate": {}, "regions": {}, "toolkit": {Type: fund.Some("BOTH")}, "gift_aid": {Type: fund.Some("")},
	}}.Apply(have, fund.CauseVisibilityNames())
	wants(t, wrong)
	want := fund.Visibility{
		"donate": have["donate"], "regions": {Visible: true}, "toolkit": {Visible: true, Type: "BOTH"}, "gift_aid": {Visible: true},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	_, wrong = fund.VisibilityPatch{
		Options: map[string]fund.VisibilityOptionPatch{"toolkit": {URL: fund.Some("x:y"), Type: fund.Some("all")}, "starts_at": {}},
		Invalid: fault.Fields{{Path: "donate", Text: "is not an object"}},
	}.Apply(nil, fund.CauseVisibilityNames())
	wants(t, wrong, "donate is not an object", "starts_at is not a known name", "toolkit.type is not one of ALL, BOTH", "toolkit.url is not an address (https://…)")
	for name, want := range map[string]bool{"donate": false, "regions": true, "never_set": true} {
		if shown := got.Shown(name); shown != want {
			t.Errorf("%s: got shown %v, want %v", name, shown, want)
		}
	}
}

func TestRegistrationFieldsPatch(t *testing.T) {
	t.Parallel()
	some, place := fund.Some[bool], fund.Some[int]
	for _, c := range []struct {
		name  string
		have  fund.RegistrationField
		patch fund.RegistrationFieldPatch
		left  fund.RegistrationField
		want  []string
	}{
		{"nothing", fund.RegistrationField{Enabled: true, Required: true, Position: 2}, fund.RegistrationFieldPatch{}, fund.RegistrationField{Enabled: true, Required: true, Position: 2}, nil},
		{"both on", fund.RegistrationField{}, fund.RegistrationFieldPatch{Enabled: some(true), Required: some(true)}, fund.RegistrationField{Enabled: true, Required: true}, nil},
		{"required only", fund.RegistrationField{}, fund.RegistrationFieldPatch{Required: some(true)}, fund.RegistrationField{}, []string{"address.required needs the field to be enabled"}},
		{"not required", fund.RegistrationField{}, fund.RegistrationFieldPatch{Required: some(false)}, fund.RegistrationField{}, nil},
		{"switched off with its need", fund.RegistrationField{Enabled: true, Required: true}, fund.RegistrationFieldPatch{Enabled: some(false)}, fund.RegistrationField{}, nil},
		{"first", fund.RegistrationField{}, fund.RegistrationFieldPatch{Position: place(0)}, fund.RegistrationField{}, nil},
		{"before the first", fund.RegistrationField{}, fund.RegistrationFieldPatch{Position: place(-1)}, fund.RegistrationField{Position: -1}, []string{"address.position cannot be negative"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, wrong := fund.RegistrationFieldsPatch{Fields: map[string]fund.RegistrationFieldPatch{"address": c.patch}}.Apply(
				fund.RegistrationFields{"address": c.have})
			wants(t, wrong, c.want...)
			if got["address"] != c.left {
				t.Errorf("got %+v, want %+v", got["address"], c.left)
			}
		})
	}
	_, wrong := fund.RegistrationFieldsPatch{Fields: map[string]fund.RegistrationFieldPatch{"hat_size": {}}}.Apply(nil)
	wants(t, wrong, "hat_size is not a known name")
}

func TestPermissionsPatch(t *testing.T) {
	t.Parallel()
	have := map[string]bool{"regions": true}
	got, wrong := fund.PermissionsPatch{Switches: map[string]bool{"regions": false}}.Apply(have)
	wants(t, wrong)
	if got["regions"] || !have["regions"] {
		t.Errorf("got %v of %v, want it off in the answer only", got, have)
	}
}

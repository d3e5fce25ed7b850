package fund

import (
	"maps"
	"slices"
	"strings"

	"github.com/almoner/almoner/internal/fault"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// Apply returns the changed options; only known names are allowed.
func (p VisibilityPatch) Apply(v Visibility, known []string) (Visibility, fault.Fields) {
	wrong := begin(p.Invalid)
	next := Visibility{}
	maps.Copy(next, v)
	for _, name := range sortedKeys(p.Options) {
		if !slices.Contains(known, name) {
			wrong.Add(name, unknownName(name, known))
			continue
		}
		option, set := next[name]
		if !set {
			option.Visible = true
		}
		change := p.Options[name]
		change.Visible.To(&option.Visible)
		change.Type.To(&option.Type)
		change.URL.To(&option.URL)
		change.Heat.To(&option.Heat)
		if change.Type.Value != "" && !slices.Contains(VisibilityTypes(), change.Type.Value) {
			wrong.Add(name+".type", "is not one of "+strings.Join(VisibilityTypes(), ", "))
		}
		checkAddress(&wrong, name+".url", &option.URL)
		next[name] = option
	}
	return next, wrong
}

// Apply returns the changed permissions; only known names are allowed.
func (p PermissionsPatch) Apply(have map[string]bool) (map[string]bool, fault.Fields) {
	wrong := begin(p.Invalid)
	next := map[string]bool{}
	maps.Copy(next, have)
	for _, name := range sortedKeys(p.Switches) {
		if !slices.Contains(PermissionNames(), name) {
			wrong.Add(name, unknownName(name, PermissionNames()))
			continue
		}
		next[name] = p.Switches[name]
	}
	return next, wrong
}

// NeedsAsking is the error of a registration field that is required and not asked for.
const NeedsAsking = "needs the field to be enabled"

// Apply returns the changed registration fields; only known names are allowed. A field that is not asked for cannot be required.
func (p RegistrationFieldsPatch) Apply(have RegistrationFields) (RegistrationFields, fault.Fields) {
	wrong := begin(p.Invalid)
	next := RegistrationFields{}
	maps.Copy(next, have)
	for _, name := range sortedKeys(p.Fields) {
		if !slices.Contains(RegistrationFieldNames(), name) {
			wrong.Add(name, unknownName(name, RegistrationFieldNames()))
			continue
		}
		field, change := next[name], p.Fields[name]
		change.Enabled.To(&field.Enabled)
		change.Required.To(&field.Required)
		change.Position.To(&field.Position)
		if field.Required && !field.Enabled {
			if change.Required.Set && change.Required.Value {
				wrong.Add(name+".required", NeedsAsking)
			}
			field.Required = false
		}
		if field.Position < 0 {
			wrong.Add(name+".position", "cannot be negative")
		}
		next[name] = field
	}
	return next, wrong
}

package apiv3

import (
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// The keys of settings are names of options, in camelCase or snake_case. All that were sent
// are handed over, so that a name with a typing mistake is refused and not ignored.

var visibilityModel = model[fund.VisibilityPatch]{
	names:   []string{"visibility_options", "visibilityOptions", "visibility_option", "visibilityOption"},
	invalid: func(p *fund.VisibilityPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.VisibilityPatch, s *submission) []field {
		p.Options = map[string]fund.VisibilityOptionPatch{}
		return s.settings(func(name string) field {
			option := p.Options[name]
			return group{
				fields: []field{
					flagField(&option.Visible, "visible", "visible"),
					textField(&option.Type, "type", "type"),
					textField(&option.URL, "url", "url"),
					choiceField(&option.Heat, "heat", "heat"),
				},
				done: func() { p.Options[name] = option },
			}.field()
		})
	},
}

var permissionsModel = model[fund.PermissionsPatch]{
	names:   []string{"permissions", "permission"},
	invalid: func(p *fund.PermissionsPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.PermissionsPatch, s *submission) []field {
		p.Switches = map[string]bool{}
		return s.settings(func(name string) field {
			return leaf("", nil, func(value any) string {
				on, ok := value.(bool)
				if !ok {
					return notABool
				}
				p.Switches[name] = on
				return ""
			})
		})
	},
}

var registrationFieldsModel = model[fund.RegistrationFieldsPatch]{
	names:   []string{"registration_fields", "registrationFields", "registration_field", "registrationField"},
	invalid: func(p *fund.RegistrationFieldsPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.RegistrationFieldsPatch, s *submission) []field {
		p.Fields = map[string]fund.RegistrationFieldPatch{}
		return s.settings(func(name string) field {
			one := p.Fields[name]
			return group{
				fields: []field{
					flagField(&one.Enabled, "enabled", "enabled"),
					flagField(&one.Required, "required", "required"),
					positionField(&one.Position, "position", "position"),
				},
				done: func() { p.Fields[name] = one },
			}.field()
		})
	},
}

// settings makes one field for each key that was sent. Both spellings of one name merge.
func (s *submission) settings(one func(name string) field) []field {
	fields := make([]field, len(s.sent))
	for i, member := range s.sent {
		name := snakeCase(member.Key)
		fields[i] = field{path: name, keys: []string{member.Key}, read: func(s *submission, at spot, value any) {
			one(name).read(s, at, value)
		}}
	}
	return fields
}

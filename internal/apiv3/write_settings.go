package apiv3

import (
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/submit"
)

// The keys of settings are names of options, in camelCase or snake_case. All that were sent
// are handed over, so that a name with a typing mistake is refused and not ignored.

var visibilityModel = model[fund.VisibilityPatch]{
	names:   []string{"visibility_options", "visibilityOptions", "visibility_option", "visibilityOption"},
	invalid: func(p *fund.VisibilityPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.VisibilityPatch, s *submission) []submit.Field {
		p.Options = map[string]fund.VisibilityOptionPatch{}
		return s.settings(func(name string) submit.Field {
			option := p.Options[name]
			return submit.Group{
				Fields: []submit.Field{
					submit.Flag(&option.Visible, "visible", "visible"),
					submit.Text(&option.Type, "type", "type"),
					submit.Text(&option.URL, "url", "url"),
					submit.Choice(&option.Heat, "heat", "heat"),
				},
				Done: func() { p.Options[name] = option },
			}.Field()
		})
	},
}

var permissionsModel = model[fund.PermissionsPatch]{
	names:   []string{"permissions", "permission"},
	invalid: func(p *fund.PermissionsPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.PermissionsPatch, s *submission) []submit.Field {
		p.Switches = map[string]bool{}
		return s.settings(func(name string) submit.Field {
			return submit.Leaf(func(value any) string {
				on, problem := submit.ReadFlag(value)
				if problem == "" {
					p.Switches[name] = on
				}
				return problem
			}, name)
		})
	},
}

var registrationFieldsModel = model[fund.RegistrationFieldsPatch]{
	names:   []string{"registration_fields", "registrationFields", "registration_field", "registrationField"},
	invalid: func(p *fund.RegistrationFieldsPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.RegistrationFieldsPatch, s *submission) []submit.Field {
		p.Fields = map[string]fund.RegistrationFieldPatch{}
		return s.settings(func(name string) submit.Field {
			one := p.Fields[name]
			return submit.Group{
				Fields: []submit.Field{
					submit.Flag(&one.Enabled, "enabled", "enabled"),
					submit.Flag(&one.Required, "required", "required"),
					submit.Position(&one.Position, "position", "position"),
				},
				Done: func() { p.Fields[name] = one },
			}.Field()
		})
	},
}

// settings makes one field for each key that was sent. Both spellings of one name merge.
func (s *submission) settings(one func(name string) submit.Field) []submit.Field {
	fields := make([]submit.Field, len(s.submitted))
	for i, member := range s.submitted {
		name := snakeCase(member.Key)
		fields[i] = submit.Field{Path: name, Keys: []string{member.Key}, Read: func(s *submit.Submission, at submit.Spot, value any) {
			one(name).Read(s, at, value)
		}}
	}
	return fields
}

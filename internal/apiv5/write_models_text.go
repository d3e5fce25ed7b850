package apiv5

import (
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/submit"
)

// oneText is a body with one text, which is required.
type oneText struct {
	text    fund.Opt[string]
	invalid fault.Fields
}

// textModel is the model of a body with one text: its name in the domain, and its key in the body.
func textModel(name, key string) model[oneText] {
	return model[oneText]{
		required: []string{name},
		invalid:  func(p *oneText) *fault.Fields { return &p.invalid },
		fields:   func(p *oneText) []submit.Field { return []submit.Field{submit.Text(&p.text, name, key)} },
	}
}

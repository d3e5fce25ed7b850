package apiv5

import (
	"fmt"

	"github.com/almoner/almoner/internal/api"
)

// Row is a route as the tests see it.
type Row struct {
	Method, Pattern string
	// Query are the parameters that it knows, Scopes those of which a token needs any.
	Query, Scopes []string
}

// Rows are all routes of the version.
func Rows() []Row {
	var rows []Row
	for _, one := range newVersion(Options{}).routes() {
		rows = append(rows, Row{Method: one.Method, Pattern: one.Pattern, Query: one.Query, Scopes: one.Doc.Scopes})
	}
	return rows
}

// Answers are the names of the types that rows answer with a body, by method and pattern.
func Answers() map[string]string {
	all := map[string]string{}
	for _, one := range newVersion(Options{}).routes() {
		if _, raw := one.Out.(api.Raw); one.Out != nil && !raw {
			all[one.Method+" "+one.Pattern] = fmt.Sprintf("%T", one.Out)
		}
	}
	return all
}

// Reads are the rows of reads.
func Reads() []Row {
	var rows []Row
	for _, one := range newVersion(Options{}).reads() {
		rows = append(rows, Row{Method: one.Method, Pattern: one.Pattern, Query: one.Query, Scopes: one.Doc.Scopes})
	}
	return rows
}

// EncodeFault makes the body of an error.
var EncodeFault = encodeFault

// MessageText is the text of a webhook message with the data.
func MessageText(data any) ([]byte, error) { return message{Data: data, Meta: messageMeta{}}.text() }

package apiv5

import (
	"net/http"
	"slices"
	"strings"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// writeRoutes are the rows of /api/private that change what belongs to somebody, and the reads of the
// same addresses. The original has none of them: they are an extension in its style, and
// docs/v5-writing.md says what they chose. Access says who must be known and with which scope before
// anything else is looked at; who may change what is for the use cases to say.
func (v *version) writeRoutes() []route { return v.careful(v.resources()) }

// careful gives rows what all writes have in common: If-Match and Idempotency-Key.
func (v *version) careful(rows []route) []route {
	for i, row := range rows {
		if row.Method == http.MethodGet {
			continue
		}
		if row.Doc.Status != http.StatusCreated {
			rows[i].Handle = v.ifMatch(addressOf(row), row.Handle)
		}
		rows[i].Handle = v.once(rows[i].Handle)
	}
	return rows
}

// addressOf is the pattern of the thing that a row changes: an action stands below it.
func addressOf(row route) string {
	if row.Method == http.MethodPost {
		return row.Pattern[:strings.LastIndexByte(row.Pattern, '}')+1]
	}
	return row.Pattern
}

// resources are the rows of everything that is written, without what all writes have in common.
func (v *version) resources() []route {
	rows := slices.Concat(v.campaignRows(), v.partRows(), v.donationRows(), v.receiptRows(), v.caseRows(), v.triggerRows(), v.donationSettingsRows(), v.liveRows(), v.viaRows(), v.peopleRows(), v.causeRows())
	for i := range rows {
		rows[i].Pattern = privatePrefix + rows[i].Pattern
	}
	return rows
}

// accessRule is who may use a row: the scopes of which a token needs one, and whom it must speak for.
type accessRule struct {
	scopes []string
	kinds  []app.ActorKind
}

// anybody are all kinds of actors with a token. An application has nothing of its own, but it may
// speak for the cause of its owner.
var anybody = []app.ActorKind{app.ActorUser, app.ActorCause, app.ActorApplication}

// The rights of the rows.
var (
	asUser           = accessRule{[]string{fund.ScopeWrite}, []app.ActorKind{app.ActorUser}}
	asCause          = accessRule{[]string{fund.ScopeCause}, anybody}
	asOwner          = accessRule{[]string{fund.ScopeWrite, fund.ScopeCause}, anybody}
	asDonationWriter = accessRule{[]string{fund.ScopeDonationsWrite}, anybody}
	asDonorReader    = accessRule{[]string{fund.ScopeDonationsRead}, anybody}
)

// lets is the right as a check of the caller.
func (r accessRule) lets(actor app.Actor) error {
	if err := needs(r.scopes...)(actor); err != nil {
		return err
	}
	if !slices.Contains(r.kinds, actor.Kind) {
		return wrongKind(r.kinds, actor.Kind)
	}
	return nil
}

// wrongKind is the fault for a token whose kind is not among those allowed.
func wrongKind(may []app.ActorKind, kind app.ActorKind) error {
	names := make([]string, len(may))
	for i, one := range may {
		names[i] = string(one)
	}
	return fault.WrongToken(fault.Forbidden, "This needs a token of the kind %s; this one is of the kind %s.", strings.Join(names, " or "), kind)
}

// row makes a row; doc lacks its scopes, which the right has.
func (r accessRule) row(method, pattern string, doc api.Doc, handle handler) route {
	doc.Scopes = r.scopes
	return route{Method: method, Pattern: pattern, Access: r.lets, Doc: doc, Handle: handle}
}

// of says what a row reads and answers, for documentation.
func of(row route, in, out any) route {
	row.In, row.Out = in, out
	return row
}

// get, post, patch, put and remove make rows of the usual kinds.
func (r accessRule) get(pattern, tag, summary string, out any, handle handler) route {
	return of(r.row(http.MethodGet, pattern, api.Doc{Tag: tag, Summary: summary}, handle), nil, out)
}

func (r accessRule) post(pattern, tag, summary string, in, out any, handle handler) route {
	return of(r.row(http.MethodPost, pattern, api.Doc{Tag: tag, Summary: summary, Status: http.StatusCreated}, handle), in, out)
}

func (r accessRule) patch(pattern, tag, summary string, in, out any, handle handler) route {
	return of(r.row(http.MethodPatch, pattern, api.Doc{Tag: tag, Summary: summary}, handle), in, out)
}

func (r accessRule) remove(pattern, tag, summary string, handle handler) route {
	return r.row(http.MethodDelete, pattern, api.Doc{Tag: tag, Summary: summary}, handle)
}

// action makes a row for what is neither a creation nor a change of fields.
func (r accessRule) action(pattern string, doc api.Doc, in, out any, handle handler) route {
	return of(r.row(http.MethodPost, pattern, doc, handle), in, out)
}

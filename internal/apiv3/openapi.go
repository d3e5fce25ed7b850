package apiv3

import (
	"context"
	"strings"
	"sync"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fund"
)

// The groups of operations in the document.
const (
	tagCampaigns  = "Campaigns"
	tagDonations  = "Donations"
	tagIncentives = "Incentives"
	tagEvents     = "Fundraising events"
	tagCauses     = "Causes"
	tagTeams      = "Teams"
	tagUsers      = "Users"
	tagDocument   = "Document"
)

// OpenAPI is the OpenAPI document of the version, made of its rows. An error is a mistake of the
// rows.
func OpenAPI(dialect api.Dialect) ([]byte, error) {
	v := newVersion(Options{})
	rows := v.routes()
	for i := range rows {
		rows[i].Doc.Params = wildcardsOf(rows[i].Pattern)
	}
	info := docInfo()
	info.Dialect = dialect
	return api.Document(v.wire(), info, rows)
}

// documentIn answers the document itself, without an envelope.
func documentIn(dialect api.Dialect) handler {
	document := sync.OnceValues(func() ([]byte, error) { return OpenAPI(dialect) })
	return func(context.Context, *call) (api.Reply, error) {
		made, err := document()
		return api.Reply{Body: api.Raw(made), Fresh: &api.Freshness{}}, err
	}
}

// about is the documentation of a row.
func about(tag, summary string) api.Doc { return api.Doc{Tag: tag, Summary: summary} }

// wildcardsOf says of a path where slugs go beside ids.
func wildcardsOf(pattern string) []api.Param {
	slugged := strings.HasSuffix(pattern, "/supporting-campaigns")
	for _, collection := range []string{"/causes/", "/teams/", "/users/"} {
		slugged = slugged || strings.HasPrefix(pattern, collection)
	}
	if !slugged {
		return nil
	}
	named := []api.Param{{Name: "id", Description: "Its id or its slug."}}
	if strings.Contains(pattern, "{campaign}") {
		named = append(named, api.Param{Name: "campaign", Description: "The id or the slug of the campaign."})
	}
	return named
}

// pagedAnswer is an envelope with links for the document. first and last are not there in lists
// of the donations of a campaign, and some lists have links only when they were asked for a page.
type pagedAnswer struct {
	Meta  meta       `json:"meta"`
	Data  any        `json:"data"`
	Links pagedLinks `json:"links,omitzero"`
}

type pagedLinks struct {
	Prev  string `json:"prev" doc:"The older page; empty on an empty page."`
	Next  string `json:"next" doc:"The newer page."`
	Self  string `json:"self" doc:"This page."`
	First string `json:"first,omitempty" doc:"The newest page."`
	Last  string `json:"last,omitempty" doc:"The oldest page."`
}

// answer is an envelope without links for the document.
type answer struct {
	Meta meta `json:"meta"`
	Data any  `json:"data"`
}

// causeLeaderboards are leaderboards for the document: {} where the cause hides them.
type causeLeaderboards struct {
	Individual []leaderboardEntry `json:"individual,omitempty"`
	Team       []leaderboardEntry `json:"team,omitempty"`
}

func docInfo() api.DocInfo {
	return api.DocInfo{
		Title: "Almoner API, version 3", Version: "3", Description: documentText,
		Tags: []api.DocTag{
			{Name: tagCampaigns, Description: "Campaigns, also those of teams, and their schedules."},
			{Name: tagDonations, Description: "Donations that were completed, newest first."},
			{Name: tagIncentives, Description: "Rewards, polls, challenges and milestones."},
			{Name: tagEvents, Description: "Fundraising events of causes, with registrations and leaderboards."},
			{Name: tagCauses, Description: "Causes, their leaderboards and their settings."},
			{Name: tagTeams, Description: "Teams and their campaigns."},
			{Name: tagUsers, Description: "Users, their campaigns and their teams."},
			{Name: tagDocument, Description: "This document."},
		},
		Params: []api.Param{
			{Name: "id", Type: "integer", Format: "int64", Description: "Its id."},
			{Name: "campaign", Type: "integer", Format: "int64", Description: "The id of the campaign."},
			{Name: "milestone", Type: "integer", Format: "int64", Description: "The id of the milestone."},
			{Name: "item", Type: "integer", Format: "int64", Description: "The id of the item of the schedule."},
			{Name: "registration", Type: "integer", Format: "int64", Description: "The id of the registration."},
			{Name: "count", Type: "integer", Description: "How many items, 1 to 100; more acts as 100. Donations: 10 when it is not sent, other lists: 100."},
			{Name: "before", Type: "integer", Format: "int64", Description: "Items that are older than the one with this id."},
			{Name: "after", Type: "integer", Format: "int64", Description: "The nearest items that are newer than the one with this id; 0 is the beginning of the list."},
		},
		ChangeHeaders: []api.Param{
			{Name: "If-Match", Description: "The change is made only if one of these entity tags is that of the present version; otherwise the answer is 412."},
		},
		Scopes: []api.DocTag{
			{Name: fund.ScopePublic, Description: "Read. In this version every token may."},
			{Name: fund.ScopeWrite, Description: "Change what the user of the token may change."},
		},
		Envelope: answer{}, Page: pagedAnswer{}, PageText: "It answers one page; `links` has the addresses of its neighbors.", Fault: errorEnvelope{}, Fields: fieldTexts, Examples: api.ReadExamples(exampleText),
	}
}

package apiv3

import (
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/submit"
)

// Row is the method and the pattern of a route.
type Row struct{ Method, Pattern string }

// String is the row as the tests name it: "PATCH /user".
func (r Row) String() string { return r.Method + " " + r.Pattern }

// Rows are all routes of the version.
func Rows() []Row {
	var rows []Row
	for _, one := range newVersion(Options{}).routes() {
		rows = append(rows, Row{Method: one.Method, Pattern: one.Pattern})
	}
	return rows
}

// Answers are the statuses of success of rows and the names of the types that they answer, by method
// and whole path. The status stands in the body.
func Answers() map[string]string {
	all := map[string]string{}
	for _, one := range newVersion(Options{}).routes() {
		if _, raw := one.Out.(api.Raw); !raw {
			all[one.Method+" /api/v3"+one.Pattern] = fmt.Sprintf("%d %T", one.Doc.Status, one.Out)
		}
	}
	return all
}

// Writes are the routes that change something.
func Writes() []Row {
	var rows []Row
	for _, one := range Rows() {
		if one.Method != http.MethodGet {
			rows = append(rows, one)
		}
	}
	return rows
}

// Keys are the main keys of each submitted model that has a table of its own.
func Keys() map[string][]string {
	keys := map[string][]string{}
	for name, fields := range map[string][]submit.Field{
		"campaign": tableOf(campaignModel), "challenge": tableOf(challengeModel), "poll": tableOf(pollModel),
		"reward": tableOf(rewardModel), "milestone": tableOf(milestoneModel), "schedule": tableOf(scheduleModel),
		"team": tableOf(teamModel), "user": tableOf(userModel), "registration": tableOf(registrationModel),
	} {
		for _, f := range fields {
			keys[name] = append(keys[name], f.Keys[0])
		}
	}
	return keys
}

// Statuses are those of all errors.
func Statuses() []int {
	seen := map[int]bool{}
	for _, r := range table {
		seen[r.status] = true
	}
	return slices.Sorted(maps.Keys(seen))
}

package apiv5

import (
	"net/http"
	"slices"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// route is one row of the table of this version. Its pattern is the whole path.
type route = api.Route[app.Actor]

// call is one request of this version.
type call = api.Call[app.Actor]

// handler does the work of a row.
type handler = api.Handler[app.Actor]

// routes are all rows of the version.
func (v *version) routes() []route {
	return slices.Concat(v.reads(), v.documentRoutes(), v.webhookRoutes(), v.writeRoutes(), v.pictureRoutes())
}

// reads are the GET rows of /api/public and /api/cause.
func (v *version) reads() []route {
	return slices.Concat(
		readsBelow(publicPrefix, fund.ScopePublic, slices.Concat(
			v.campaignReads(), v.teamCampaignReads(), v.personalReads(), v.factReads(), v.eventReads(), v.causeReads(),
			v.auctionReads(), v.peopleReads(),
		)),
		readsBelow(causePrefix, fund.ScopeCause, v.ownReads()),
		readsBelow(publicPrefix, fund.ScopePublic, v.aliases()),
	)
}

// readsBelow gives rows what all reads of a prefix have in common.
func readsBelow(prefix, scope string, rows []route) []route {
	for i := range rows {
		rows[i].Pattern = prefix + rows[i].Pattern
		rows[i].Method, rows[i].Access, rows[i].Doc.Scopes = http.MethodGet, needs(scope), []string{scope}
	}
	return rows
}

// about is what the documentation says of a row.
func about(tag, summary string) api.Doc { return api.Doc{Tag: tag, Summary: summary} }

// discouraged is about, for what the documents call deprecated.
func discouraged(tag, summary string) api.Doc {
	return api.Doc{Tag: tag, Summary: summary, Deprecated: true}
}

// read makes a row whose answer is the same for all callers; see each handler for what it shows.
func read(pattern string, out any, doc api.Doc, handle handler) route {
	return route{Pattern: pattern, Out: out, Doc: doc, Handle: handle, Shared: true}
}

// listed is a row of a list in pages, with its filters.
func listed(row route, filters ...[]string) route {
	row.Query = paging(filters...)
	return row
}

// perCaller is a row whose answer depends on the caller.
func perCaller(row route) route {
	row.Shared = false
	return row
}

func (v *version) auctionReads() []route {
	const house = "/auction_houses/{auction_house_id}"
	const item = house + "/auction_items/{auction_item_id}"
	return []route{
		read(house, auctionHouse{}, about(tagAuctions, "Get an auction house"), v.auctionHouseBy(atHouse.key)),
		read("/auction_houses/by/user/slugs/{user_slug}/{auction_house_slug}", auctionHouse{},
			about(tagAuctions, "Get an auction house by the slugs of its user and its own"), v.auctionHouseBy(bySlugsUserHouse.key)),
		read("/auction_houses/by/cause/slugs/{cause_slug}/{auction_house_slug}", auctionHouse{},
			about(tagAuctions, "Get an auction house by the slugs of its cause and its own"), v.auctionHouseBy(bySlugsCauseHouse.key)),
		listed(read(house+"/auction_items", []auctionItem{}, about(tagAuctions, "List the items of an auction house"), v.listAuctionItems),
			createdQuery, updatedQuery, statusQuery),
		read(item, auctionItem{}, about(tagAuctions, "Get an item of an auction house"), v.getAuctionItem),
		listed(read(item+"/auction_bids", []auctionBid{}, about(tagAuctions, "List the bids for an item of an auction house"), v.listBids)),
	}
}

func (v *version) peopleReads() []route {
	const oneUser, oneTeam = "/users/{user_id}", "/teams/{team_id}"
	integration := []api.Either[campaign, teamCampaign]{}
	return []route{
		perCaller(read("/current-user", &user{}, about(tagUsers, "Get the user that the token speaks for"), v.getCurrentUser)),
		read(oneUser, user{}, about(tagUsers, "Get a user"), v.userBy(keyAt("user_id"))),
		read("/users/by/slug/{slug}", user{}, about(tagUsers, "Get a user by slug"), v.userBy(slugKeyAt("slug"))),
		listed(read(oneUser+"/campaigns", []campaign{}, about(tagUsers, "List the campaigns of a user"), v.listUserCampaigns),
			updatedQuery, statusQuery, supportingQuery),
		perCaller(listed(read(oneUser+"/integration_events", integration,
			about(tagUsers, "List the published campaigns and team campaigns that a user can integrate"), v.listIntegrationEvents))),
		listed(read(oneUser+"/teams", []team{}, about(tagUsers, "List the teams of a user"), v.listUserTeams), roleQuery),
		read(oneTeam, team{}, about(tagTeams, "Get a team"), v.teamBy(keyAt("team_id"))),
		read("/teams/by/slug/{slug}", team{}, about(tagTeams, "Get a team by slug"), v.teamBy(slugKeyAt("slug"))),
		listed(read(oneTeam+"/members", []member{}, about(tagTeams, "List the members of a team"), v.listMembers)),
		listed(read(oneTeam+"/team_campaigns", []teamCampaign{}, about(tagTeams, "List the campaigns of a team"), v.listTeamCampaigns),
			updatedQuery, statusQuery, supportingQuery),
	}
}

// ownReads are for causes about what is their own.
func (v *version) ownReads() []route {
	h := eventParent
	rows := []route{listed(read(h.pattern("registrations"), []registration{}, about(h.tag, "List who registered for "+h.noun), v.listRegistrations))}
	for _, row := range v.boardReads(h, teamBoards[1:]) {
		row.Handle = v.own(h.pathParameter, row.Handle)
		rows = append(rows, row)
	}
	for i := range rows {
		rows[i] = perCaller(rows[i])
		rows[i].Doc.Summary += " of the cause"
	}
	return rows
}

// aliases are addresses that clients call although the documents do not have them, and the one that
// they had until 2023.
func (v *version) aliases() []route {
	h := teamCampaignParent
	rows := []route{
		v.matchReads(h),
		listed(read(h.pattern("schedule"), []schedule{},
			discouraged(h.tag, "List the schedule of "+h.noun+", by another name of schedules"), allOf(v, h.pathParameter, v.schedules()))),
	}
	for _, row := range v.boardReads(h, donorBoards) {
		row.Doc.Deprecated = true
		row.Doc.Summary += ", by another name of " + row.Pattern[len(h.address())+1:] + "s"
		rows = append(rows, row)
	}
	return append(rows,
		perCaller(listed(read("/users/{user_id}/integration_campaigns", []api.Either[campaign, teamCampaign]{},
			discouraged(tagUsers, "List what a user can integrate, by another name of integration_events"), v.listIntegrationEvents))),
		read("/users/by/slugs/{slug}", user{}, discouraged(tagUsers, "Get a user by slug, by another name of by/slug"), v.userBy(slugKeyAt("slug"))),
		listed(read(causeParent.pattern("campaigns"), []campaign{}, about(tagCauses, "List the campaigns for a cause"), v.listCauseCampaigns),
			updatedQuery, statusQuery, supportingQuery),
	)
}

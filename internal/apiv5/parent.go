package apiv5

// parentResource is where facts stand in a path, with the folder of it, and who may write what facts have there.
type parentResource struct {
	pathParameter

	folder, tag, noun string
	right             accessRule
}

// The parents of what hangs on facts: all kinds of facts are among the facts. Nobody writes below a personal
// campaign.
var (
	campaignParent     = parentResource{atCampaign, "/campaigns", tagCampaigns, "a campaign", asUser}
	teamCampaignParent = parentResource{atTeamCampaign, "/team_campaigns", tagTeamCampaigns, "a team campaign", asUser}
	personalParent     = parentResource{atPersonal, "/personal-campaigns", tagPersonal, "a personal campaign", accessRule{}}
	factParent         = parentResource{atFact, "/facts", tagFacts, "a fact", asOwner}
	eventParent        = parentResource{atEvent, "/fundraising_events", tagEvents, "a fundraising event", asCause}
	causeParent        = parentResource{atCause, "/causes", tagCauses, "a cause", asCause}
)

// parentResources are where the parts of facts are made.
var parentResources = []parentResource{campaignParent, teamCampaignParent, factParent}

// address is that of one of the facts.
func (h parentResource) address() string { return h.folder + "/{" + h.name + "}" }

// pattern is the address of a part of the facts.
func (h parentResource) pattern(part string) string { return h.address() + "/" + part }

// eachParent makes a row for every parent.
func eachParent(row func(h parentResource) route) []route { return list(parentResources, row) }

// Package storetest opens empty stores for the tests of all packages, and is the conformance suite of the store: Run
// proves every read and write of internal/store on a real database. The same suite runs on SQLite and PostgreSQL, so
// that what holds on one holds on the other.
package storetest

import (
	"testing"

	"github.com/almoner/almoner/internal/store"
)

// Run runs the suite. Each part asks open for a new, migrated and empty store, which is closed when the test passed
// to open ends.
func Run(t *testing.T, open func(testing.TB) *store.Store) {
	t.Helper()
	for _, part := range []struct {
		name string
		test func(*testing.T, *world)
	}{
		{"Users", testUsers},
		{"Teams", testTeams},
		{"Causes", testCauses},
		{"Approvals", testApprovals},
		{"Operators", testOperators},
		{"Accounts", testAccounts},
		{"AccountLinks", testAccountLinks},
		{"SecondFactors", testSecondFactors},
		{"PendingSignIns", testPendingSignIns},
		{"Dismissals", testDismissals},
		{"Acts", testActs},
		{"FundraisingEvents", testFundraisingEvents},
		{"Facts", testFacts},
		{"FactKeys", testFactKeys},
		{"FactLists", testFactLists},
		{"FactMoves", testFactMoves},
		{"FactDeletes", testFactDeletes},
		{"Pictures", testPictures},
		{"Polls", testPolls},
		{"Targets", testTargets},
		{"Rewards", testRewards},
		{"Milestones", testMilestones},
		{"Incentives", testIncentives},
		{"Schedule", testSchedule},
		{"Registrations", testRegistrations},
		{"Donations", testDonations},
		{"DonationPages", testDonationPages},
		{"NumberPages", testNumberPages},
		{"Leaderboards", testLeaderboards},
		{"RaisedHours", testRaisedHours},
		{"OwnHours", testOwnHours},
		{"Live", testLive},
		{"ViaSums", testViaSums},
		{"SearchNames", testSearchNames},
		{"SearchNamesThatAreSeen", testSearchNamesThatAreSeen},
		{"LeaderboardPages", testLeaderboardPages},
		{"LeaderboardMoves", testLeaderboardMoves},
		{"DonorNames", testDonorNames},
		{"Refunds", testRefunds},
		{"RefundEvents", testRefundEvents},
		{"RefundRaces", testRefundRaces},
		{"Screening", testScreening},
		{"InheritedScreening", testInheritedScreening},
		{"Releases", testReleases},
		{"FreedSlugs", testFreedSlugs},
		{"PastFactSlugs", testPastFactSlugs},
		{"SlugHolders", testSlugHolders},
		{"Receipts", testReceipts},
		{"ReissuedReceipts", testReissuedReceipts},
		{"ProfilesOfReplacements", testProfilesOfReplacements},
		{"StaleReports", testStaleReports},
		{"GivingWords", testGivingWords},
		{"PayerEmails", testPayerEmails},
		{"EndedPayments", testEndedPayments},
		{"Unavailable", testUnavailable},
		{"Disputes", testDisputes},
		{"DuePayments", testDuePayments},
		{"Claims", testClaims},
		{"Shipping", testShipping},
		{"Registered", testRegistered},
		{"Work", testWork},
		{"WorkRaces", testWorkRaces},
		{"Matches", testMatches},
		{"FactPages", testFactPages},
		{"FactFilters", testFactFilters},
		{"PartPages", testPartPages},
		{"ForeignIncentives", testForeignIncentives},
		{"Ancestors", testAncestors},
		{"PersonalCampaigns", testPersonalCampaigns},
		{"AuctionHouses", testAuctionHouses},
		{"Bids", testBids},
		{"Fitness", testFitness},
		{"Members", testMembers},
		{"Integrations", testIntegrations},
		{"EventPages", testEventPages},
		{"MatchPages", testMatchPages},
		{"Tokens", testTokens},
		{"Grants", testGrants},
		{"FactGrants", testFactGrants},
		{"Codes", testCodes},
		{"Sessions", testSessions},
		{"Sweep", testSweep},
		{"Secrets", testSecrets},
		{"Rates", testRates},
		{"Settings", testSettings},
		{"Events", testEvents},
		{"TestEvents", testTestEvents},
		{"Crossings", testCrossings},
		{"PrunedEvents", testPrunedEvents},
		{"RehearsedScores", testRehearsedScores},
		{"Log", testLog},
		{"Epoch", testEpoch},
		{"Endpoints", testEndpoints},
		{"Subscriptions", testSubscriptions},
		{"Relays", testRelays},
		{"FanOut", testFanOut},
		{"FanOutToNobody", testFanOutToNobody},
		{"RelayFanOut", testRelayFanOut},
		{"ChatFanOut", testChatFanOut},
		{"Deliveries", testDeliveries},
		{"DeliveriesInOrder", testDeliveriesInOrder},
		{"LegacyRelays", testLegacyRelays},
		{"Answers", testAnswers},
		{"AnswerLife", testAnswerLife},
		{"AnswerSweep", testAnswerSweep},
		{"LegacyIDs", testLegacyIDs},
		{"Missing", testMissing},
	} {
		t.Run(part.name, func(t *testing.T) {
			t.Parallel()
			part.test(t, newWorld(t, open(t)))
		})
	}
}

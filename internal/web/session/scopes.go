package session

import (
	"slices"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
)

// scopeTexts are the scopes as users are told of them.
var scopeTexts = map[string]text.ID{
	fund.ScopePublic:         "scope.public",
	fund.ScopeCause:          "scope.cause",
	fund.ScopeWebhooksRead:   "scope.webhooks_read",
	fund.ScopeWebhooksWrite:  "scope.webhooks_write",
	fund.ScopeWrite:          "scope.write",
	fund.ScopeDonationsWrite: "scope.donations_write",
	fund.ScopeDonationsRead:  "scope.donations_read",
	fund.ScopeSandbox:        "scope.sandbox",
}

// InWords says what the scopes allow, in the order of the list of all scopes.
func InWords(l *text.Locale, scopes []string) []string {
	var words []string
	for _, scope := range fund.Scopes() {
		if slices.Contains(scopes, scope) {
			words = append(words, l.Text(scopeTexts[scope]))
		}
	}
	return words
}

package apiv3

import "strings"

// snakeCase is a camelCase name in domain words: the counterpart of camel:
// "fePageCampaigns" becomes "fe_page_campaigns". A name that is snake_case already stays.
func snakeCase(name string) string {
	var b strings.Builder
	for i, r := range name {
		if 'A' <= r && r <= 'Z' {
			if i > 0 {
				b.WriteByte('_')
			}
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}

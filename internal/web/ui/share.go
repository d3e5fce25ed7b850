package ui

import "net/url"

// ShareLink leads to where something can be told to others. It is a link: nothing is loaded from there before somebody follows it.
type ShareLink struct{ Icon, Name, URL string }

// ShareLinks are where people tell others of the page at an address, in the words of said. byMail is what the link to write a mail is called;
// the others are names of services.
func ShareLinks(address, said, byMail string) []ShareLink {
	both := said + " " + address
	return []ShareLink{
		{"mail", byMail, "mailto:?" + mailQuery("subject", said, "body", both)},
		{"chat", "WhatsApp", "https://wa.me/?" + url.Values{"text": {both}}.Encode()},
		{"butterfly", "Bluesky", "https://bsky.app/intent/compose?" + url.Values{"text": {both}}.Encode()},
		{"share", "X", "https://x.com/intent/tweet?" + url.Values{"text": {said}, "url": {address}}.Encode()},
	}
}

// mailQuery is the query of a mailto address (RFC 6068), in which a plus sign is no space.
func mailQuery(pairs ...string) string {
	query := ""
	for i := 0; i+1 < len(pairs); i += 2 {
		if query != "" {
			query += "&"
		}
		query += pairs[i] + "=" + url.PathEscape(pairs[i+1])
	}
	return query
}

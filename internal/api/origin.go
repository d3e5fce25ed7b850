package api

import (
	"net/http"
	"net/url"
)

// SameOrigin reports whether a form was sent from a page of this server, by what browsers say of it. Programs that are
// no browsers say nothing, and pass. The base URL is where browsers reach the server: a proxy may have changed the
// host that a request names.
func SameOrigin(baseURL string) *http.CrossOriginProtection {
	protection := http.NewCrossOriginProtection()
	if u, err := url.Parse(baseURL); err == nil && u.Host != "" {
		if err := protection.AddTrustedOrigin(u.Scheme + "://" + u.Host); err != nil {
			panic("api: " + err.Error())
		}
	}
	return protection
}

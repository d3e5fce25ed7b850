package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/almoner/almoner/internal/fund"
)

// slugs are the path values of the pages of something, by the wildcards of their patterns.
type slugs map[string]string

// factSlugs are the slugs of a fact and its owner as they are now.
func factSlugs(f fund.Fact) slugs {
	if f.Kind == fund.KindCause {
		return slugs{"first": f.Slug, "cause": f.Slug}
	}
	owner, _, _ := strings.Cut(strings.TrimPrefix(pathOf(f), "/"), "/")
	return slugs{"first": owner, "second": f.Slug, "owner": owner, "slug": f.Slug}
}

// moved is the path of a page whose slugs have changed since the address of the request was made; "" if the request has it.
func moved(r *http.Request, now slugs) string {
	parts := strings.Split(r.Pattern, "/")
	for i, part := range parts {
		name := strings.Trim(part, "{}")
		if name == part {
			continue
		}
		slug, known := now[name]
		if !known {
			slug = r.PathValue(name)
		}
		parts[i] = slug
	}
	to := url.URL{Path: strings.Join(parts, "/")}
	if to.Path == r.URL.Path {
		return ""
	}
	return to.String()
}

// redirect leads on to where a page is for good.
func redirect(to string) view {
	return view{status: http.StatusMovedPermanently, location: to}
}

// withQuery is where a redirect leads to, with the query of the request; "" stays.
func withQuery(location string, r *http.Request) string {
	if location == "" || r.URL.RawQuery == "" {
		return location
	}
	return location + "?" + r.URL.RawQuery
}

package web

import (
	"bytes"
	"encoding/xml"
	"mime"
	"net/http"
	"path"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// plainText is the content type of texts for programs.
const plainText = "text/plain; charset=utf-8"

// securityFor is how long /.well-known/security.txt holds: RFC 9116 recommends less than a year.
const securityFor = 180 * 24 * time.Hour

// robots keeps search engines away from pages of one person, and leads them to all others.
func (s *Site) robots(*http.Request) (view, error) {
	return view{contentType: plainText, raw: []byte("User-agent: *\nDisallow: /account\nDisallow: " + donationPath + "\nDisallow: /oauth\nDisallow: /pay\n\n" +
		"Sitemap: " + s.baseURL + "/sitemap.xml\n")}, nil
}

// security is whom somebody writes to who found a hole (RFC 9116). There is none where nobody is named.
func (s *Site) security(*http.Request) (view, error) {
	if s.brand.Contact == "" {
		return view{}, &fault.Error{Kind: fault.NotFound}
	}
	expires := s.app.Now().UTC().Truncate(24 * time.Hour).Add(securityFor)
	return view{contentType: plainText, raw: []byte("Contact: mailto:" + s.brand.Contact + "\nExpires: " + expires.Format(time.RFC3339) + "\nCanonical: " +
		s.baseURL + "/.well-known/security.txt\n")}, nil
}

// favicon is the icon of the site for browsers that ask for no other.
func (s *Site) favicon(*http.Request) (view, error) {
	if logo := s.brand.Logo; logo != nil {
		return view{contentType: mime.TypeByExtension(path.Ext(logo.Path())), raw: logo.Plain()}, nil
	}
	return view{contentType: "image/png", raw: pictures["default-logo.png"]()}, nil
}

// siteMap are the pages that search engines may show (sitemaps.org).
type siteMap struct {
	XMLName xml.Name  `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
	URLs    []mapItem `xml:"url"`
}

type mapItem struct {
	Location string `xml:"loc"`
	Changed  string `xml:"lastmod,omitempty"`
}

// sitemap lists the first page, the causes and the newest campaigns.
func (s *Site) sitemap(r *http.Request) (view, error) {
	ctx := r.Context()
	causes, err := s.app.ListCauses(ctx, visitor, fund.Page{Limit: listed})
	if err != nil {
		return view{}, err
	}
	campaigns, err := s.app.ListCampaigns(ctx, visitor, app.CampaignFilter{}, fund.Page{Limit: considered})
	if err != nil {
		return view{}, err
	}
	pages := siteMap{URLs: []mapItem{{Location: s.baseURL + "/"}}}
	add := func(f fund.Fact) {
		pages.URLs = append(pages.URLs, mapItem{s.PageOf(f), f.UpdatedAt.UTC().Format(time.RFC3339)})
	}
	for _, c := range causes {
		add(c.Fact)
	}
	for _, f := range campaigns {
		add(f)
	}
	body := bytes.NewBufferString(xml.Header)
	if err := xml.NewEncoder(body).Encode(pages); err != nil {
		return view{}, err
	}
	return view{contentType: "application/xml; charset=utf-8", raw: body.Bytes()}, nil
}

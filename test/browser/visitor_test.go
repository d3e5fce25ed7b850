package browser_test

// visitor looks around: from home to a campaign, its event and its cause, and at a page that is not there.
func visitor(j *journey) {
	for _, page := range []struct{ name, address, shows string }{
		{"home", "/", `document.querySelector("#causes .card")`},
		{"campaign", "/@" + j.Campaign.OwnerSlug + "/" + j.Campaign.Slug, `document.querySelector("#donations .gives li")`},
		{"team", "/+" + j.Team.Slug, `document.querySelector("h1")`},
		{"event", "/" + j.Cause.Slug + "/" + j.FundraisingEvent.Slug, `document.querySelector("#fundraisers .card")`},
		{"cause", "/cause/" + j.Cause.Slug, `document.querySelector("#fundraisers .card, #events .card")`},
		{"a campaign without donations", "/@zoe/first-light", `document.querySelector(".empty")`},
		{"a campaign that has ended", "/@jonas/autumn-warmup", `document.querySelector(".total")`},
		{"not found", "/nothing/at/all", `document.querySelector("h1")`},
	} {
		j.step(page.name, page.shows, j.visit(j.BaseURL+page.address))
		j.spoken()
		if broken := ask[[]string](j.window, `[...document.images].filter(i => i.complete && !i.naturalWidth).map(i => i.src)`); len(broken) > 0 {
			j.t.Errorf("%s: got no pictures at %q", page.name, broken)
		}
	}
	j.step("home again", `document.querySelector(".shelf .card")`, j.visit(j.BaseURL+"/"))
	j.step("a campaign of a card", `location.pathname !== "/" && document.querySelector("h1")`, func() {
		ask[bool](j.window, `document.querySelector(".shelf .card a").scrollIntoView({block: "center", behavior: "instant"}), true`)
	}, j.tap(`.shelf .card a`))
	if title, heading := ask[string](j.window, "document.title"), ask[string](j.window, `document.querySelector("h1").textContent.trim()`); len(title) <= len(heading) {
		j.t.Errorf("got the title %q of the page %q, want the name and the site", title, heading)
	}
}

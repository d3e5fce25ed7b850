package session

import (
	"bytes"
	"regexp"
	"slices"
)

// wrongTag is a tag that says what is wrong, or a field that is.
var wrongTag = regexp.MustCompile(`<[a-z]+ [^<>]*(?:role="alert"|aria-invalid="true")[^<>]*>`)

var (
	// focusedTag is a tag that has the focus anyway, hiddenTag one that nobody sees yet.
	focusedTag = regexp.MustCompile(`<[a-z]+ [^<>]* autofocus[ >]`)
	hiddenTag  = regexp.MustCompile(` hidden[ >]`)
	invalidTag = []byte(`aria-invalid="true"`)
	alertTag   = []byte(`role="alert"`)
	tagID      = regexp.MustCompile(` id="([\w-]+)"`)
)

// focused is a page on which the first thing that is wrong has the focus: the field, or what says so where that is about no field. Without it, who has no mouse, or
// hears the page, begins at its top after each mistake.
func focused(page []byte) []byte {
	// Most pages have nothing wrong, and looking for tags costs as much as writing them.
	if !bytes.Contains(page, invalidTag) && !bytes.Contains(page, alertTag) || focusedTag.Match(page) {
		return page
	}
	tags := slices.DeleteFunc(wrongTag.FindAllIndex(page, -1), func(at []int) bool { return hiddenTag.Match(page[at[0]:at[1]]) })
	if len(tags) == 0 {
		return page
	}
	first := page[tags[0][0]:tags[0][1]]
	if !bytes.Contains(first, invalidTag) {
		if field := described(page, tags, first); field != nil {
			first = field
		}
	}
	with := ` autofocus>`
	if !bytes.Contains(first, invalidTag) {
		with = ` tabindex="-1" autofocus>`
	}
	return bytes.Replace(page, first, append(bytes.TrimSuffix(slices.Clone(first), []byte(">")), with...), 1)
}

// described is the tag of the wrong field that says that another tag describes it; nil for none.
func described(page []byte, tags [][]int, by []byte) []byte {
	id := tagID.FindSubmatch(by)
	if id == nil {
		return nil
	}
	names := regexp.MustCompile(` aria-describedby="(?:[\w-]+ )*` + regexp.QuoteMeta(string(id[1])) + `[ "]`)
	for _, at := range tags {
		if tag := page[at[0]:at[1]]; bytes.Contains(tag, invalidTag) && names.Match(tag) {
			return tag
		}
	}
	return nil
}

package app

import "github.com/almoner/almoner/internal/fund"

// countedSlugs is how many things of one name are numbered -2, -3 … without a gap. After that
// the numbers double, so that finding a free one stays cheap however many there are.
const countedSlugs = 9

// freeSlug is the slug itself, or with the first number tried that is not taken.
func freeSlug(slug string, taken func(slug string) (bool, error)) (string, error) {
	for n := 1; ; {
		numbered := fund.NumberedSlug(slug, n)
		used, err := taken(numbered)
		if err != nil || !used {
			return numbered, err
		}
		if n < countedSlugs {
			n++
		} else {
			n *= 2
		}
	}
}

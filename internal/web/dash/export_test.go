package dash

// GiftsAtOnce is how many donations a page of the search has.
const GiftsAtOnce = giftsAtOnce

// Exports begins exports of a server that has none.
func Exports() func(by string) (end func(), err error) {
	return (&Server{exports: map[string]int{}}).beginExport
}

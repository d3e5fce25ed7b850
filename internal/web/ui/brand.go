package ui

import "cmp"

// Brand is what every page says of whoever runs the site.
type Brand struct {
	// Name is that of the site; "" is Almoner.
	Name string
	// Contact is an e-mail address; Privacy, Terms and Legal are addresses of pages. Each is "" for none.
	Contact, Privacy, Terms, Legal string
}

// Site is the name of the site.
func (b Brand) Site() string { return cmp.Or(b.Name, "Almoner") }

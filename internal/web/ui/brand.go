package ui

import "cmp"

// Brand is what every page says of whoever runs the site.
type Brand struct {
	// Name is that of the site; "" is Almoner.
	Name string
	// Contact is an e-mail address; Privacy, Terms and Legal are addresses of pages. Each is "" for none.
	Contact, Privacy, Terms, Legal string
	// Speaker is the host of the service that reads donations aloud; "" for none but this machine.
	Speaker string
	// Logo is the picture of the site; nil is the program's.
	Logo *Asset
	// Theme is the site's own; nil is the program's.
	Theme *Theme
}

// Site is the name of the site.
func (b Brand) Site() string { return cmp.Or(b.Name, "Almoner") }

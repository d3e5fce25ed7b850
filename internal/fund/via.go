package fund

const (
	// MaxVias is how many names of links are told apart where donations are added up by them, those that brought the most; all others are one sum.
	MaxVias = 100
	// MaxViaDonations is how many donations are added up at once.
	MaxViaDonations = 20_000
)

// ViaSum is what came by links with one name, which says where donors come from: how many donations, and what is left of them in minor units.
type ViaSum struct {
	Via               string
	Donations, Amount int64
}

// ViaSums are the donations within a fact by the names of the links that led to them.
type ViaSums struct {
	// Vias are at most MaxVias, those that brought the most first. Others are what came by links with further names, None what came without one.
	Vias         []ViaSum
	Others, None ViaSum
}

package web

// Amount is how pages print minor units.
var Amount = amount

package web

import "github.com/almoner/almoner/internal/money"

// amount is how pages print minor units: as everything does that people read.
func amount(minor int64, currency string) string { return money.Shown(minor, currency) }

package media

// TakeTurn takes a turn of the maker and never gives it back.
func TakeTurn(m *Maker) { m.turns <- struct{}{} }

package export

// SkipRows has a sheet believe that it has so many rows.
func SkipRows[T any](w *Writer[T], n int) { w.sheet.rows = n }

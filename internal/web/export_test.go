package web

import "net/http"

// Markdown is how pages render what users typed.
var Markdown = markdown

// ReadAmount reads an amount as somebody with a browser of those languages types it.
func ReadAmount(languages, typed, currency string) (plain, problem string) {
	return numberLocaleFor(&http.Request{Header: http.Header{"Accept-Language": {languages}}}).read(typed, currency)
}

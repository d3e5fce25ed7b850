// Package js holds the client for pages, almoner-live.js, which every server serves.
package js

import _ "embed"

// Live is the text of almoner-live.js.
//
//go:embed almoner-live.js
var Live []byte

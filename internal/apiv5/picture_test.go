package apiv5_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testgolden"
)

// pictureFile is a file that will do for both slots.
func pictureFile(t *testing.T) string {
	t.Helper()
	var file bytes.Buffer
	must.Do(t, png.Encode(&file, image.NewGray(image.Rect(0, 0, 1280, 720))))
	return file.String()
}

// pictured are the things that have pictures, and who may set them.
var pictured = map[string]string{
	"/campaigns/{campaign}": "owner", "/team_campaigns/{team campaign}": "owner", "/teams/{team}": "owner", "/current-user": "owner",
	"/causes/{cause}": "cause", "/fundraising_events/{event}": "cause",
}

func TestPictures(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	file := pictureFile(t)
	for thing, who := range pictured {
		// The file is 1280 pixels wide, less than the largest cover.
		for slot, has := range map[string]struct {
			widths  int
			largest string
		}{"avatar": {4, `-512.png","alt":"alt","width":512,"height":512`}, "cover": {2, `-1280.png","alt":"alt","width":1280,"height":720`}} {
			at := thing + "/" + slot
			none := d.ask(t, who, "GET", at, "")
			if none.status != http.StatusOK || strings.Contains(none.text, "/media/") {
				t.Errorf("GET %s: got %d %s, want what stands in", at, none.status, none.text)
			}
			set := d.ask(t, who, "PUT", at, file, "If-Match", none.header.Get("ETag"))
			if set.status != http.StatusOK || !strings.Contains(set.text, has.largest) || strings.Count(set.text, "/media/") != has.widths+1 {
				t.Errorf("PUT %s: got %d %s, want all sizes", at, set.status, set.text)
			}
			if got := d.ask(t, who, "GET", at, ""); got.text != set.text {
				t.Errorf("GET %s: got %s, want %s", at, got.text, set.text)
			}
			d.ask(t, who, "PUT", at, file, "If-Match", none.header.Get("ETag")).wants(t, "PUT "+at+" over another version", http.StatusPreconditionFailed)
			for caller, status := range map[string]int{"": 401, "public": 403, "stranger": 403} {
				if thing == "/current-user" && caller == "stranger" {
					continue // has a user of their own
				}
				d.ask(t, caller, "PUT", at, file).wants(t, "PUT "+at+" by "+caller, status)
				d.ask(t, caller, "DELETE", at, "").wants(t, "DELETE "+at+" by "+caller, status)
			}
			d.ask(t, who, "PUT", at, "<svg/>").wants(t, "PUT "+at+" of an SVG", http.StatusUnprocessableEntity)
			d.ask(t, who, "PUT", at, "{}", "Content-Type", "application/json").wants(t, "PUT "+at+" of JSON", http.StatusUnsupportedMediaType)
			if got := d.ask(t, who, "DELETE", at, ""); got.status != http.StatusNoContent {
				t.Errorf("DELETE %s: got %d %s, want 204", at, got.status, got.text)
			}
			if got := d.ask(t, who, "GET", at, ""); got.text != none.text {
				t.Errorf("GET %s: got %s after it was removed, want %s", at, got.text, none.text)
			}
		}
	}
}

// TestPictureOnce uploads twice under one key.
func TestPictureOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	file := pictureFile(t)
	first := d.ask(t, "owner", "PUT", "/campaigns/{campaign}/cover", file, "Idempotency-Key", "one")
	again := d.ask(t, "owner", "PUT", "/campaigns/{campaign}/cover", file, "Idempotency-Key", "one")
	if first.status != http.StatusOK || again.text != first.text || again.header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("got %d %s, then %d %s", first.status, first.text, again.status, again.text)
	}
	d.ask(t, "owner", "PUT", "/campaigns/{campaign}/cover", file+"x", "Idempotency-Key", "one").
		wants(t, "another file under the key", http.StatusUnprocessableEntity)
}

// TestPictureForm uploads as a browser does, with a field before the file.
func TestPictureForm(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	form := func(content string) (body, kind string) {
		var made bytes.Buffer
		w := multipart.NewWriter(&made)
		must.Do(t, w.WriteField("note", "none"))
		part := must.Get(w.CreateFormFile("picture", "me.exe"))(t)
		must.Get(part.Write([]byte(content)))(t)
		must.Do(t, w.Close())
		return made.String(), w.FormDataContentType()
	}
	at := "/campaigns/{campaign}/avatar"
	body, kind := form(pictureFile(t))
	if got := d.ask(t, "owner", "PUT", at, body, "Content-Type", kind); got.status != http.StatusOK {
		t.Errorf("got %d %s", got.status, got.text)
	}
	most := strings.Repeat("x", app.MaxUpload)
	for name, c := range map[string]struct {
		body, kind string
		want       int
	}{
		"cut off":      {body[:len(body)/2], kind, 400},
		"no file":      {"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--x--\r\n", "multipart/form-data; boundary=x", 400},
		"no boundary":  {body, "multipart/form-data", 400},
		"the most":     {most, "", 422},
		"a byte more":  {most + "x", "", 413},
		"compressed":   {body, kind, 415},
		"empty":        {"", "", 422},
		"octet stream": {"x", "application/octet-stream", 422},
	} {
		headers := []string{"Content-Type", c.kind}
		if name == "compressed" {
			headers = append(headers, "Content-Encoding", "gzip")
		}
		d.ask(t, "owner", "PUT", at, c.body, headers...).wants(t, name, c.want)
	}
	for _, more := range []int{0, 1} {
		body, kind = form(strings.Repeat("x", app.MaxUpload+more))
		d.ask(t, "owner", "PUT", at, body, "Content-Type", kind).wants(t, "a form", []int{422, 413}[more])
	}
}

// pictureHash is what an address has of the content, which another version of Go may encode otherwise.
var pictureHash = regexp.MustCompile(`[0-9a-f]{64}`)

func TestPicturesAreAsPinned(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, slot := range fund.PictureSlots() {
		at := "/campaigns/{campaign}/" + string(slot)
		got := d.ask(t, "owner", "PUT", at, pictureFile(t))
		var text bytes.Buffer
		fmt.Fprintf(&text, "PUT /api/private%s (owner)\n\n\n%d\n", at, got.status)
		must.Do(t, json.Indent(&text, []byte(got.text), "", "  "))
		text.WriteByte('\n')
		masked := pictureHash.ReplaceAll(text.Bytes(), []byte(strings.Repeat("0", 64)))
		testgolden.Compare(t, filepath.Join("testdata", "golden", "write", string(slot)+".txt"), masked)
	}
}

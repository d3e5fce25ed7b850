package testexample

import (
	"bytes"
	"testing"

	"github.com/almoner/almoner/internal/testgolden"
)

// Document is one OpenAPI document of a version of the API.
type Document struct {
	// File is where it is committed.
	File string
	Make func() ([]byte, error)
}

// Check compares documents with their committed files, reads each as a generator does, and wants a description of
// every operation and of every key that is not plain.
func Check(t *testing.T, documents []Document) {
	t.Helper()
	for _, d := range documents {
		text, err := d.Make()
		if err != nil {
			t.Errorf("%s: %v", d.File, err)
			continue
		}
		testgolden.Compare(t, d.File, append(text, '\n'))
		if err := Valid(t.Context(), text); err != nil {
			t.Errorf("%s: %v", d.File, err)
		}
		if bytes.Contains(text, []byte(`"openapi": "3.0`)) {
			continue // the same words in another form
		}
		missing, err := Undescribed(text)
		if err != nil || len(missing) > 0 {
			t.Errorf("%s: got no description of %q (%v): write it in fieldTexts or in a struct tag doc", d.File, missing, err)
		}
	}
}

// CheckExamples compares the examples with the golden files that they are made of, and wants one for every row that
// answers something: a golden file of this answer, or of one of its type. The rows are as Make takes them.
func CheckExamples(t *testing.T, rows map[string]string) {
	t.Helper()
	examples, err := Make("testdata/golden", rows)
	if err != nil {
		t.Fatal(err)
	}
	testgolden.Compare(t, "openapi/examples.json", examples)
	if lacking, err := Lacking(rows, examples); err != nil || len(lacking) > 0 {
		t.Errorf("got no example of %q (%v): add a golden file of this answer, or of one of its type", lacking, err)
	}
}

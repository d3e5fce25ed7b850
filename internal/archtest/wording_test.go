package archtest_test

import (
	"os"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/almoner/almoner/internal/archtest"
)

func TestWordingIsOfTheField(t *testing.T) {
	t.Parallel()
	broken, err := archtest.CheckWording(os.DirFS(root(t)))
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range broken {
		t.Error(b)
	}
}

func TestCheckWording(t *testing.T) {
	t.Parallel()
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	got, err := archtest.CheckWording(fstest.MapFS{
		"internal/app/a.go":      file("package p\n\n// F tells\n// whether a forgiver came, by itself.\nfunc F(earlyGiver, still int) {}\n"),
		"internal/app/a_test.go": file("package p\n\nvar till, tiller = 1, \"giver\"\n"),
		"internal/app/b.md":      file("giver"),
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`internal/app/a.go:3: a comment has "tells whether": say "reports whether"`,
		"internal/app/a.go:5: the name earlyGiver",
		"internal/app/a_test.go:3: the name till",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Package must ends a test whose preparation fails.
package must

// Test is a test, a benchmark, or a run of a property (*rapid.T).
type Test interface {
	Helper()
	Fatal(args ...any)
}

// Do ends the test when there is an error.
func Do(t Test, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Get gives the value, or ends the test when there is an error: must.Get(load())(t).
func Get[T any](value T, err error) func(Test) T {
	return func(t Test) T {
		t.Helper()
		Do(t, err)
		return value
	}
}

package command_test

import (
	"testing"

	"github.com/almoner/almoner/internal/testpg"
)

func TestMain(m *testing.M) { testpg.Main(m) }

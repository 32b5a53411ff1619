package casestest_test

import (
	"testing"

	"yiwang/internal/city/cases"
	"yiwang/internal/city/cases/casestest"
)

func TestMemory(t *testing.T) {
	casestest.Store(t, func(*testing.T) cases.Store { return casestest.NewMemory() })
}

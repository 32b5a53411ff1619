package app_test

import (
	"context"
	"testing"

	"yiwang/internal/app/apptest"
	"yiwang/internal/city/access"
)

func people(t *testing.T, c *apptest.City) []access.Staff {
	t.Helper()
	list, err := c.App.Staff.List(context.Background(), access.System())
	if err != nil {
		t.Fatal(err)
	}
	return list
}

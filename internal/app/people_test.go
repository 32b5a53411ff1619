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

func dispatcherOf(t *testing.T, c *apptest.City) access.Actor {
	t.Helper()
	for _, s := range people(t, c) {
		if s.Roles[0] == access.Dispatcher {
			actor, err := c.App.Staff.Actor(context.Background(), s.ID)
			if err != nil {
				t.Fatal(err)
			}
			return actor
		}
	}
	t.Fatal("nobody dispatches")
	return access.Actor{}
}

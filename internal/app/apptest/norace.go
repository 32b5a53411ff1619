//go:build !race

package apptest

const underRace = false

//go:build race

package apptest

// underRace is that the race detector looks on. It watches SQLite, which is
// translated from C, step by step, and takes minutes over it: stories are told
// to it on PostgreSQL, and on SQLite without it.
const underRace = true

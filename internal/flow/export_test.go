package flow

// Matters is for tests.
var Matters = matters

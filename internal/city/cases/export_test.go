package cases

// Moves are the steps a case can take, for tests of them.
var Moves = moves

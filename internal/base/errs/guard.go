package errs

import (
	"fmt"
	"runtime/debug"
)

// Guard calls f where nobody else would catch it: a panic becomes an error with
// its stack, and not the end of the program.
func Guard(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return f()
}

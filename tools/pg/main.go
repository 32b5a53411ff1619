// Command pg runs a command with a PostgreSQL server that all its tests
// share, as in `go run ./tools/pg go test ./...`, and gives its exit status.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"

	"yiwang/internal/base/db/dbtest"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: pg COMMAND [ARGUMENT…]")
		os.Exit(2)
	}
	status, err := run(os.Args[1], os.Args[2:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "pg:", err)
	}
	os.Exit(status)
}

func run(name string, args []string) (int, error) {
	// The command gets an interrupt from the keyboard itself; this program
	// stays until it is done, to give its status and end the server.
	signal.Notify(make(chan os.Signal, 1), os.Interrupt)
	url, stop, err := dbtest.Server()
	if err != nil {
		return 1, err
	}
	defer stop()
	cmd := exec.Command(name, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), dbtest.Variable+"="+url)
	err = cmd.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return max(exit.ExitCode(), 1), nil
	}
	if err != nil {
		return 1, err
	}
	return 0, nil
}

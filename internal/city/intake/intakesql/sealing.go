package intakesql

import (
	"context"
	"fmt"

	"yiwang/internal/base/db"
	"yiwang/internal/base/errs"
	"yiwang/internal/base/near"
	"yiwang/internal/city/intake"
)

// forget is all of a row that says something. A text is never empty, so one
// sign stands for it.
const forget = `subject = '', text = '-', lang = '', kind = '', category = '', area = '', address = '', lat = NULL, lon = NULL, contact = NULL, caller = NULL,
	clerk = '', source = '', source_id = '', author = '', likes = 0, same_as = ''`

// Seal implements intake.Store.
func (s *Store) Seal(ctx context.Context, list []intake.ID, report string, notes int) (in string, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		in = report
		var args db.Args
		where := "id IN " + db.In(&args, texts(list))
		found, err := query(ctx, tx, "WHERE "+where+" ORDER BY id"+tx.ForUpdate(), args.List...)
		if err != nil {
			return err
		}
		if len(found) != len(list) || len(found) == 0 {
			return notFound()
		}
		if in = found[0].Sealed; in != "" {
			return nil
		}
		in = report
		notesArgs := args
		var has int
		of := "request" + where[len("id"):]
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM notes WHERE `+of, notesArgs.List...).Scan(&has); err != nil {
			return err
		}
		if has != notes {
			return errs.New(errs.Conflict, "request.sealing")
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM notes WHERE `+of, args.List...); err != nil {
			return err
		}
		// What the key was used for stays: the same form sent again is refused
		// and not taken for a new request.
		if _, err := tx.ExecContext(ctx, `UPDATE submissions SET digest = '' WHERE `+of, args.List...); err != nil {
			return err
		}
		for _, r := range found {
			if err := terms.Remove(ctx, tx, r.Seq); err != nil {
				return err
			}
			if err := sketches.Remove(ctx, tx, near.Row{Seq: r.Seq, Bands: s.cut(r).bands}); err != nil {
				return err
			}
		}
		_, err = tx.ExecContext(ctx, `UPDATE requests SET `+forget+`, sealed = `+args.Add(report)+` WHERE `+where, args.List...)
		return err
	})
	if err == nil {
		err = terms.Purge(ctx, s.db)
	}
	if err != nil && errs.Of(err) == nil {
		err = fmt.Errorf("seal requests: %w", err)
	}
	return in, err
}

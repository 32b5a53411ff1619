-- +goose Up

-- cases: of a sealed case the details of events are forgotten; that something
-- happened, when and by whom, stays append-only.
-- +goose StatementBegin
DROP TRIGGER case_events_keep;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER case_events_keep BEFORE UPDATE ON case_events
WHEN NEW.body <> '{}' OR NEW.case_id <> OLD.case_id OR NEW.n <> OLD.n OR NEW.id <> OLD.id OR NEW.part <> OLD.part OR NEW.at <> OLD.at
	OR NEW.kind <> OLD.kind OR NEW.by_id <> OLD.by_id OR NEW.unit <> OLD.unit OR NEW.public <> OLD.public
BEGIN SELECT raise(ABORT, 'case_events is append-only'); END;
-- +goose StatementEnd

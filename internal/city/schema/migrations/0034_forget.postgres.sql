-- +goose Up

-- cases: of a sealed case the details of events are forgotten; that something
-- happened, when and by whom, stays append-only.
DROP TRIGGER case_events_keep ON case_events;
CREATE TRIGGER case_events_stay BEFORE DELETE ON case_events FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER case_events_keep BEFORE UPDATE ON case_events FOR EACH ROW
WHEN (NEW.body <> '{}'::jsonb OR (NEW.case_id, NEW.n, NEW.id, NEW.part, NEW.at, NEW.kind, NEW.by_id, NEW.unit, NEW.public)
	IS DISTINCT FROM (OLD.case_id, OLD.n, OLD.id, OLD.part, OLD.at, OLD.kind, OLD.by_id, OLD.unit, OLD.public))
EXECUTE FUNCTION append_only();

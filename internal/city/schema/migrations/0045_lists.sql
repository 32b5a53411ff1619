-- +goose Up

-- cases: what the lists of units select by, beside the order they are in, so
-- that a list reads no case that it does not show.
ALTER TABLE case_units ADD COLUMN state TEXT NOT NULL DEFAULT '';     -- of the case, as are those that follow
ALTER TABLE case_units ADD COLUMN waits_for TEXT NOT NULL DEFAULT '';
ALTER TABLE case_units ADD COLUMN handler TEXT NOT NULL DEFAULT '';
ALTER TABLE case_units ADD COLUMN about TEXT NOT NULL DEFAULT '';
UPDATE case_units SET state = cases.state, waits_for = cases.waits_for, handler = cases.handler, about = cases.about
	FROM cases WHERE cases.id = case_units.case_id AND case_units.until = 0;
DROP INDEX case_units_risk;
CREATE INDEX case_units_risk ON case_units (unit, role, risk, seq, state, waits_for, handler, about, case_id) WHERE until = 0 AND risk > 0;

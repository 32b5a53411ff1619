-- +goose Up

-- triage: each dispatch keeps what it rested on, and how it was settled; what
-- was learned and is not in force waits for a person.
ALTER TABLE choices ADD COLUMN kind TEXT NOT NULL DEFAULT '';
ALTER TABLE choices ADD COLUMN model TEXT NOT NULL DEFAULT '';
ALTER TABLE choices ADD COLUMN reading JSONB NOT NULL DEFAULT '{}';
UPDATE choices SET kind = CASE WHEN accepted THEN 'taken' ELSE 'corrected' END;

-- +goose Up

-- What residents said on the telephone of answers, and leads of helpers.
CREATE INDEX case_events_echoes ON case_events (kind, at) WHERE kind IN ('followed_up', 'not_reached', 'task_rated');

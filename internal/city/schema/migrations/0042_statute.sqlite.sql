-- +goose Up

-- cases: until when the law wants an answer, so that it is told before it is over.
INSERT INTO case_todos (case_id, kind, unit, due)
SELECT id, 'statute', lead, CAST(strftime('%s', json_extract(beside, '$.clocks.statutory_due')) AS INTEGER) * 1000000 FROM cases
WHERE state IN ('dispatched', 'accepted', 'returned', 'checking') AND json_extract(beside, '$.clocks.statutory_due') IS NOT NULL;

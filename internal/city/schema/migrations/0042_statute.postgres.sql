-- +goose Up

-- cases: until when the law wants an answer, so that it is told before it is over.
INSERT INTO case_todos (case_id, kind, unit, due)
SELECT id, 'statute', lead, (extract(epoch FROM (beside -> 'clocks' ->> 'statutory_due')::timestamptz) * 1000000)::bigint FROM cases
WHERE state IN ('dispatched', 'accepted', 'returned', 'checking') AND beside -> 'clocks' ->> 'statutory_due' IS NOT NULL;

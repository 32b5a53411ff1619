-- +goose Up

-- cases: who is recused from a case, so that it is not among those they count.
INSERT INTO case_todos (case_id, kind, unit, due)
SELECT DISTINCT cases.id, 'kept', json_extract(r.value, '$.staff'), 0 FROM cases, json_each(cases.beside, '$.recused') AS r
WHERE cases.beside LIKE '%"recused"%';

-- +goose Up

-- cases: who is recused from a case, so that it is not among those they count.
INSERT INTO case_todos (case_id, kind, unit, due)
SELECT DISTINCT cases.id, 'kept', r.value ->> 'staff', 0 FROM cases, jsonb_array_elements(cases.beside -> 'recused') AS r(value)
WHERE jsonb_exists(cases.beside, 'recused');

-- What lists of trials are chosen and sorted by, side by side: 100,000 trials are looked through without reading them.
CREATE INDEX trial_list ON trial (search_id, number, archived_at, state, kind, objective_value, allocation_id);

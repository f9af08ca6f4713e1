-- Placeholder until the first schema lands.
SELECT 1;

-- Trials by their metrics: which metrics there are, and who has which value, without reading every trial.
CREATE INDEX metric_final ON metric (name, task, value) WHERE step = -1;

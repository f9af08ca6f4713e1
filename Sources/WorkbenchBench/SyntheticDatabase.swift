import CSQLite

/// A large database of qpx: searches of many trials with layers and metrics, as their users will have after years.
struct SyntheticDatabase {
    /// How many searches.
    var searches = 20
    /// How many trials each has.
    var trials = 5_000
    /// Layers of the model.
    var layers = 16

    /// Fills a database that `qpx init` has made.
    ///
    /// In SQL and not through the store: the question is how it is read, and 100,000 trials one by one take long.
    /// - Throws: `BenchFailure` with SQLite's message.
    func fill(path: String) throws(BenchFailure) {
        var handle: OpaquePointer?
        defer { sqlite3_close(handle) }
        guard sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE, nil) == SQLITE_OK else {
            throw BenchFailure("\(path): cannot be opened")
        }
        var message: UnsafeMutablePointer<CChar>?
        guard sqlite3_exec(handle, script, nil, nil, &message) == SQLITE_OK else {
            let text = message.map { String(cString: $0) } ?? "no message"
            sqlite3_free(message)
            throw BenchFailure("\(path): \(text)")
        }
    }

    /// Allocations are numbered by their bits: layer l has 8 bits where bit l of the number is set.
    private var script: String {
        """
        PRAGMA synchronous = OFF;
        BEGIN;
        INSERT INTO model (sha256, name, path, architecture, layers, parameters, bytes, created_at)
        VALUES (printf('%064x', 1), 'large', '/models/large', 'llama', \(layers), 3428480, 6856960,
            '2025-01-01T00:00:00.000Z');
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(searches))
        INSERT INTO search (name, state, model_id, objective, direction, pruning_ratio, parameters_removed, budget_bytes,
            budget_bits_per_weight, choices, trial_limit, seed, specification, command_line, qpx_version, host,
            thread_count, processor, created_at, started_at, finished_at)
        SELECT 'search-' || i, 'complete', 1, 'accuracy', 'maximize', (i % 4) / 10.0, (i % 4) / 11.0, 2000000, 6.5,
            'nf4,int8', \(trials), i, json_object('name', 'search-' || i, 'seed', i, 'learning_rate', 0.001 * i,
                'rank', 8, 'choices', json_array('nf4', 'int8'), 'ratio', (i % 4) / 10.0),
            'qpx search --name search-' || i, '0.1.0', 'node-1', 2, 'test', '2025-01-01T00:00:00.000Z',
            '2025-01-01T00:00:00.000Z', '2025-01-02T00:00:00.000Z'
        FROM n;
        WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < \(trials)),
            layer (l) AS (SELECT 0 UNION ALL SELECT l + 1 FROM layer WHERE l + 1 < \(layers))
        INSERT INTO allocation (id, digest, layer_count, precisions)
        SELECT i + 1, printf('%064x', i), \(layers),
            (SELECT group_concat(iif((i * 13 >> l) & 1, 'int8', 'nf4'), ',') FROM layer)
        FROM n;
        WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < \(trials)),
            layer (l) AS (SELECT 0 UNION ALL SELECT l + 1 FROM layer WHERE l + 1 < \(layers))
        INSERT INTO allocation_layer (allocation_id, layer, module, precision, bits)
        SELECT i + 1, l, 'all', iif((i * 13 >> l) & 1, 'int8', 'nf4'), iif((i * 13 >> l) & 1, 8, 4) FROM n, layer;
        WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < \(searches * trials))
        INSERT INTO trial (search_id, number, allocation_id, kind, label, state, weight_bytes, bits_per_weight,
            within_budget, seed, objective_value, objective_standard_error, created_at, started_at, finished_at,
            duration_seconds, qpx_version, host, thread_count, processor)
        SELECT i / \(trials) + 1, i % \(trials) + 1, i % \(trials) + 1,
            CASE WHEN i % \(trials) < 2 THEN 'baseline' WHEN i % \(trials) < 5 THEN 'initial' ELSE 'proposal' END,
            CASE i % \(trials) WHEN 0 THEN 'uniform 4-bit' WHEN 1 THEN 'uniform 8-bit' WHEN 2 THEN 'importance-based' END,
            'running', 1000000 + i * 7919 % 900001, 4.5 + (i % 17) / 4.0, i % 17 < 9, 7,
            0.4 + (i * 7919 % 100003) / 333343.0, 0.013, '2025-01-01T00:00:00.000Z', '2025-01-01T00:00:00.000Z',
            '2025-01-01T00:01:00.000Z', 60.0, '0.1.0', 'node-1', 2, 'test'
        FROM n;
        INSERT INTO metric (trial_id, name, task, value, standard_error, count)
        SELECT trial.id, 'acc', task.value, trial.objective_value + (task.key - 2.5) / 50, 0.02, 500
        FROM trial, json_each('["arc_easy", "boolq", "hellaswag", "openbookqa", "piqa", "winogrande"]') AS task;
        INSERT INTO metric (trial_id, name, task, value, standard_error, count)
        SELECT id, 'loss', 'held-out', 5 - objective_value, 0.01, 40000 FROM trial;
        INSERT INTO metric (trial_id, name, task, value, count)
        SELECT id, 'perplexity', 'wikitext', 30 - 10 * objective_value, 40000 FROM trial;
        INSERT INTO observation (search_id, trial_id, allocation_id, value, standard_error, origin, created_at)
        SELECT search_id, id, allocation_id, objective_value, 0.013, 'search', created_at FROM trial;
        INSERT INTO suggestion (trial_id, mean, deviation, acquisition, acquisition_value, hyperparameters, random_state,
            candidates, observations, duration_seconds)
        SELECT id, objective_value - 0.01, 0.02, 'log-expected-improvement', -3.0, '{}', '1 2', 1000, number, 0.05
        FROM trial WHERE kind = 'proposal';
        UPDATE trial SET state = 'complete';
        COMMIT;
        ANALYZE;
        """
    }
}

/// Why a measurement cannot be taken.
struct BenchFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// What holds between rows and no constraint says. A query lists where it does not, in the column `problem`.
enum DatabaseRules {
    struct Rule {
        var name: String
        var promise: String
        var query: String
    }

    /// Name of the trial of the row `trial`, whose search is joined.
    private static let name = "search.name || '/' || trial.number"
    private static let trials = "FROM trial JOIN search ON search.id = trial.search_id"
    private static let end = "ORDER BY trial.search_id, trial.number LIMIT 101"

    static let all = [
        Rule(
            name: "finished_trials", promise: "finished trials have a time at which they ended, and the transition",
            query: """
                SELECT \(name) || ' is ' || trial.state || ', but its record does not say when' AS problem \(trials)
                WHERE trial.state IN ('complete', 'failed', 'interrupted')
                    AND (trial.finished_at IS NULL OR trial.state IS NOT (
                        SELECT to_state FROM trial_transition WHERE trial_id = trial.id ORDER BY id DESC LIMIT 1))
                \(end)
                """),
        Rule(
            name: "metrics", promise: "trials that qpx measured have metrics",
            query: """
                SELECT \(name) || ' is complete and has no metrics' AS problem \(trials)
                WHERE trial.state = 'complete' AND search.evaluator = 'native' AND trial.origin <> 'imported'
                    AND NOT EXISTS (SELECT 1 FROM metric WHERE metric.trial_id = trial.id)
                \(end)
                """),
        Rule(
            name: "observations", promise: "what trials measured is what the surrogate learns from",
            query: """
                SELECT \(name) || iif(
                    observation.id IS NULL, ' has a value and is no observation', ' is observed with another value')
                    AS problem \(trials)
                    LEFT JOIN observation
                        ON observation.trial_id = trial.id AND observation.search_id = trial.search_id
                WHERE trial.state = 'complete' AND trial.objective_value IS NOT NULL
                    AND trial.allocation_id IS NOT NULL
                    AND trial.kind IN ('proposal', 'baseline', 'initial', 'replicate')
                    AND (observation.id IS NULL OR observation.value IS NOT trial.objective_value
                        OR observation.allocation_id IS NOT trial.allocation_id)
                \(end)
                """),
        Rule(
            name: "attempts", promise: "nobody is at a trial that has finished",
            query: """
                SELECT \(name) || ' has finished and has a running attempt' AS problem \(trials)
                    JOIN attempt ON attempt.trial_id = trial.id AND attempt.state = 'running'
                WHERE trial.state IN ('complete', 'failed', 'interrupted')
                \(end)
                """),
        Rule(
            name: "examples", promise: "every question of a task has its answer",
            query: """
                SELECT \(name) || ' has ' || (length(example_result.log_likelihoods) / 8) || ' answers in '
                    || example_result.task || ', not ' || ifnull(questions.choices, 0) AS problem \(trials)
                    JOIN example_result ON example_result.trial_id = trial.id
                    LEFT JOIN (SELECT set_id, sum(choices) AS choices FROM example_item GROUP BY set_id) AS questions
                        ON questions.set_id = example_result.set_id
                WHERE length(example_result.log_likelihoods) IS NOT 8 * questions.choices
                \(end)
                """),
        Rule(
            name: "recommendations", promise: "recommended trials are complete ones of their search",
            query: """
                SELECT \(name) || ' is recommended by a search that it does not belong to, or is not complete' AS problem
                FROM recommendation JOIN trial ON trial.id = recommendation.trial_id
                    JOIN search ON search.id = trial.search_id
                WHERE trial.search_id <> recommendation.search_id OR trial.state <> 'complete'
                \(end)
                """),
        Rule(
            name: "repeats", promise: "what repeats a trial has its allocation",
            query: """
                SELECT \(name) || ' repeats a trial of another allocation' AS problem \(trials)
                    JOIN trial AS original ON original.id = trial.rerun_of
                WHERE original.allocation_id IS NOT trial.allocation_id
                \(end)
                """),
    ]
}

extension HelpTopic {
    static let determinism = HelpTopic(
        name: "determinism", abstract: "what is the same when something is run again, and what is not",
        text: """
            The same specification and seed give the same digits of every metric, whatever the number of
            threads, the batch size and the processor's instruction set. 'qpx rerun' carries a trial out
            again and compares every digit; it ends with status 7 where one differs.

            A search proposes the same allocations again as long as it knows the same observations in the
            same order: with one worker, that is always so. Several workers finish in an order that differs
            from run to run, and so do proposals; each is recorded with what was known and the random state,
            and each trial can still be run again to the same digits.

            Not the same: times, durations, and what another program (--evaluator) measures, unless it is
            deterministic itself. The surrogate may differ in last digits between systems, because it uses
            the system's exp and log: it decides what is tried, not what a trial yields.

            Lists, tables, reports and JSON come out byte for byte the same from the same database.
            """)
}

internal import ArgumentParser

/// Flags that say how trials are shared out and how often they are tried.
struct WorkOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Processes that carry trials out at the same time; the threads are divided among them "
                + "(default: \(WorkSpecification.defaults.workers)).", valueName: "count"))
    var workers: String?

    @OptionGroup var lease: LeaseOption

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How often a trial is tried again after it failed, unless another go would end the same "
                + "(default: \(WorkSpecification.defaults.retries)).", valueName: "count"))
    var retries: String?

    @Flag(
        name: .long,
        help: """
            Carry nothing out here: record the search, and give its trials out with 'qpx ask', take what came of them \
            with 'qpx tell'. Leaves out --references unless they are asked for.
            """)
    var ask = false

    @Flag(
        name: .long, inversion: .prefixedNo,
        help: """
            Take the results of a trial with the same inputs, in whichever search of this database, in place of \
            computing the same digits again; not with --early-stopping (default: --reuse).
            """)
    var reuse: Bool?

    /// What was given.
    var settings: Settings {
        var settings = lease.settings
        settings.set("reuse", flag: reuse)
        settings.set("workers", flag: workers)
        settings.set("retries", flag: retries)
        if ask { settings.set("ask", flag: true) }
        return settings
    }
}

/// The flag that says for how long a worker may be silent.
struct LeaseOption: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "How long a worker may be silent before its trial is given to another: \(Settings.durationForms) "
                + "(default: \(Int(WorkSpecification.defaults.lease)) seconds, with --ask a day).",
            valueName: "time"))
    var lease: String?

    /// What was given.
    var settings: Settings {
        var settings = Settings()
        settings.set("lease", flag: lease)
        return settings
    }
}

internal import ArgumentParser
internal import Engine
internal import Store

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// `qpx study`: many searches from one file.
struct StudyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "study",
        abstract: "Carry out a whole study: many searches from one file, resumable.",
        discussion: """
            A study is a YAML file: settings that all searches have, and searches that vary some of them. Every search \
            is checked before the first one begins. What is in the database already is not done again; a study that was \
            interrupted goes on where it was, and one whose file has grown does what is new. A search of the same name \
            with another specification ends with status 4. Searches that start warm wait for those that they start \
            from. Trials with the same inputs are computed once, in whichever searches they are.

            A STUDY
              settings:
                model: models/brown16
                calibration: train.txt
                …: every setting of 'qpx search --spec'
              searches:
                - name: main-{parameters-removed}-{seed}
                  vary:
                    parameters-removed: [0.2, 0.3]
                    seed: [1, 2, 3]
                  settings: {trials: 20, controls: true}
                  importance: all
                - name: warm-{seed}
                  vary: {seed: [1, 2, 3]}
                  settings: {parameters-removed: 0.3, warm-start: 'main-0.2-{seed}'}
                - name: start-{start}
                  vary: {start: {gaussian: {init: gaussian}, loftq: {init: loftq, loftq-iterations: 4}}}

            {name} stands for the value that varies, in names and in settings; every combination is a search. Several \
            settings vary together where each value has a label. 'importance' measures the layers of the pruned model \
            when the search is through ('qpx importance').

            EXAMPLES
              qpx study study.yaml --list
              qpx study study.yaml --jobs 2
              qpx study study.yaml --only 'main-*'

            JSON
              {"study", "searches": [{"search", "state": as of searches, or new, "complete", "trials": planned,
                "warm_start": [search], "missing_measures": [measure], "best": trial or null, "objective_value"}]}
            """)

    @Argument(help: ArgumentHelp("The study.", valueName: "file"))
    var file: String

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Searches that run at the same time; the threads are divided among them (default: 1).", valueName: "count"))
    var jobs: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Only these searches; * stands for any text; may be repeated.", valueName: "pattern"))
    var only: [String] = []

    @Flag(name: .long, help: "List the searches and how far they are, and run nothing.")
    var list = false

    @Flag(name: .customLong("helper"), help: .hidden)
    var isHelper = false

    @OptionGroup var threads: ThreadOptions
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        var settings = threads.settings
        settings.set("jobs", flag: jobs)
        let jobs = try settings.integer("jobs", in: 1...256) ?? 1
        let folder = FileManager.default.currentDirectoryPath
        let text = try TextFile.read(FilePath.absolute(file, in: folder), says: "the study")
        let whole = try StudyPlan(StudyFile(text, path: file), folder: folder)
        let plan = try chosen(whole)
        let console = global.console
        if list {
            let store = try database.openForReading()
            let view = try StudyView(path: file, plan.searches.map { try StudyStatus($0, in: store) }, in: store)
            return try console.isJSON ? console.write(view.json) : console.write(view.table)
        }
        let store = try database.openForWriting()
        let runner = StudyRunner(
            store: store, console: console, path: file, plan: plan, whole: whole, jobs: jobs,
            threads: try settings.threads())
        if isHelper {
            for search in plan.searches { try runner.carryOut(search) }
            return
        }
        let outcome = try runner.run()
        if console.isJSON { try console.write(StudyView(path: file, outcome.statuses, in: store).json) }
        guard outcome.failed.isEmpty else {
            throw Failure(
                .failed,
                "\(outcome.failed.count) of \(plan.searches.count) searches failed: "
                    + outcome.failed.joined(separator: ", "),
                hint: "'qpx study \(file)' tries them again")
        }
        if !console.isJSON { console.notice("the \(plan.searches.count) searches of the study are complete") }
    }

    /// The searches that are asked for.
    private func chosen(_ plan: StudyPlan) throws(Failure) -> StudyPlan {
        guard !only.isEmpty else { return plan }
        let names = plan.searches.map(\.name)
        for pattern in only where !names.contains(where: Glob(pattern).matches) {
            throw .notFound(
                "--only: no search of the study is called '\(pattern)'." + Suggestion.question(for: pattern, in: names),
                hint: "'qpx study \(file) --list' lists them")
        }
        return plan.only { name in only.contains { Glob($0).matches(name) } }
    }
}

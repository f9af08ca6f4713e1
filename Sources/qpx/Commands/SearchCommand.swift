internal import ArgumentParser
internal import Store

/// `qpx search`: a whole search, from a checkpoint to the best allocation.
struct SearchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Prune a model, then search the best precision for each layer or module under a budget.",
        discussion: """
            Prunes the checkpoint, measures the importance of its layers, and carries allocations through quantization, \
            recovery and evaluation. A Gaussian process proposes the next allocation; none exceeds the budget and none \
            is tried twice. Uniform 4- and 8-bit (every choice of 4 or 8 bits) are evaluated as baselines. Every trial is in the database when it \
            starts, so that 'qpx resume' goes on after an interruption.

            The pruned checkpoint is kept beside the database, in a folder of its name that ends in '.artifacts' \
            (qpx.db: qpx.artifacts); other searches of the same pruning find it there. It may be removed: it is made \
            again when it is needed.

            With --early-stopping racing a proposal is evaluated on growing parts of the objective's questions or windows and \
            stopped once it cannot win against the best trial any more, question by question. What is not stopped has the \
            same digits; what is stopped is never the best. 'qpx race SEARCH' says what that would have saved in a search \
            without it.

            EXAMPLES
              qpx search --model models/llama --ratio 0.2 --budget 5bpw --trials 30 --task tasks/*.jsonl \
            --calibration train.txt --recovery-text train.txt

              qpx search --model models/brown16 --parameters-removed 0.2 --budget 3.6bpw --choices 2 3 4 8 \
            --objective loss --objective-text valid.txt --calibration train.txt --recovery-text train.txt

              qpx search --spec search.yaml --budget 4bpw --warm-start first-search

              qpx search --spec search.yaml --workers 4

              qpx search --spec search.yaml --early-stopping racing

              qpx search --spec search.yaml --confirm 3 --confirm-seeds 2

              qpx search --spec search.yaml --ask --name asked

              qpx search --spec search.yaml --granularity module --choices nf2 lm2 nf4+dq q4_0 8

            A SPECIFICATION FILE
              model: models/brown16
              ratio: 0.2
              budget: 3.6bpw
              choices: [2, 3, 4, 8]
              task: [tasks/blimp.jsonl, tasks/piqa.jsonl]
              calibration: train.txt
              recovery-text: train.txt
            """)

    @OptionGroup var options: SearchOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Also write the closing table to this file, in the format of its name (.md, .csv, .tex, .json); may be "
                + "repeated.", valueName: "file"))
    var report: [String] = []

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let specification = try options.specification()
        let files = try report.map { try ReportFile($0) }
        guard files.isEmpty || !specification.work.isAsked else {
            throw Failure.usage(
                "--report: with --ask there is nothing to report yet", hint: "'qpx report' writes it later")
        }
        let console = global.console
        let store = try database.openForWriting()
        let search = try SearchRunner(store: store, console: console)
            .start(specification, commandLine: CommandLineText.current)
        if search.evaluator == .ask {
            if console.isJSON {
                try console.write(SearchDetails(store, search: search).json)
            } else {
                try console.write("search '\(search.name)' waits: 'qpx ask \(search.name)' gives out its trials\n")
            }
            return
        }
        try SearchOutcome(store: store, search: search).write(to: console)
        let table = try ResultsTable(store, searches: [search]).table(commands: [CommandLineText.current])
        for file in files {
            try file.write(table)
            console.notice("wrote \(file.path)")
        }
    }
}

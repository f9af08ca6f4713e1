internal import ArgumentParser

/// Flags for a report of methods against a baseline.
struct PairedOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "What differences are to, by its label (default: 'uniform 4-bit' where all have it within the budget, else the "
                + "uniform precision with the most bits within it).", valueName: "label"))
    var baseline: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A metric to compare, as in loss or acc/piqa; may be repeated (default: the objective, losses, mean_acc).",
            valueName: "name[/task]"))
    var metric: [String] = []

    /// The metrics that were asked for.
    /// - Throws: `Failure` with status 64.
    func metrics() throws(Failure) -> [MetricName] {
        var names: [MetricName] = []
        for text in metric { names.append(try MetricName(text, of: "--metric")) }
        return names
    }

    /// Refuses the flags with a form that compares nothing.
    /// - Throws: `Failure` with status 64.
    func check(form: String) throws(Failure) {
        guard form != PairedForm.formName,
            let flag = baseline != nil ? "--baseline" : metric.first.map({ _ in "--metric" })
        else { return }
        throw .usage("\(flag): belongs to another form", hint: "add --template \(PairedForm.formName)")
    }
}

/// Who carries trials out, where that is another program.
struct EvaluatorSpecification: Sendable, Equatable, Codable {
    /// The command, for `/bin/sh -c`; nil where this program computes itself.
    var command: String?
    /// Seconds after which a trial's program is ended; nil for never.
    var timeout: Double?
    /// File of a space that is searched in place of a checkpoint's layers, an absolute path.
    var space: String?
    /// File with what is known of each unit beforehand, an absolute path.
    var importanceFile: String?

    /// Whether trials are measured elsewhere: by the command, or, of a space, by whoever asks for them.
    var isExternal: Bool { command != nil || space != nil }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case command = "evaluator"
        case timeout = "evaluator_timeout"
        case space
        case importanceFile = "importance_file"
    }
}

extension EvaluatorSpecification {
    /// The specification that settings say.
    init(_ settings: Settings, folder: String) throws(Failure) {
        command = try settings.text("evaluator")
        timeout = try settings.duration("evaluator-timeout")
        space = try settings.path("space", folder: folder)
        importanceFile = try settings.path("importance-file", folder: folder)
        let isAsked = try settings.flag("ask") == true
        for name in ["evaluator-timeout", "space", "importance-file"] where command == nil && settings.has(name) {
            // Of a space that is asked, everything is measured elsewhere without a command.
            if isAsked, settings.has("space"), name != "evaluator-timeout" { continue }
            throw .usage(
                "\(settings.spoken(name)): only a search with --evaluator has it",
                hint: "name the command that measures a trial, as in --evaluator 'python measure.py'"
                    + (name == "space" ? ", or say --ask and measure by yourself" : ""))
        }
        guard space == nil else {
            for name in [
                "model", "choices", "granularity", "embedding-precision", "head-precision", "layer-importance",
            ]
            where settings.has(name) {
                throw .usage(
                    "\(settings.spoken(name)) and \(settings.spoken("space")): only one can be given",
                    hint: "the file of the space says what there is to choose from")
            }
            return
        }
    }
}

extension Settings {
    /// A time in seconds: "90", "90s", "10min", "2h".
    func duration(_ name: String) throws(Failure) -> Double? {
        guard let text = try text(name) else { return nil }
        let digits = text.prefix { $0.isNumber || $0 == "." }
        let scales: [String: Double] = ["": 1, "s": 1, "min": 60, "h": 3600]
        guard let number = Double(digits), let scale = scales[String(text.dropFirst(digits.count))],
            number > 0, number * scale <= 1e9
        else {
            throw .usage("\(spoken(name)): '\(text)' is no time", hint: "as in 90, 90s, 10min or 2h")
        }
        return number * scale
    }
}

internal import Engine

/// What a model scored, as `qpx eval` prints it.
struct EvaluationView {
    let model: String
    /// Folder of the adapters, if there were any.
    let adapters: String?
    let result: EvaluationResult
    /// The files that each task was read from, by its name.
    var files: [String: [String]] = [:]
    /// Whether every example is printed.
    let isPerExample: Bool

    /// The result with stable keys; what is undefined is null.
    var json: JSONValue {
        [
            "model": .string(model), "adapters": .optional(adapters),
            "tasks": .array(result.tasks.map(json) + result.documents.map(json)),
            "texts": .array(
                result.texts.map { text in
                    [
                        "file": .string(text.file), "perplexity": .number(text.perplexity),
                        "mean_loss": .number(text.meanLoss), "mean_loss_stderr": .optional(text.meanLossStandardError),
                        "tokens": .int(text.tokens), "windows": .int(text.windows),
                        "window_length": .int(text.windowLength), "text_protocol": .string(text.textProtocol.rawValue),
                    ]
                }),
        ]
    }

    private func json(_ task: TaskResult) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("task", .string(task.task)), ("n", .int(task.n)), ("acc", .number(task.acc)),
            ("acc_stderr", .optional(task.accStandardError)), ("acc_norm", .optional(task.accNorm)),
            ("acc_norm_stderr", .optional(task.accNormStandardError)), ("acc_bytes", .optional(task.accBytes)),
            ("acc_bytes_stderr", .optional(task.accBytesStandardError)),
        ]
        if let subtasks = task.subtasks {
            let values: [JSONValue] = subtasks.map {
                [
                    "subtask": .string($0.subtask), "n": .int($0.n), "acc": .number($0.acc),
                    "acc_stderr": .optional($0.accStandardError),
                ]
            }
            members.append(("subtasks", .array(values)))
        }
        if isPerExample, let examples = task.examples {
            members.append(("examples", .array(examples.map(Self.json))))
        }
        members.append(("files", .array((files[task.task] ?? []).map(JSONValue.string))))
        return .object(members)
    }

    private func json(_ documents: RollingTaskResult) -> JSONValue {
        let result = documents.result
        var members: [(String, JSONValue)] = [
            ("task", .string(documents.task)), ("n", .int(result.documents)),
            ("word_perplexity", .number(result.wordPerplexity)), ("byte_perplexity", .number(result.bytePerplexity)),
            ("bits_per_byte", .number(result.bitsPerByte)), ("words", .int(result.words)),
            ("bytes", .int(result.bytes)),
        ]
        if isPerExample {
            let examples = result.logLikelihoods.enumerated().map { index, value -> JSONValue in
                ["id": .string("\(documents.task)/\(index)"), "log_likelihoods": .array([.number(value)])]
            }
            members.append(("examples", .array(examples)))
        }
        members.append(("files", .array((files[documents.task] ?? []).map(JSONValue.string))))
        return .object(members)
    }

    private static func json(_ example: ExampleResult) -> JSONValue {
        [
            "id": .string(example.id), "log_likelihoods": .array(example.logLikelihoods.map(JSONValue.number)),
            "is_greedy": .array(example.isGreedy.map(JSONValue.bool)), "correct": .bool(example.isCorrect),
            "correct_norm": .optional(example.isCorrectNorm), "correct_bytes": .optional(example.isCorrectBytes),
        ]
    }

    /// Tables for people.
    func write(to console: Console) throws(Failure) {
        if !result.tasks.isEmpty { try console.write(tasks) }
        if !result.texts.isEmpty { try console.write(texts) }
        if !result.documents.isEmpty { try console.write(documents) }
        if isPerExample {
            for task in result.tasks { try console.write(Self.examples(of: task)) }
        }
    }

    private var tasks: Table {
        var table = Table(
            title: "Tasks",
            [
                .text("task"), .number("n"), .number("acc"), .number("± se"), .number("acc_norm"), .number("± se"),
            ])
        for task in result.tasks {
            table.add([
                Table.Cell(task.task), Table.Cell(NumberText.grouped(task.n)),
                Table.Cell(NumberText.fixed(task.acc, 4)), Table.Cell(NumberText.fixed(task.accStandardError, 4)),
                Table.Cell(NumberText.fixed(task.accNorm, 4)),
                Table.Cell(NumberText.fixed(task.accNormStandardError, 4)),
            ])
        }
        table.footnotes = result.tasks.compactMap { task in
            task.subtasks.map { "\(task.task): mean over \($0.count) subtasks, which --json lists" }
        }
        return table
    }

    private var texts: Table {
        var table = Table(
            title: "Texts", isSeparate: !result.tasks.isEmpty,
            [
                .text("text"), .number("loss"), .number("± se"), .number("perplexity"), .number("tokens"),
                .number("windows"), .number("of tokens"),
            ])
        for text in result.texts {
            table.add([
                Table.Cell(FilePath.name(of: text.file)), Table.Cell(NumberText.fixed(text.meanLoss, 4)),
                Table.Cell(NumberText.fixed(text.meanLossStandardError, 4)),
                Table.Cell(NumberText.fixed(text.perplexity, 3)), Table.Cell(NumberText.grouped(text.tokens)),
                Table.Cell(NumberText.grouped(text.windows)), Table.Cell(NumberText.grouped(text.windowLength)),
            ])
        }
        return table
    }

    private var documents: Table {
        var table = Table(
            title: "Documents", isSeparate: !result.tasks.isEmpty || !result.texts.isEmpty,
            [
                .text("task"), .number("n"), .number("word perplexity"), .number("byte perplexity"),
                .number("bits per byte"), .number("words"), .number("bytes"),
            ])
        for task in result.documents {
            table.add([
                Table.Cell(task.task), Table.Cell(NumberText.grouped(task.result.documents)),
                Table.Cell(NumberText.fixed(task.result.wordPerplexity, 4)),
                Table.Cell(NumberText.fixed(task.result.bytePerplexity, 4)),
                Table.Cell(NumberText.fixed(task.result.bitsPerByte, 4)),
                Table.Cell(NumberText.grouped(task.result.words)), Table.Cell(NumberText.grouped(task.result.bytes)),
            ])
        }
        return table
    }

    private static func examples(of task: TaskResult) -> Table {
        var table = Table(
            title: task.task, isSeparate: true,
            [.text("example"), .word("correct"), .word("correct_norm"), .word("log-likelihoods")])
        let examples = task.examples ?? []
        for example in examples {
            let values = zip(example.logLikelihoods, example.isGreedy).map { value, isGreedy in
                NumberText.fixed(value, 3) + (isGreedy ? "*" : "")
            }
            table.add([
                Table.Cell(example.id), Table.Cell(example.isCorrect ? "yes" : "no"),
                Table.Cell(example.isCorrectNorm.map { $0 ? "yes" : "no" } ?? ""),
                Table.Cell(values.joined(separator: " ")),
            ])
        }
        if examples.contains(where: { $0.isGreedy.contains(true) }) {
            table.footnotes = ["*: every token is the model's most probable one"]
        }
        return table
    }
}

/// Draws the solved examples that stand before a question, the same ones as lm-evaluation-harness.
///
/// One generator goes through all questions of a task in their order, so what is shown before the tenth depends on the nine
/// before, and a limit on the number of questions changes nothing about the first ones.
///
/// Source: lm-evaluation-harness 0.4.13, `api/samplers.py` (`ContextSampler`) and `api/task.py` (`fewshot_context`).
struct FewShots {
    private let task: any ChoiceTask
    private let rows: [DataRow]
    private let count: Int
    private var random: PythonRandom

    /// Draws `count` of `rows` before each question.
    init(task: any ChoiceTask, rows: [DataRow], count: Int, seed: UInt64) {
        self.task = task
        self.rows = rows
        self.count = count
        random = PythonRandom(seed: seed)
    }

    /// The solved examples before the next question.
    mutating func next(before question: DataRow) throws(TaskDataError) -> String {
        var text = ""
        for index in try draw(question) { text += try task.question(rows[index]).solved }
        return text
    }

    private mutating func draw(_ question: DataRow) throws(TaskDataError) -> [Int] {
        guard task.leavesOutQuestion else {
            try check(needed: count, of: rows.count)
            return random.sample(rows.count, count)
        }
        try check(needed: count + 1, of: rows.count)
        let drawn = random.sample(rows.count, count + 1).filter { !rows[$0].value.isSameRow(as: question.value) }
        if drawn.count >= count { return Array(drawn.prefix(count)) }
        // The question was there more than once.
        let others = rows.indices.filter { !rows[$0].value.isSameRow(as: question.value) }
        try check(needed: count, of: others.count)
        return random.sample(others.count, count).map { others[$0] }
    }

    private func check(needed: Int, of available: Int) throws(TaskDataError) {
        guard needed <= available else {
            throw .tooFewShots(task: task.name, file: rows.first?.file ?? "", needed: needed, rows: available)
        }
    }
}

internal import Engine
internal import Store

/// Trials of a study in Optuna's database.
struct OptunaHistory {
    /// The file, an absolute path.
    let path: String
    /// Name of the study; nil where the file has only one.
    let study: String?
    /// The parameters that hold the allocation.
    let pattern: String?

    /// Reads the study's complete trials.
    /// - Throws: `Failure` for a file that is no such database, a study that is not there or is for something else.
    func read(_ search: SearchRecord, _ problem: SearchProblem) throws -> History {
        let database = try ForeignDatabase(path: path)
        guard
            try database.tables().isSuperset(of: [
                "studies", "study_directions", "trials", "trial_params", "trial_values",
            ])
        else {
            throw Failure(.failed, code: "bad_history", "\(path): has not the tables of an Optuna study (3.0 or later)")
        }
        let (id, name) = try find(in: database)
        try checkDirection(database, id, name, search)
        let names = try ParameterPattern(pattern, granularity: problem.space.granularity).names(problem.space)
        let values = try byTrial(database, "trial_values", "objective = 0", id)
        let parameters = try byTrial(database, "trial_params", "1", id)
        var history = History()
        for trial in try database.rows(
            "SELECT * FROM trials WHERE study_id = :id ORDER BY number", ["id": .integer(id)])
        {
            guard let trialID = trial["trial_id"]?.integer, let number = trial["number"]?.integer else {
                history.skip("a row of 'trials' has no number")
                continue
            }
            guard trial["state"]?.text == "COMPLETE" else {
                history.skip("its state is \(trial["state"]?.text ?? "unknown")")
                continue
            }
            guard let row = values[trialID]?.first, row["value_type"]?.text ?? "FINITE" == "FINITE",
                let value = row["value"]?.number, value.isFinite
            else {
                history.skip("it has no finite value")
                continue
            }
            var found: [String: String] = [:]
            for row in parameters[trialID] ?? [] {
                guard let name = row["param_name"]?.text else { continue }
                found[name] = Self.word(row)
            }
            let words = names.compactMap { found[$0] }
            guard words.count == names.count else {
                let missing = names.first { found[$0] == nil } ?? ""
                let others = found.keys.sorted().first.map { ", but '\($0)' and others: name them with --param" } ?? ""
                history.skip("it has no parameter '\(missing)'" + others)
                continue
            }
            history.entries.append(
                History.Entry(
                    provenance: "optuna \(path) study \(name) trial \(number)", words: words, value: value,
                    seconds: Self.seconds(trial)))
        }
        return history
    }

    private func find(in database: ForeignDatabase) throws -> (id: Int, name: String) {
        let studies = try database.rows("SELECT study_id, study_name FROM studies ORDER BY study_id").compactMap {
            row in
            row["study_id"]?.integer.flatMap { id in row["study_name"]?.text.map { (id: id, name: $0) } }
        }
        let names = studies.map { "'\($0.name)'" }.joined(separator: ", ")
        if let study {
            guard let found = studies.first(where: { $0.name == study }) else {
                throw Failure.notFound(
                    "--study: \(path) has no study '\(study)'", hint: studies.isEmpty ? nil : "it has \(names)")
            }
            return found
        }
        guard let only = studies.first else { throw Failure.notFound("\(path): holds no study") }
        guard studies.count == 1 else { throw Failure.usage("--study is missing: \(path) has \(names)") }
        return only
    }

    private func checkDirection(_ database: ForeignDatabase, _ id: Int, _ name: String, _ search: SearchRecord) throws {
        let directions = try database.rows(
            "SELECT direction FROM study_directions WHERE study_id = :id ORDER BY objective", ["id": .integer(id)]
        ).compactMap { $0["direction"]?.text }
        guard directions.count == 1 else {
            throw Failure(
                .failed, code: "bad_history", "study '\(name)' has \(directions.count) objectives, a search has one")
        }
        guard directions[0].lowercased() == search.direction.rawValue else {
            throw Failure(
                .failed, code: "bad_history",
                "study '\(name)' is to \(directions[0].lowercased()), search '\(search.name)' to \(search.direction.rawValue)"
            )
        }
    }

    private func byTrial(
        _ database: ForeignDatabase, _ table: String, _ condition: String, _ study: Int
    ) throws -> [Int: [ForeignDatabase.Row]] {
        let rows = try database.rows(
            """
            SELECT * FROM \(table)
            WHERE \(condition) AND trial_id IN (SELECT trial_id FROM trials WHERE study_id = :id)
            """, ["id": .integer(study)])
        return Dictionary(grouping: rows) { $0["trial_id"]?.integer ?? -1 }
    }

    /// What a parameter was set to: the choice that its number counts, or the number itself.
    private static func word(_ row: ForeignDatabase.Row) -> String? {
        guard let number = row["param_value"]?.number,
            let distribution = row["distribution_json"]?.text.flatMap({ try? JSONParser.parse($0) })
        else { return nil }
        guard let choices = distribution["attributes"]?["choices"]?.elements else {
            return Int(exactly: number).map(String.init) ?? NumberText.exact(number)
        }
        guard let index = Int(exactly: number), choices.indices.contains(index) else { return nil }
        switch choices[index] {
        case .string(let text): return text
        case .number(let digits): return Double(digits).flatMap { Int(exactly: $0) }.map(String.init) ?? digits
        case .boolean(let flag): return flag ? "true" : "false"
        default: return nil
        }
    }

    private static func seconds(_ trial: ForeignDatabase.Row) -> Double {
        guard let start = trial["datetime_start"]?.text.flatMap(OptunaTime.seconds),
            let end = trial["datetime_complete"]?.text.flatMap(OptunaTime.seconds)
        else { return 0 }
        return max(0, end - start)
    }
}

/// Times as Optuna writes them: "2025-01-31 09:30:00.250000".
enum OptunaTime {
    /// Seconds since some moment; nil for another text.
    static func seconds(_ text: String) -> Double? {
        let parts = text.split { "-: T".contains($0) }.map(String.init)
        guard parts.count == 6, let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
            let hour = Int(parts[3]), let minute = Int(parts[4]), let second = Double(parts[5]),
            (1...12).contains(month), (1...31).contains(day), (1...9999).contains(year)
        else { return nil }
        // Days since the first of March of the year 0.
        let (shifted, era) = (month > 2 ? month - 3 : month + 9, month > 2 ? year : year - 1)
        let days = 365 * era + era / 4 - era / 100 + era / 400 + (153 * shifted + 2) / 5 + day
        return Double(days) * 86_400 + Double(hour * 3600 + minute * 60) + second
    }

    /// A time of the store in that form.
    static func text(_ timestamp: String) -> String {
        timestamp.replacing("T", with: " ").replacing("Z", with: "000")
    }
}

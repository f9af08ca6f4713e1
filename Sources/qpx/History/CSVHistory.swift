internal import Engine
internal import Store

/// Trials in a table: one line each, columns named in the first.
struct CSVHistory {
    /// The file, an absolute path.
    let path: String
    /// Columns that hold the allocation where it has one each.
    let pattern: String?

    /// Reads the table.
    /// - Throws: `Failure` for a file that is no such table.
    func read(_ search: SearchRecord, _ problem: SearchProblem) throws -> History {
        let rows = try CSVText.rows(TextFile.read(path, says: "import csv"))
        func bad(_ reason: String) -> Failure { Failure(.failed, code: "bad_history", "\(path): \(reason)") }
        guard let header = rows.first?.fields else { throw bad("is empty") }
        var columns: [String: Int] = [:]
        for (index, name) in header.enumerated() where columns.updateValue(index, forKey: name) != nil {
            throw bad("has two columns '\(name)'")
        }
        let units = try ParameterPattern(pattern, granularity: problem.space.granularity).names(problem.space)
        let own = ["allocation", "label", "standard_error", "value", search.objective]
        guard let valueColumn = columns["value"] ?? columns[search.objective] else {
            throw bad("has no column 'value' or '\(search.objective)'")
        }
        let hasUnits = units.allSatisfy { columns[$0] != nil }
        guard columns["allocation"] != nil || hasUnits else {
            throw bad("has neither a column 'allocation' nor columns '\(units.first ?? "")' to '\(units.last ?? "")'")
        }
        let metrics = header.filter { !own.contains($0) && !units.contains($0) }
        var history = History()
        for row in rows.dropFirst() {
            guard row.fields.count == header.count else {
                throw bad("line \(row.line) has \(row.fields.count) fields, the first line \(header.count)")
            }
            func field(_ name: String) -> String? {
                columns[name].flatMap { row.fields[$0].isEmpty ? nil : row.fields[$0] }
            }
            guard let value = Double(row.fields[valueColumn]), value.isFinite else {
                history.skip("its value is no number")
                continue
            }
            let error = field("standard_error").flatMap(Double.init)
            let words =
                hasUnits
                ? units.map { field($0) ?? "" }
                : AllocationWords.words(field("allocation") ?? "", granularity: problem.space.granularity)
            history.entries.append(
                History.Entry(
                    provenance: "csv \(path) line \(row.line)", words: words, value: value,
                    standardError: error.flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }, label: field("label"),
                    metrics: metrics.compactMap { name in
                        field(name).flatMap(Double.init).map { MetricRecord(name: name, value: $0) }
                    }))
        }
        return history
    }
}

/// An allocation written as one text.
enum AllocationWords {
    /// The words of its units: layers between commas or blanks, modules between slashes.
    static func words(_ text: String, granularity: AllocationSpace.Granularity) -> [String] {
        let layers = text.split { $0 == "," || $0 == ";" || $0.isWhitespace }.map(String.init)
        guard granularity == .module else { return layers }
        return layers.flatMap { layer in
            let modules = layer.split(separator: "/").map(String.init)
            return modules.count == 1 ? [String](repeating: modules[0], count: Projection.allCases.count) : modules
        }
    }
}

/// Comma-separated values (RFC 4180).
enum CSVText {
    /// A line, or several where a field in quotes goes over them.
    struct Row: Equatable {
        /// Where it begins, from 1.
        var line: Int
        /// Without quotes.
        var fields: [String]
    }

    /// The rows that are not empty.
    /// - Throws: `Failure` for a quote that is not closed.
    static func rows(_ text: String) throws(Failure) -> [Row] {
        var rows: [Row] = []
        var (line, start) = (1, 1)
        var fields: [String] = []
        var field = String.UnicodeScalarView()
        var (isQuoted, wasQuoted) = (false, false)
        var scalars = text.unicodeScalars[...]
        if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
        func trimmed(_ field: String.UnicodeScalarView, _ wasQuoted: Bool) -> String {
            guard !wasQuoted else { return String(field) }
            return String(
                Substring(field.drop(while: \.properties.isWhitespace)).reversed()
                    .drop(while: \.isWhitespace).reversed())
        }
        while let scalar = scalars.popFirst() {
            if scalar == "\n" { line += 1 }
            switch scalar {
            case "\"" where isQuoted:
                if scalars.first == "\"" { field.append(scalars.removeFirst()) } else { isQuoted = false }
            case "\"" where field.isEmpty && !wasQuoted: (isQuoted, wasQuoted) = (true, true)
            case _ where isQuoted: field.append(scalar)
            case ",":
                fields.append(trimmed(field, wasQuoted))
                field = String.UnicodeScalarView()
                wasQuoted = false
            case "\n":
                fields.append(trimmed(field, wasQuoted))
                if fields != [""] { rows.append(Row(line: start, fields: fields)) }
                (fields, field, wasQuoted, start) = ([], String.UnicodeScalarView(), false, line)
            default: field.append(scalar)
            }
        }
        guard !isQuoted else { throw Failure(.failed, code: "bad_history", "line \(start): a quote is not closed") }
        fields.append(trimmed(field, wasQuoted))
        if fields != [""] { rows.append(Row(line: start, fields: fields)) }
        return rows
    }
}

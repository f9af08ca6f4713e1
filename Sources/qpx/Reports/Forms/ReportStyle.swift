/// How the numbers of a report are written.
struct ReportStyle: Sendable {
    /// The accuracy that stands in the task columns: "acc" or "acc_norm".
    var accuracy = "acc"
    /// Whether standard errors are printed behind the values.
    var showsStandardErrors = false
    /// Decimals of every measured value; nil for 2 of accuracies and perplexities, 4 of losses.
    var digits: Int?
    /// Whether accuracies are in percent.
    var isPercent = true
    /// What memory is counted in.
    var memory = MemoryUnit.mebibytes
    /// The caption; nil for the models' names.
    var caption: String?
    /// Remarks below the table, before qpx's own.
    var remarks: [String] = []

    /// Whether what is said of each search below a table is left out.
    var isBrief = false
    /// Patterns of the names of columns that are left out.
    var hidden: [String] = []

    /// An accuracy, a fraction, with its error behind it.
    func accuracy(_ value: Double?, _ error: Double?, isErrorShown: Bool) -> ReportTable.Cell {
        let factor = isPercent ? 100.0 : 1
        var cell = number(
            value.map { $0 * factor }, error.map { $0 * factor }, decimals: isPercent ? 2 : 4,
            isErrorShown: isErrorShown)
        // Programs read fractions everywhere else.
        cell.value = value
        return cell
    }

    /// A measured value with its error behind it.
    func number(_ value: Double?, _ error: Double?, decimals: Int, isErrorShown: Bool) -> ReportTable.Cell {
        let decimals = digits ?? decimals
        var cell = ReportTable.Cell.number(value, decimals: decimals)
        if isErrorShown, let error, value != nil { cell.text += " ± " + NumberText.fixed(error, decimals) }
        return cell
    }

    /// Bytes in the unit, without its name.
    func bytes(_ bytes: Double?) -> ReportTable.Cell {
        guard let bytes else { return .missing }
        return .init(NumberText.fixed(bytes / memory.size, 2), value: bytes)
    }
}

/// What memory is counted in.
enum MemoryUnit: String, Sendable, CaseIterable {
    case kibibytes = "KiB"
    case mebibytes = "MiB"
    case gibibytes = "GiB"
    case megabytes = "MB"
    case gigabytes = "GB"

    /// Bytes in one.
    var size: Double {
        switch self {
        case .kibibytes: 1024
        case .mebibytes: 1_048_576
        case .gibibytes: 1_073_741_824
        case .megabytes: 1e6
        case .gigabytes: 1e9
        }
    }
}

extension ReportStyle {
    /// Tables without the columns that are to be left out.
    /// - Throws: `Failure` with status 3 for a name that no column has.
    func shown(_ tables: [ReportTable]) throws(Failure) -> [ReportTable] {
        let names = tables.flatMap { $0.columns.map(\.name) }.reduce(into: [String]()) { names, name in
            if !names.contains(name) { names.append(name) }
        }
        for pattern in hidden where !names.contains(where: Glob(pattern).matches) {
            throw .notFound(
                "--hide: no column is called '\(pattern)'." + Suggestion.question(for: pattern, in: names),
                hint: "the columns are \(names.joined(separator: ", "))")
        }
        return tables.map { table in
            table.without { column in hidden.contains { Glob($0).matches(column.name) } }
        }
    }
}

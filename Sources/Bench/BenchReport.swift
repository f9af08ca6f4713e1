internal import Engine
internal import Foundation

/// Everything that was measured, and on what.
struct BenchReport: Encodable {
    let processor: String
    let codeSet: String
    let model: String
    let parameters: Int
    let pytorch: String?
    let rounds: Int
    let results: [Measurement]

    private enum CodingKeys: String, CodingKey {
        case processor, model, parameters, pytorch, rounds, results
        case codeSet = "code_set"
    }

    /// The processor's name as the system tells it.
    static var processorName: String {
        let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
        let name = line?.split(separator: ":").last?.trimmingCharacters(in: .whitespaces)
        return name ?? "unknown processor"
    }

    /// For machines.
    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    /// For people: a Markdown table.
    var table: String {
        let peer = pytorch.map { "PyTorch \($0)" } ?? "PyTorch"
        var rows = [["one thread each", "qpx", peer, "qpx is faster by"]]
        for result in results {
            rows.append([
                "\(result.name), \(result.unit)", Self.text(result.qpx), Self.text(result.pytorch),
                result.ratio.map { String(format: "%.2f ×", $0) } ?? "",
            ])
        }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        func line(_ cells: [String]) -> String {
            let padded = zip(cells, widths).enumerated().map { column, cell in
                let blanks = String(repeating: " ", count: cell.1 - cell.0.count)
                return column == 0 ? cell.0 + blanks : blanks + cell.0
            }
            return "| " + padded.joined(separator: " | ") + " |"
        }
        let rule =
            "| "
            + widths.enumerated().map { column, width in
                column == 0 ? String(repeating: "-", count: width) : String(repeating: "-", count: width - 1) + ":"
            }.joined(separator: " | ") + " |"
        let lines = [line(rows[0]), rule] + rows.dropFirst().map(line)
        return "\(processor), \(codeSet) kernels; \(model), \(parameters) parameters; medians of \(rounds) rounds\n\n"
            + lines.joined(separator: "\n")
    }

    private static func text(_ value: Double?) -> String {
        guard let value else { return "" }
        return String(format: value >= 1000 ? "%.0f" : value >= 100 ? "%.1f" : "%.2f", value)
    }
}

import Foundation

/// Times the reading commands on a large database, each from a cold start.
///
///     WorkbenchBench --qpx .build/release/qpx [--rounds N] [--json] [--keep FILE]
struct WorkbenchBench {
    var program = ".build/release/qpx"
    var rounds = 5
    var isJSON = false
    /// Where the database stays; else it goes when all is done.
    var kept: String?

    init(_ arguments: [String]) throws {
        var rest = arguments.makeIterator()
        while let flag = rest.next() {
            if flag == "--json" {
                isJSON = true
                continue
            }
            guard let value = rest.next() else { throw BenchFailure("\(flag) needs a value, or is unknown") }
            switch flag {
            case "--qpx": program = value
            case "--keep": kept = value
            case "--rounds":
                guard let number = Int(value), (1...1000).contains(number) else {
                    throw BenchFailure("--rounds \(value): not a number from 1 to 1000")
                }
                rounds = number
            default: throw BenchFailure("unknown option \(flag)")
            }
        }
    }

    /// What is measured; the first is the program's own start.
    private static let commands: [[String]] = [
        ["--version"],
        ["searches"],
        ["trials"],
        ["trials", "search-7", "--sort", "best", "--limit", "20"],
        ["trials", "--sort", "-accuracy", "--limit", "20"],
        [
            "trials", "--where", "ratio = 0.2 and accuracy > 0.6 and bits.12 = 8", "--sort", "-accuracy", "--limit",
            "20",
        ],
        ["trials", "--where", "acc.piqa > 0.715 and learning_rate < 0.01", "--limit", "20"],
        ["show", "search-7/2500"],
        ["compare", "search-7/1", "search-7/2500", "search-9/4000"],
        ["compare", "search-7", "search-9"],
        ["report", "search-7", "--format", "latex"],
        ["report", "search-1", "search-2", "search-3", "search-4", "--template", "ablation"],
        ["report", "search-7", "--template", "log", "--sort", "-accuracy", "--limit", "50"],
    ]

    func run() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "qpx-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = kept ?? folder.appending(path: "qpx.db").path
        let run = ColdRun(program: program, database: path)
        if !FileManager.default.fileExists(atPath: path) {
            _ = try run.measure(["init", "--db", path])
            try SyntheticDatabase().fill(path: path)
        }
        var rows: [(name: String, seconds: Double, bytes: Int)] = []
        for command in Self.commands {
            // The first one brings the program and the file into memory.
            _ = try run.measure(command)
            let runs = try (0..<rounds).map { _ in try run.measure(command) }
            let sorted = runs.map(\.seconds).sorted()
            rows.append((command.joined(separator: " "), sorted[sorted.count / 2], runs[0].bytes))
        }
        write(rows)
    }

    private func write(_ rows: [(name: String, seconds: Double, bytes: Int)]) {
        let start = rows[0].seconds
        if isJSON {
            let lines = rows.map { row in
                let name = row.name.replacingOccurrences(of: "\"", with: "\\\"")
                return
                    "  {\"command\": \"qpx \(name)\", \"milliseconds\": \(row.seconds * 1000), \"bytes\": \(row.bytes)}"
            }
            print("{\"workbench\": [\n" + lines.joined(separator: ",\n") + "\n]}")
            return
        }
        print("100,000 trials x 16 layers x 8 metrics, from a cold start, median of \(rounds)")
        for row in rows {
            let time = String(format: "%7.1f ms  %5.1fx start", row.seconds * 1000, row.seconds / start)
            print("\(time)  qpx \(row.name)")
        }
    }
}

do {
    try WorkbenchBench(Array(CommandLine.arguments.dropFirst())).run()
} catch {
    FileHandle.standardError.write(Data("WorkbenchBench: \(error)\n".utf8))
    exit(1)
}

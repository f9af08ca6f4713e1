import Engine
import Foundation

// Measures the search on closed-form objectives: how good, how fast, and what earlier searches are worth to it.
do {
    let options = try SearchBenchOptions(arguments: CommandLine.arguments.dropFirst())
    let report = SearchBenchReport(options: options)
    func note(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }
    print(try report.text(note: note), terminator: "")
} catch {
    FileHandle.standardError.write(Data("SearchBench: \(error)\n".utf8))
    exit(64)
}

import ArgumentParser
import Foundation
import Store
import Testing

@testable import qpx

@Suite("An objective") struct ObjectiveSpecificationTests {
    private static let enough = [
        "--model", "m", "--budget", "5bpw", "--calibration", "c.txt", "--recovery-text", "r.txt", "--task", "a.jsonl",
    ]
    private static let external = ["--space", "s.json", "--evaluator", "./measure", "--budget", "5bpw"]

    private func parse(_ arguments: [String]) throws -> Specification {
        try SearchOptions.parse(arguments).specification(folder: "/data")
    }

    @Test(
        "may have memory as a second one, in either order",
        arguments: [
            (["--objective", "accuracy", "--objective", "memory"], "accuracy"),
            (["--objective", "memory", "--objective", "accuracy"], "accuracy"),
            (["--objective", "loss", "--objective-text", "v.txt", "--objective", "memory"], "loss"),
            (["--objective", "memory", "--objective", "loss:v.txt"], "loss"),
        ])
    func second(arguments: [String], name: String) throws {
        let specification = try parse(Self.enough + arguments)
        #expect(specification.objective.name == name && specification.objective.second == .memory)
        #expect(specification.objective.measured.second == nil)
        #expect(specification.objective.direction == specification.objective.kind?.direction)
        let text = try specification.canonicalJSON()
        #expect(text.contains("\"objective\":[\"\(name)\",\"memory\"]"))
        #expect(try Specification(canonicalJSON: text, of: "search") == specification)
    }

    @Test("of any metric may have it too; the direction is the metric's") func metric() throws {
        let specification = try parse(
            Self.external + ["--objective", "memory", "--objective", "latency", "--direction", "minimize"])
        #expect(specification.objective.name == "latency" && specification.objective.direction == .minimize)
        #expect(specification.objective.second == .memory)
        let text = try specification.canonicalJSON()
        #expect(try Specification(canonicalJSON: text, of: "search") == specification)
    }

    @Test("is a list in a specification file") func yaml() throws {
        let folder = try TemporaryFolder()
        let file = try folder.file("s.yaml", "objective: [accuracy, memory]\n")
        #expect(try parse(Self.enough + ["--spec", file]).objective.second == .memory)
        // A flag takes the place of the whole list.
        #expect(try parse(Self.enough + ["--spec", file, "--objective", "accuracy"]).objective.second == nil)
        let one = try folder.file("one.yaml", "objective: accuracy\n")
        #expect(try parse(Self.enough + ["--spec", one]).objective.second == nil)
    }

    @Test("that was recorded alone is read as it was, also one called memory") func old() throws {
        let text = try parse(Self.enough).canonicalJSON()
        #expect(text.contains("\"objective\":\"accuracy\""))
        #expect(try Specification(canonicalJSON: text, of: "search").objective.second == nil)
        let named = try parse(Self.external + ["--objective", "m", "--direction", "minimize"]).canonicalJSON()
        let memory = named.replacing("\"objective\":\"m\"", with: "\"objective\":\"memory\"")
        let read = try Specification(canonicalJSON: memory, of: "search").objective
        #expect(read.name == "memory" && read.second == nil && read.direction == .minimize)
        for bad in ["[]", "[\"loss\"]", "[\"loss\",\"accuracy\"]", "[\"loss\",\"memory\",\"memory\"]"] {
            let broken = text.replacing("\"objective\":\"accuracy\"", with: "\"objective\":\(bad)")
            #expect(throws: Failure.self) { try Specification(canonicalJSON: broken, of: "search") }
        }
    }

    @Test(
        "that makes no pair is refused with one line",
        arguments: [
            (enough + ["--objective", "memory"], "--objective: the least memory is that of the smallest allocation"),
            (external + ["--objective", "memory", "--direction", "minimize"], "--objective: the least memory"),
            (enough + ["--objective", "memory", "--objective", "memory"], "--objective: 'memory' is there twice"),
            (
                enough + ["--objective", "accuracy", "--objective", "accuracy"],
                "--objective: 'accuracy' and 'accuracy'; the second objective is memory or nothing"
            ),
            (
                enough + ["--objective", "accuracy", "--objective", "loss"],
                "--objective: 'accuracy' and 'loss'; the second objective is memory or nothing"
            ),
            (
                enough + ["--objective", "accuracy", "--objective", "loss", "--objective", "memory"],
                "--objective: 3 objectives"
            ),
            (enough + ["--objective", "speed", "--objective", "memory"], "--objective: unknown value 'speed'"),
            (enough + ["--objective", "memmory"], "Did you mean 'memory'?"),
            (enough + ["--objective", "loss", "--objective", "memory"], "--objective-text is missing"),
            (external + ["--objective", "f1", "--objective", "memory"], "--direction is missing"),
        ] as [([String], String)])
    func refused(arguments: [String], message: String) throws {
        do {
            _ = try parse(arguments)
            Issue.record("accepted")
        } catch let failure as Failure {
            #expect(failure.status == .usage && failure.message.contains(message), "\(failure.message)")
        }
    }
}

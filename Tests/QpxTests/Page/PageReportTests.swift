import Engine
import Foundation
import Store
import Testing

@testable import qpx

@Suite("A report as one page")
struct PageReportTests {
    private struct Data: Decodable {
        struct Trial: Decodable {
            var trial: String
            var label: String?
        }
        struct Searches: Decodable {
            struct Search: Decodable { var search: String }
            var searches: [Search]
        }
        var trials: [Trial]
        var searches: Searches
        var trial_details: [String: JSONAny]
        var details: [String: JSONAny]
        var plots: [JSONAny]
        var tables: [JSONAny]
        var note: String?
    }

    /// What is between two texts.
    private static func part(_ text: String, _ start: String, _ end: String) throws -> String {
        let from = try #require(text.range(of: start)).upperBound
        let to = try #require(text.range(of: end, range: from..<text.endIndex)).lowerBound
        return String(text[from..<to])
    }

    private static func data(of page: String) throws -> Data {
        try JSONDecoder().decode(
            Data.self, from: Foundation.Data(try part(page, #"id="data">"#, "</script>").utf8))
    }

    private func report(_ example: ExampleDatabase, _ searches: [String] = ["first", "second"]) throws -> String {
        let run = try example.run(["report"] + searches + ["--out", "report.html"])
        #expect(run.status == 0, "\(run.error)")
        return try String(contentsOfFile: example.folder.path + "/report.html", encoding: .utf8)
    }

    @Test("it holds the tables, the trials, their details, and the pictures")
    func holdsEverything() throws {
        let page = try report(try ExampleDatabase())
        let data = try Self.data(of: page)
        #expect(data.tables.count == 1)
        #expect(data.searches.searches.map(\.search).sorted() == ["first", "second"])
        #expect(data.trials.count == 14 && data.trial_details.count == 14)
        #expect(Set(data.details.keys) == ["first", "second"])
        #expect(!data.plots.isEmpty)
        #expect(data.note == nil)
    }

    @Test("the same database gives the same bytes")
    func sameBytes() throws {
        let example = try ExampleDatabase()
        #expect(try report(example) == report(example))
    }

    @Test("nothing is fetched from anywhere")
    func fetchesNothing() throws {
        let page = try report(try ExampleDatabase())
        // The names of XML's vocabularies look like addresses; nobody fetches them.
        let rest = page.replacingOccurrences(of: "http://www.w3.org/2000/svg", with: "")
        #expect(!rest.contains("http://") && !rest.contains("https://") && !rest.contains("@import"))
        #expect(!rest.contains("src=") && !rest.contains("url("))
        #expect(!rest.contains(#"rel="stylesheet""#))
    }

    @Test("its policy allows exactly its own script and style")
    func policy() throws {
        let page = try report(try ExampleDatabase())
        func hash(_ text: String) -> String {
            var hash = SHA256()
            hash.update(text)
            return "'sha256-\(Foundation.Data(hash.finalize()).base64EncodedString())'"
        }
        let policy = try Self.part(page, #"Content-Security-Policy" content=""#, #"">"#)
        #expect(policy.contains("default-src 'none'"))
        #expect(policy.contains("script-src " + hash(try Self.part(page, "<script>", "</script>"))))
        #expect(policy.contains("style-src " + hash(try Self.part(page, "<style>", "</style>"))))
    }

    @Test(
        "markup in names and labels is data",
        arguments: [
            "</script><script>boom()</script>", "<!-- <script>", "<img src=x onerror=boom()>",
            "a & b \u{2028} \"c\" 'd'",
            "<!--SCRIPT--><!--STYLE-->",
        ])
    func hostile(label: String) throws {
        let example = try ExampleDatabase()
        let plain = try report(example)
        let search = try example.store.search(named: "first")
        let begun = try example.store.beginTrial(
            TrialRecord(
                searchID: search.id, kind: .baseline, label: label, seed: 1, environment: ExampleDatabase.environment),
            allocation: try AllocationRecord(precisions: Array(repeating: (name: "nf3", bits: 3), count: 4)))
        try example.store.failTrial(id: begun.id, error: label, durationSeconds: 1)
        let page = try report(example)
        func count(_ text: String, in page: String) -> Int { page.components(separatedBy: text).count }
        for markup in ["<script", "</script", "<!--", "<img"] {
            #expect(count(markup, in: page) == count(markup, in: plain), "\(markup)")
        }
        #expect(try Self.data(of: page).trials.contains { $0.label == label })
    }

    @Test("the page's own files can stand in an element each")
    func ownFiles() {
        #expect(!PageFront.script.contains("</script") && !PageFront.script.contains("<!--"))
        #expect(!PageFront.style.contains("</style"))
        #expect(!PageFront.script.contains("innerHTML") && !PageFront.script.contains("insertAdjacentHTML"))
        #expect(!PageFront.live.contains("<!--"))
    }

    @Test("a front alone is a page, too")
    func front() throws {
        let run = try ExampleDatabase().run(["pareto", "first", "--format", "html"])
        #expect(run.status == 0)
        #expect(run.out.hasPrefix("<!doctype html>") && run.out.hasSuffix("</html>\n"))
    }

    @Test("a long training curve keeps its ends and its course")
    func thinned() {
        let steps = (0..<1001).map { JSONValue.int($0) }
        let kept = PageReport.thinned(steps)
        #expect(kept.count == PageReport.mostPoints)
        #expect(kept.first == .int(0) && kept.last == .int(1000) && kept[100] == .int(502))
        #expect(PageReport.thinned(Array(steps.prefix(9))).count == 9)
    }
}

import Foundation
import Store
import Testing

@testable import qpx

/// What `qpx show SEARCH --json` says of what a search hands out.
struct ShownSearch: Decodable {
    struct Trial: Decodable {
        var trial: String
        var objective_value: Double
    }
    struct Recommendation: Decodable {
        var trial: String
        var mean: Double
        var deviation: Double
    }
    struct Confirmation: Decodable {
        var trial: String
        var seeds: Int
        var replicates: [String]
        var mean: Double
        var stderr: Double?
        var believed_mean: Double?
        var believed_deviation: Double?
        var baseline: String?
        var difference: Double?
        var difference_stderr: Double?
    }
    struct Source: Decodable {
        var search: String
        var observations: Int
        var same_objective: Bool?
        var trust: Double?
    }
    struct Observation: Decodable {
        var trial_number: Int
        var value: Double
        var stderr: Double?
        var noise: Double?
    }
    var best: Trial?
    var best_mean: Double?
    var best_deviation: Double?
    var best_observed: Trial?
    var recommendations: [Recommendation]
    var confirmation: [Confirmation]
    var warm_start: [Source]
    var observations: [Observation]
}

@Suite("What a search hands out") struct RecommendationTests {
    /// A folder with a search whose trials are asked for and told.
    private func asked() throws -> TemporaryFolder {
        let fixture = try SearchFixture()
        let run = try fixture.run(SearchFixture.search("s", ["--ask", "--budget", "4.6bpw", "--trials", "12"]))
        #expect(run.status == 0, "\(run.error)")
        return fixture.folder
    }

    private struct Asked: Decodable {
        struct Trial: Decodable {
            var trial: String
            var allocation: [String]
        }
        var trials: [Trial]
    }

    /// Few bits cost the more the later the layer.
    private func loss(_ allocation: [String]) -> Double {
        2
            + allocation.enumerated().reduce(0) {
                $0 + 0.1 * Double($1.offset + 1) * ($1.element == "nf2" ? 1 : $1.element == "nf4" ? 0.2 : 0)
            }
    }

    private func show(_ folder: TemporaryFolder) throws -> ShownSearch {
        let run = try Binary.run(["show", "s", "--json"], in: folder.path)
        #expect(run.status == 0, "\(run.error)")
        return try run.json(ShownSearch.self)
    }

    /// Asks for trials and tells their losses; that of a bad one far too good, with its large error.
    /// - Returns: the name of that one.
    private func carryOut(_ folder: TemporaryFolder, trials: Int) throws -> String {
        var lucky: String?
        for count in 1...trials {
            let run = try Binary.run(["ask", "s", "--json", "--quiet"], in: folder.path)
            let trial = try #require(try run.json(Asked.self).trials.first, "\(run.error)")
            let isLucky = lucky == nil && trial.allocation.last == "nf2"
            if isLucky { lucky = trial.trial }
            let value = loss(trial.allocation) - (isLucky ? 1.5 : 0)
            let told = try Binary.run(
                ["tell", trial.trial, "--value", "\(value)", "--standard-error", isLucky ? "2" : "0.001", "--quiet"],
                in: folder.path)
            #expect(told.status == 0, "\(told.error)")
            let store = try Store(path: folder.path + "/qpx.db", access: .read)
            let search = try store.search(named: "s")
            // Of one observation nothing can be believed yet.
            #expect(try store.recommendationSize(ofSearch: search.id).observations == (count < 2 ? 0 : count))
        }
        return try #require(lucky)
    }

    @Test("is the best belief, not the luckiest value, and both are said") func luck() throws {
        let folder = try asked()
        let lucky = try carryOut(folder, trials: 12)
        let shown = try show(folder)
        let best = try #require(shown.best)
        #expect(shown.best_observed?.trial == lucky && best.trial != lucky)
        #expect(shown.best_mean == shown.recommendations.first?.mean)
        #expect(shown.best_deviation == shown.recommendations.first?.deviation)
        #expect(shown.recommendations.first?.trial == best.trial && shown.recommendations.count == 5)
        #expect(shown.recommendations.map(\.mean) == shown.recommendations.map(\.mean).sorted())
        #expect(abs((shown.best_mean ?? 0) - best.objective_value) < 0.05)
        #expect(!shown.recommendations.contains { $0.trial == lucky })
        // The same in words, and wherever the best is asked for.
        let text = try Binary.run(["show", "s"], in: folder.path)
        #expect(text.out.contains("believed") && text.out.contains("luckiest") && text.out.contains(lucky))
        #expect(try Binary.run(["show", "s/best"], in: folder.path).out.contains(best.trial))
        #expect(try Binary.run(["trials", "s/best"], in: folder.path).out.contains(best.trial))
        #expect(try Binary.run(["report", "s"], in: folder.path).out.contains(best.trial))
        let searches = try Binary.run(["searches", "--json"], in: folder.path)
        #expect(searches.out.contains("\"\(best.trial)\"") && !searches.out.contains("\"\(lucky)\""))
    }

    @Test("is another one when the best is archived, at once and after more was learned") func archived() throws {
        let folder = try asked()
        _ = try carryOut(folder, trials: 11)
        let gone = try #require(try show(folder).best?.trial)
        let store = try Store(path: folder.path + "/qpx.db", access: .write)
        let trial = try #require(try store.trials(TrialSelector(gone)).first)
        try store.archiveTrial(id: trial.id)
        let next = try show(folder)
        #expect(next.recommendations.isEmpty && next.best?.trial != gone && next.best_mean == nil)
        // Whoever asks next brings it up to date, of the ten observations that are left.
        #expect(try Binary.run(["ask", "s", "--quiet"], in: folder.path).status == 0)
        let after = try show(folder)
        #expect(try store.recommendationSize(ofSearch: trial.searchID).observations == 10)
        #expect(after.recommendations.count == 5 && !after.recommendations.contains { $0.trial == gone })
        #expect(after.best?.trial == after.recommendations.first?.trial)
    }

    @Test("by a native search rests on all that it measured, and is what it says at the end") func native() throws {
        let fixture = try SearchFixture()
        let run = try Binary.run(SearchFixture.search("s"), in: fixture.folder.path)
        #expect(run.status == 0, "\(run.error)")
        let shown = try show(fixture.folder)
        let best = try #require(shown.best)
        #expect(run.error.contains("best within the budget: \(best.trial)") && run.error.contains("believed"))
        #expect(run.out.contains(best.trial))
        let store = try fixture.store()
        let search = try store.search(named: "s")
        let candidates = try store.trials(TrialFilter(search: search.id)).filter {
            $0.kind.isCandidate && $0.isWithinBudget == true
        }
        #expect(try store.recommendationSize(ofSearch: search.id).observations == 7)
        #expect(shown.recommendations.count == min(5, candidates.count))
        #expect(Set(shown.recommendations.map(\.trial)).isSubset(of: candidates.map(\.name)))
        #expect(shown.best_observed?.objective_value == candidates.compactMap(\.objectiveValue).min())
        let values = try store.observations(ofSearch: search.id).map(\.value)
        let range = try #require(values.min())...(try #require(values.max()))
        #expect(shown.recommendations.allSatisfy { range.contains($0.mean) && $0.deviation >= 0 })
    }

    @Test("by two workers rests on all that both measured") func workers() throws {
        let fixture = try SearchFixture()
        let run = try fixture.run(SearchFixture.search("s", ["--workers", "2", "--threads", "1"]))
        #expect(run.status == 0, "\(run.error)")
        let store = try fixture.store()
        #expect(try store.recommendationSize(ofSearch: try store.search(named: "s").id).observations == 7)
    }
}

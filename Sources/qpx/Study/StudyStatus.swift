internal import Engine
internal import Store

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// How far one search of a study is.
struct StudyStatus: Sendable {
    /// What is to be done about it.
    enum Step: String, Sendable {
        /// It is not in the database.
        case begin
        /// It was interrupted, or has failed, or some of it is still to be done: it goes on.
        case resume
        /// Some process is at it.
        case running
        /// There is nothing left to do.
        case done
    }

    /// The search as planned.
    var planned: StudyPlan.Search
    /// As recorded; nil where it is not.
    var search: SearchRecord?
    var step: Step
    /// How many of its trials are complete.
    var complete = 0
    /// Measures of layer importance that are still to be taken.
    var missingMeasures: [String] = []

    /// Looks a search up.
    /// - Throws: `Failure` with status 4 where another search has its name.
    init(_ planned: StudyPlan.Search, in store: Store) throws {
        self.planned = planned
        guard let search = try store.search(exactly: planned.name) else {
            step = .begin
            return
        }
        self.search = search
        if let difference = try Self.difference(planned.specification, search) {
            throw Failure(
                .conflict,
                "search '\(search.name)' is there with another specification: \(difference)",
                hint: "'qpx archive \(search.name)' takes it out of sight; or give it another name in the study")
        }
        complete = try store.trialCounts(ofSearch: search.id)[.complete] ?? 0
        if search.state == .complete {
            missingMeasures = try Self.missing(planned, search, store)
            step = missingMeasures.isEmpty ? .done : .resume
        } else if try Self.isElsewhere(search, store) {
            step = .running
        } else {
            step = .resume
        }
    }

    /// Whether another process is at a search: one of this machine that is alive, or one of another whose lease holds.
    private static func isElsewhere(_ search: SearchRecord, _ store: Store) throws -> Bool {
        guard search.state == .running, let process = try store.processRunning(search: search.id),
            process != store.process
        else { return false }
        return try process.isAlive() ?? !store.liveWork(ofSearch: search.id).isEmpty
    }

    /// Measures that were not taken of the search's model with its seed and its choices.
    private static func missing(_ planned: StudyPlan.Search, _ search: SearchRecord, _ store: Store) throws -> [String]
    {
        guard !planned.measures.isEmpty else { return [] }
        let runs = try store.importanceRuns(ofModel: search.prunedModelID ?? search.modelID)
        return planned.measures.filter { measure in
            !runs.contains { $0.measure == measure && $0.seed == search.seed && answers($0, planned.specification) }
        }
    }

    /// Whether a run measured what a search asks for.
    private static func answers(_ run: ImportanceRunRecord, _ specification: Specification) -> Bool {
        guard
            let recorded = try? JSONDecoder().decode(
                ImportanceRunner.RunSpecification.self, from: Data(run.specification.utf8))
        else { return false }
        let settings = recorded.settings
        return recorded.calibration == specification.pruning.calibration
            && settings.calibrationSamples == specification.pruning.calibrationSamples
            && settings.calibrationLength == specification.pruning.calibrationLength
            && (settings.signal == nil || settings.signal == specification.layerImportance.signal)
            // Empty where the measure quantizes nothing.
            && (settings.precisions.isEmpty || Set(settings.precisions) == Set(specification.choices))
    }

    /// Settings that say how a search is carried out, not what it is.
    private static let irrelevant: Set<String> = [
        "name", "threads", "workers", "lease", "retries", "reuse", "save_every",
    ]

    /// The first setting in which a search that is there differs from what is planned, in words; nil where none does.
    private static func difference(_ planned: Specification, _ search: SearchRecord) throws -> String? {
        var skipped = irrelevant
        // What a search itself finds out: how many steps its epochs are, which choices a space has.
        if planned.recovery.epochs != nil { skipped.insert("recovery_steps") }
        if planned.evaluator.space != nil { skipped.insert("choices") }
        let mine = Dictionary(JSONText.members(try planned.canonicalJSON()).map { ($0.key, $0.value) }) { a, _ in a }
        // Read and written again: a setting that did not exist yet when the search began has its default.
        let recorded = try Specification(canonicalJSON: search.specification, of: "search \(search.name)")
        let its = Dictionary(JSONText.members(try recorded.canonicalJSON()).map { ($0.key, $0.value) }) { a, _ in a }
        for name in Set(mine.keys).union(its.keys).subtracting(skipped).sorted() where mine[name] != its[name] {
            func text(_ value: JSONValue?) -> String { value?.plainText ?? "nothing" }
            return "\(name.map { $0 == "_" ? "-" : String($0) }.joined()) is \(text(its[name])) there, "
                + "\(text(mine[name])) in the study"
        }
        return nil
    }
}

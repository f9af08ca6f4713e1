internal import Engine
internal import Store

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What one trial carries out: which model, with which allocation, recovered or not.
struct TrialPlan: Sendable, Equatable {
    /// The model that a trial begins with.
    enum Base: String, Sendable, Codable {
        /// As it came.
        case intact
        /// After pruning.
        case pruned
    }

    /// The model.
    var base: Base
    /// One precision per layer; nil leaves the weights as they are.
    var allocation: Allocation?
    /// Whether adapters are trained.
    var recovers: Bool
    /// What the trial is in its search.
    var kind: TrialKind
    /// What reports call it.
    var label: String?

    /// Whether two plans carry out the same thing for the same reason, so that one that is done need not be repeated.
    func isSame(as other: TrialPlan) -> Bool {
        base == other.base && allocation == other.allocation && recovers == other.recovers
            && kind.isCandidate == other.kind.isCandidate
    }
}

extension TrialPlan {
    /// The part of a plan that the record of a reference trial keeps.
    private struct Recorded: Codable {
        var base: Base
        var recovers: Bool
    }

    /// JSON for the trial's record: only where the plan departs from what every candidate does.
    func recorded() throws -> String? {
        guard base != .pruned || !recovers else { return nil }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(Recorded(base: base, recovers: recovers)), as: UTF8.self)
    }

    /// The plan of a trial that a database holds.
    init(_ trial: TrialRecord) throws {
        kind = trial.kind
        label = trial.label
        allocation = try trial.allocation.map { try Allocation(parsing: $0) }
        guard let text = trial.specification else {
            base = .pruned
            recovers = true
            return
        }
        do {
            let recorded = try JSONDecoder().decode(Recorded.self, from: Data(text.utf8))
            base = recorded.base
            recovers = recorded.recovers
        } catch {
            throw Failure(.failed, "\(trial.name): its recorded plan cannot be read: \(text)")
        }
    }
}

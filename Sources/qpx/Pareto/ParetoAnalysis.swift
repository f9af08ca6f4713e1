internal import Engine
internal import Store

/// The fronts of searches, each by itself and all together, read from the database.
///
/// Hypervolumes count from one reference, so that all of them can be compared: bytes up to the largest budget, and value
/// from the worst one on that was measured within a budget, unless another is given. Both come from everything that is
/// there now, so the hypervolume after an early trial is told by the same measure as that after the last.
struct ParetoAnalysis {
    /// One search, or searches that differ in their seed alone.
    struct Part {
        /// The first of them.
        let search: SearchRecord
        let front: ParetoFront
        /// What it is called: "a", "a-{1,2,3}".
        let name: String
    }

    /// What is traded against memory.
    let value: ParetoValue
    /// The searches, in the order asked for.
    let parts: [Part]
    /// The front of all of them.
    let joint: ParetoFront
    /// Where hypervolumes count from; nil where there is nothing.
    let reference: ParetoFront.Reference?

    /// - Parameters:
    ///   - referenceValue: the value that hypervolumes count from; nil for the worst one.
    ///   - groupsSeeds: whether searches that differ in their seed alone are one part.
    /// - Throws: `Failure` with status 64 where a metric's name means several, `StoreError`.
    init(
        _ store: Store, searches: [SearchRecord], value: ParetoValue, referenceValue: Double? = nil,
        groupsSeeds: Bool = false
    ) throws {
        self.value = value
        let own = try searches.map { search in
            var filter = TrialFilter(search: search.id)
            filter.states = [.complete]
            // An early end gives an estimate, a rerun the same again.
            let trials = try store.trials(filter).filter { $0.fidelity >= 1 && $0.kind.isObserved }
            let metrics = value.isObjective ? [:] : try store.metrics(ofSearch: search.id)
            let values = try Dictionary(
                uniqueKeysWithValues: trials.compactMap { trial in
                    try value.of(trial, metrics[trial.id] ?? []).map { (trial.id, $0) }
                })
            let replicates = Dictionary(grouping: trials.filter { $0.kind == .replicate }) { $0.rerunOf }
            let points = trials.filter(\.kind.isCandidate).compactMap { trial -> ParetoPoint? in
                guard let bytes = trial.weightBytes, let first = values[trial.id] else { return nil }
                let again = (replicates[trial.id] ?? []).compactMap { values[$0.id] }
                return ParetoPoint(trial: trial, bytes: bytes, values: [first] + again)
            }
            return Part(search: search, front: ParetoFront(points, sign: value.sign), name: search.name)
        }
        parts =
            !groupsSeeds
            ? own
            : try SeedGroup.groups(searches, in: store).map { group in
                let ids = Set(group.searches.map(\.id))
                let points = own.filter { ids.contains($0.search.id) }.flatMap(\.front.points)
                return Part(
                    search: group.searches[0], front: ParetoFront(points, sign: value.sign),
                    name: NameList.text(group.searches.map(\.name)))
            }
        joint = ParetoFront(parts.flatMap(\.front.points), sign: value.sign)
        let budgets = parts.compactMap(\.search.budgetBytes)
        let largest = joint.points.filter(\.isEligible).map(\.bytes).max()
        if let reference = referenceValue ?? joint.worst,
            let bytes = budgets.count == parts.count ? budgets.max() : largest
        {
            self.reference = ParetoFront.Reference(value: reference, bytes: bytes)
        } else {
            reference = nil
        }
    }

    /// Whether there is any point.
    var isEmpty: Bool { joint.points.isEmpty }

    /// A hypervolume in the value's unit times MiB.
    static func mebibytes(_ hypervolume: Double) -> Double { hypervolume / 1_048_576 }

    /// A hypervolume as a part of the box between the reference, the best value and the fewest bytes of all searches; nil
    /// where there is no box.
    func fraction(_ hypervolume: Double) -> Double? {
        guard let box = reference.map(joint.box), box > 0 else { return nil }
        return hypervolume / box
    }

    /// "1.234 loss·MiB, 62.1 % of the box".
    func hypervolumeText(_ front: ParetoFront) -> String? {
        guard let reference else { return nil }
        let volume = front.hypervolume(reference)
        let part = fraction(volume).map { ", \(NumberText.percent($0)) % of the box" } ?? ""
        return "\(HypervolumeText.short(Self.mebibytes(volume))) \(value.title)·MiB\(part)"
    }

    /// Where hypervolumes count from, for people.
    var referenceText: String? {
        guard let reference else { return nil }
        return "hypervolume counts from \(value.title) \(NumberText.fixed(reference.value, value.decimals)) and up to "
            + ByteText.short(reference.bytes)
    }
}

/// Hypervolumes as text.
enum HypervolumeText {
    /// Four digits that count: small models have small areas.
    static func short(_ value: Double) -> String {
        guard value.isFinite, value > 0 else { return NumberText.fixed(value, 3) }
        var decimals = 3
        var rest = value
        while rest < 1, decimals < 12 {
            rest *= 10
            decimals += 1
        }
        return NumberText.fixed(value, value >= 1000 ? 0 : value >= 100 ? 1 : value >= 10 ? 2 : decimals)
    }
}

internal import Store

/// The courses of searches that differ in their seed.
struct ProgressRow {
    /// One search and its best so far.
    struct Course {
        var search: SearchRecord
        var curve: BestSoFar
    }

    /// One for each seed.
    let curves: [Course]

    /// The first of the searches.
    let search: SearchRecord

    /// - Parameter chosen: ids of the trials that count; nil for all.
    init(_ group: SeedGroup, in store: Store, chosen: Set<Int>?) throws {
        search = group.searches[0]
        curves = try group.searches.map { search in
            let course = try store.course(ofSearch: search.id).filter { chosen?.contains($0.trialID) ?? true }
            return Course(
                search: search, curve: BestSoFar(course, direction: search.direction, start: search.startedAt))
        }
    }

    /// How many trials all of them have.
    var common: Int { curves.map(\.curve.count).min() ?? 0 }

    /// The best of each seed after so many trials; nil where not all have so many, or one has found nothing yet.
    func best(after count: Int) -> [Double]? {
        guard count <= common else { return nil }
        let values = curves.compactMap { $0.curve.best(after: count)?.value }
        return values.count == curves.count ? values : nil
    }

    /// Whether the values of two rows may be put side by side.
    func isOfOneTask(with other: ProgressRow) -> Bool {
        let (a, b) = (search, other.search)
        return a.modelID == b.modelID && RemovedText.of(a) == RemovedText.of(b) && a.budgetBytes == b.budgetBytes
            && a.budgetBitsPerWeight == b.budgetBitsPerWeight && a.choices == b.choices && a.objective == b.objective
            && a.direction == b.direction
    }

    /// Of each seed that the other row has too, how many trials it took to be as good as that one was in the end; nil
    /// where it never was.
    func trials(toEqual other: ProgressRow) -> [Int?] {
        curves.compactMap { own -> Int?? in
            let target = other.curves.first { $0.search.seed == own.search.seed }?.curve.steps.last?.value
            return target.map { own.curve.trials(toReach: $0, direction: own.search.direction) }
        }
    }

    /// Names of the trials that were the best at some time.
    var trials: [String] { curves.flatMap { own in own.curve.steps.map { "\(own.search.name)/\($0.number)" } } }

    /// Counts for the columns: 1, 2, 3, 5, 8, 10, 15, 20, 30, 50, 100, 150, 200, … and the last.
    static func counts(upTo last: Int) -> [Int] {
        guard last > 0 else { return [] }
        var counts = [1, 2, 3, 5, 8].filter { $0 < last }
        var unit = 10
        while unit < last {
            counts += [10, 15, 20, 30, 50].map { $0 * (unit / 10) }.filter { $0 < last }
            guard unit <= Int.max / 1000 else { break }
            unit *= 10
        }
        return counts + [last]
    }
}

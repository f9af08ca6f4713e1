internal import Store

/// What a chart of fronts shows, whichever way it is drawn: places, ranges, the step line of each front.
struct ParetoChart {
    /// A point with what it is.
    struct Dot {
        let point: ParetoPoint
        /// Number of its search, from 0.
        let series: Int
        /// Whether it is on the front of its search.
        let isOnFront: Bool
        /// Whether it is an allocation that every search is compared with, such as uniform 4 bits.
        var isBaseline: Bool { point.trial.kind == .baseline }
    }

    let analysis: ParetoAnalysis
    /// What is drawn, dominated points first, then baselines, so that those on a front lie on top.
    let dots: [Dot]
    /// Points whose value is too far off to be drawn.
    let leftOut: Int
    /// The unit of the memory axis.
    let unit: ByteUnit
    /// Both axes.
    let x: ChartFrame.Axis
    let y: ChartFrame.Axis
    /// The largest budget, where it is on the memory axis.
    let budget: Double?

    /// - Returns: nil where there is nothing to draw.
    init?(_ analysis: ParetoAnalysis) {
        self.analysis = analysis
        let all = analysis.parts.enumerated().flatMap { series, part in
            part.front.points.map { Dot(point: $0, series: series, isOnFront: part.front.contains($0)) }
        }
        let kept = Self.near(all)
        guard let least = kept.map({ Double($0.point.bytes) }).min(),
            let most = kept.map({ Double($0.point.bytes) }).max()
        else { return nil }
        dots =
            kept.filter { !$0.isOnFront && !$0.isBaseline } + kept.filter { !$0.isOnFront && $0.isBaseline }
            + kept.filter(\.isOnFront)
        leftOut = all.count - kept.count
        unit = ByteUnit(largest: most)
        let divisor = unit.bytes
        let budgets = analysis.parts.compactMap { $0.search.budgetBytes.map(Double.init) }
        budget = budgets.max().flatMap { $0 >= least && $0 <= most + 0.25 * (most - least) ? $0 / divisor : nil }
        let places = [least / divisor, most / divisor] + (budget.map { [$0] } ?? [])
        let ends = kept.flatMap { $0.isOnFront || $0.isBaseline ? Self.ends($0) : [$0.point.value] }
        guard let xRange = LinearScale.range(of: places, margin: 0.04),
            let yRange = LinearScale.range(of: ends, margin: 0.1)
        else { return nil }
        x = ChartFrame.Axis(title: "memory (\(unit.name))", range: xRange)
        let way = analysis.value.direction == .maximize ? "more" : "less"
        y = ChartFrame.Axis(title: "\(analysis.value.title) (\(way) is better)", range: yRange)
    }

    /// Without what is so far from the front, in value or beyond the budget, that it would press the front flat.
    private static func near(_ all: [Dot]) -> [Dot] {
        let fitting = all.filter(\.point.isEligible)
        let (least, most) = (fitting.map(\.point.bytes).min() ?? 0, fitting.map(\.point.bytes).max() ?? Int.max)
        let (limit, isBeyond) = most.addingReportingOverflow(most - least)
        let affordable = all.filter { $0.point.isEligible || isBeyond || $0.point.bytes <= limit }
        let important = affordable.filter { $0.isOnFront || $0.isBaseline }
        guard let core = LinearScale.range(of: (important.isEmpty ? affordable : important).flatMap(ends), margin: 0)
        else { return [] }
        let span = core.upperBound - core.lowerBound
        return affordable.filter { (core.lowerBound - span...core.upperBound + span).contains($0.point.value) }
    }

    /// A value with its standard error up and down.
    static func ends(_ dot: Dot) -> [Double] {
        let error = dot.point.standardError ?? 0
        return [dot.point.value - error, dot.point.value + error]
    }

    /// Memory on the axis.
    func memory(_ point: ParetoPoint) -> Double { Double(point.bytes) / unit.bytes }

    /// The corners of a front's step line, in memory and value: the best value that every memory buys.
    func steps(_ front: ParetoFront) -> [(x: Double, y: Double)] {
        var corners: [(x: Double, y: Double)] = []
        for point in front.members {
            if let last = corners.last { corners.append((memory(point), last.y)) }
            corners.append((memory(point), point.value))
        }
        if let last = corners.last { corners.append((max(last.x, budget ?? x.range.upperBound), last.y)) }
        return corners
    }

    /// Short names of baselines, "4-bit".
    static func shortLabel(_ point: ParetoPoint) -> String {
        let label = point.trial.label ?? point.trial.kind.rawValue
        return label.hasPrefix("uniform ") ? String(label.dropFirst("uniform ".count)) : label
    }
}

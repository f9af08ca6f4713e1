#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// One line of the table.
struct Measurement: Encodable {
    let name: String
    let unit: String
    /// Whether a larger number is the better one.
    let isRate: Bool
    /// Medians; `nil` where that side does not do this work.
    let qpx: Double?
    let pytorch: Double?
    /// How many times faster qpx is: the median over pairs of measurements taken one after the other.
    let ratio: Double?
    /// Relative distance between the quartiles of qpx's measurements.
    let spread: Double

    private enum CodingKeys: String, CodingKey {
        case name, unit, qpx, pytorch, ratio, spread
        case isRate = "higher_is_better"
    }

    /// From seconds, taken in pairs. A rate is `amount` per second, otherwise `amount` is multiplied with seconds.
    init(_ name: String, unit: String, rateOf work: Double? = nil, times factor: Double = 1, _ pairs: [Pair]) {
        self.name = name
        self.unit = unit
        isRate = work != nil
        func value(_ seconds: Double) -> Double { work.map { $0 * factor / seconds } ?? seconds * factor }
        let ours = pairs.map(\.qpx)
        let theirs = pairs.compactMap(\.peer)
        qpx = Self.quantile(ours, 0.5).map(value)
        pytorch = Self.quantile(theirs, 0.5).map(value)
        ratio = Self.quantile(pairs.compactMap { pair in pair.peer.map { $0 / pair.qpx } }, 0.5)
        if let low = Self.quantile(ours, 0.25), let middle = Self.quantile(ours, 0.5),
            let high = Self.quantile(ours, 0.75)
        {
            spread = (high - low) / middle
        } else {
            spread = 0
        }
    }

    /// Seconds of both sides, one after the other.
    struct Pair {
        let qpx: Double
        let peer: Double?
    }

    /// Takes `rounds` pairs in turns, the first of a pair alternating, after one that does not count.
    static func pairs(
        rounds: Int, qpx: () throws -> Double, peer: (() throws -> Double)?
    ) rethrows -> [Pair] {
        _ = try qpx()
        _ = try peer?()
        var pairs: [Pair] = []
        for round in 0..<rounds {
            if round % 2 == 0 {
                let ours = try qpx()
                pairs.append(Pair(qpx: ours, peer: try peer?()))
            } else {
                let theirs = try peer?()
                pairs.append(Pair(qpx: try qpx(), peer: theirs))
            }
        }
        return pairs
    }

    private static func quantile(_ values: [Double], _ share: Double) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        let place = share * Double(sorted.count - 1)
        let low = Int(place)
        let high = min(low + 1, sorted.count - 1)
        return sorted[low] + (sorted[high] - sorted[low]) * (place - Double(low))
    }
}

/// Seconds of processor time that `body` takes.
///
/// Work here runs on one thread and waits for nothing, so this is the time it takes on an idle machine; other programs
/// disturb it less than the time on the wall.
func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = processorSeconds()
    try body()
    return processorSeconds() - start
}

private func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

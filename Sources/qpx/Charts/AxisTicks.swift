#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Round numbers along an axis, 1, 2 or 5 times a power of ten apart.
struct AxisTicks: Sendable, Equatable {
    /// The numbers within the range, ascending.
    let values: [Double]
    /// Decimals that tell them apart.
    let decimals: Int
    /// Power of ten that is taken out of the labels, where they would be long without; else 0.
    let exponent: Int

    /// Ticks of a range.
    /// - Parameters:
    ///   - count: about how many; at least two thirds as many come and at most twice as many.
    ///   - isWhole: whether only whole numbers are ticks.
    init(_ range: ClosedRange<Double>, about count: Int, isWhole: Bool = false) {
        let span = range.upperBound - range.lowerBound
        guard span.isFinite, span > 0, count > 0 else {
            values = [range.lowerBound].filter(\.isFinite)
            decimals = 2
            exponent = 0
            return
        }
        let rough = span / Double(count)
        let power = floor(log10(rough))
        let unit = pow(10, power)
        let factor = rough / unit
        let round = (factor < 1.5 ? 1 : factor < 3.5 ? 2 : factor < 7.5 ? 5 : 10) * unit
        let step = isWhole ? max(1, round) : round
        let magnitude = max(abs(range.lowerBound), abs(range.upperBound))
        let tens = Int(floor(log10(magnitude)))
        exponent = tens >= 5 || tens <= -4 ? tens : 0
        let stepPower = Int(floor(log10(step) + 1e-9))
        decimals = min(12, max(0, exponent - stepPower))
        // The index is multiplied, not the step added up, so that no error gathers.
        let first = (range.lowerBound / step - 1e-9).rounded(.up)
        let last = (range.upperBound / step + 1e-9).rounded(.down)
        guard last >= first, last - first < 1000 else {
            values = []
            return
        }
        values = (0...Int(last - first)).map { (first + Double($0)) * step }
    }

    /// What is written at a tick: "0.25", "1200"; with an exponent, the number without it.
    func label(_ value: Double) -> String { NumberText.fixed(value / pow(10, Double(exponent)), decimals) }

    /// What is written behind the axis' title: " (×10⁶)", or nothing.
    var suffix: String {
        guard exponent != 0 else { return "" }
        let digits: [Character: Character] = [
            "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸",
            "9": "⁹",
        ]
        return " (×10" + String(String(exponent).map { digits[$0] ?? $0 }) + ")"
    }
}

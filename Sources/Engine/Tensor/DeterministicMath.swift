/// Elementary functions in float64 that give the same bits on every processor.
///
/// The system's mathematics library picks its code by processor (with or without fused multiply-add), and the last bit
/// follows. What reaches a metric goes through these instead: only IEEE-exact operations, in a fixed order.
public enum DeterministicMath {
    /// Natural logarithm; within 2 ulp. Negative arguments give NaN, zero gives −∞.
    ///
    /// x = m · 2^e with m in √½ … √2, log m = 2 atanh((m − 1)/(m + 1)) by its series.
    public static func log(_ x: Double) -> Double {
        guard x > 0 else { return x == 0 ? -.infinity : .nan }
        guard x < .infinity else { return x }
        var m = x.significand
        var e = Double(x.exponent)
        if m > 1.414_213_562_373_095_1 {
            m *= 0.5
            e += 1
        }
        let t = (m - 1) / (m + 1)
        let s = t * t
        // Terms beyond t^23/23 are below 2^-60 for |t| <= 0.1716.
        var sum = 0.0
        for k in stride(from: 23, through: 3, by: -2) { sum = (sum + 1 / Double(k)) * s }
        let high = e * 0x1.62e42fee00000p-1
        let low = e * 0x1.a39ef35793c76p-33
        return high + (2 * t + (2 * t * sum + low))
    }

    /// Exponential; within 2 ulp. Overflows to ∞, underflows to 0.
    public static func exp(_ x: Double) -> Double {
        if x.isNaN { return x }
        if x > 709.782_712_893_384 { return .infinity }
        if x < -745.133_219_101_941_1 { return 0 }
        let n = (x * 1.442_695_040_888_963_4).rounded()
        let r = (x - n * 0x1.62e42fee00000p-1) - n * 0x1.a39ef35793c76p-33
        var sum = 1.0
        for k in stride(from: 14, through: 1, by: -1) { sum = 1 + sum * r / Double(k) }
        // Two steps, so that results near the underflow limit stay exact powers away from it.
        let half = Int(n) / 2
        return sum * Double(sign: .plus, exponent: half, significand: 1)
            * Double(sign: .plus, exponent: Int(n) - half, significand: 1)
    }

    /// Cosine and sine of an angle in radians, within 1e-15 for |x| below 10^6.
    ///
    /// Reduced by multiples of π/2 in three parts, then the Taylor series on ±π/4.
    public static func cosineAndSine(_ x: Double) -> (cosine: Double, sine: Double) {
        let n = (x * 0.636_619_772_367_581_4).rounded()
        let r = ((x - n * 0x1.921fb544p+0) - n * 0x1.0b4611a6p-34) - n * 0x1.3198a2e037073p-69
        let s = r * r
        var sine = 0.0
        var cosine = 0.0
        for k in stride(from: 9, through: 1, by: -1) {
            sine = -(1 + sine) * s / Double((2 * k) * (2 * k + 1))
            cosine = -(1 + cosine) * s / Double((2 * k - 1) * (2 * k))
        }
        let c = 1 + cosine
        let t = r + r * sine
        return switch Int(n) & 3 {
        case 0: (c, t)
        case 1: (-t, c)
        case 2: (-c, -t)
        default: (t, -c)
        }
    }
}

/// Special functions in float64 from IEEE-exact operations only, so that a search proposes the same on every processor.
enum SpecialFunctions {
    static let logRootTwoPi = 0.918_938_533_204_672_74
    static let inverseRootTwoPi = 0.398_942_280_401_432_68
    private static let rootHalf = 0.707_106_781_186_547_52
    private static let inverseRootPi = 0.564_189_583_547_756_29

    /// e^x within 2 ulp for x ≤ 0, the only range that kernels need; faster than `DeterministicMath.exp` because it divides
    /// nowhere. Below −708 it is 0.
    @inline(__always)
    static func expOfNonPositive(_ x: Double) -> Double {
        guard x > -708 else { return x.isNaN ? x : 0 }
        // Adding and subtracting 1.5 · 2^52 rounds to the nearest integer without a library call.
        let n = (x * 1.442_695_040_888_963_4 + 0x1.8p52) - 0x1.8p52
        let r = (x - n * 0x1.62e42fee00000p-1) - n * 0x1.a39ef35793c76p-33
        var sum = 1.605_904_383_682_161_5e-10
        sum = sum * r + 2.087_675_698_786_809_9e-9
        sum = sum * r + 2.505_210_838_544_171_9e-8
        sum = sum * r + 2.755_731_922_398_589_1e-7
        sum = sum * r + 2.755_731_922_398_589_1e-6
        sum = sum * r + 2.480_158_730_158_730_2e-5
        sum = sum * r + 1.984_126_984_126_984_1e-4
        sum = sum * r + 1.388_888_888_888_888_9e-3
        sum = sum * r + 8.333_333_333_333_333_3e-3
        sum = sum * r + 4.166_666_666_666_666_7e-2
        sum = sum * r + 0.166_666_666_666_666_67
        sum = sum * r + 0.5
        sum = (sum * r + 1) * r + 1
        return sum * Double(bitPattern: UInt64(bitPattern: Int64(n) + 1023) << 52)
    }

    /// e^x for eight x ≤ 0 at once, as `expOfNonPositive`.
    @inline(__always)
    static func expsOfNonPositive(_ x: SIMD8<Double>) -> SIMD8<Double> {
        let bounded = x.replacing(with: -708, where: x .< -708)
        let n = (bounded * 1.442_695_040_888_963_4 + 0x1.8p52) - 0x1.8p52
        let r = (bounded - n * 0x1.62e42fee00000p-1) - n * 0x1.a39ef35793c76p-33
        var sum = SIMD8<Double>(repeating: 1.605_904_383_682_161_5e-10)
        sum = sum * r + 2.087_675_698_786_809_9e-9
        sum = sum * r + 2.505_210_838_544_171_9e-8
        sum = sum * r + 2.755_731_922_398_589_1e-7
        sum = sum * r + 2.755_731_922_398_589_1e-6
        sum = sum * r + 2.480_158_730_158_730_2e-5
        sum = sum * r + 1.984_126_984_126_984_1e-4
        sum = sum * r + 1.388_888_888_888_888_9e-3
        sum = sum * r + 8.333_333_333_333_333_3e-3
        sum = sum * r + 4.166_666_666_666_666_7e-2
        sum = sum * r + 0.166_666_666_666_666_67
        sum = sum * r + 0.5
        sum = (sum * r + 1) * r + 1
        // The exponent through the same addition: the low bits of n + 1.5 · 2^52 are the integer.
        let bits = unsafeBitCast(n + 0x1.8p52, to: SIMD8<Int64>.self) &+ 1023
        return sum * unsafeBitCast(bits &<< 52, to: SIMD8<Double>.self)
    }

    /// log(1 + x), accurate for small x; x > −1.
    static func log1p(_ x: Double) -> Double {
        let u = 1 + x
        // The rounding of u is undone by the quotient (Kahan).
        return u == 1 ? x : DeterministicMath.log(u) * (x / (u - 1))
    }

    /// Complementary error function, relative error below 1e-13 down to its underflow.
    static func erfc(_ x: Double) -> Double {
        if x.isNaN { return x }
        if x < 2 {
            if x < -6 { return 2 }
            if x < -2 { return 2 - erfc(-x) }
            // erf = 2/√π e^(−x²) Σ 2^n x^(2n+1) / (2n+1)!!: all terms of one sign.
            var term = x
            var sum = x
            var n = 1.0
            while abs(term) > 1e-18 * abs(sum) {
                term *= 2 * x * x / (2 * n + 1)
                sum += term
                n += 1
            }
            return 1 - 2 * inverseRootPi * expOfNonPositive(-x * x) * sum
        }
        return expOfNonPositive(-x * x) * erfcx(x)
    }

    /// Scaled complementary error function e^(x²) erfc(x) for x ≥ 2, by its continued fraction.
    static func erfcx(_ x: Double) -> Double {
        guard x < 1e8 else { return inverseRootPi / x }
        var tail = x
        for k in stride(from: 20 + Int(200 / (x * x)), through: 1, by: -1) { tail = x + 0.5 * Double(k) / tail }
        return inverseRootPi / tail
    }

    /// Standard normal density.
    static func normalDensity(_ z: Double) -> Double { inverseRootTwoPi * expOfNonPositive(-0.5 * z * z) }

    /// Standard normal distribution function.
    static func normalDistribution(_ z: Double) -> Double { 0.5 * erfc(-z * rootHalf) }

    /// The z at which the standard normal distribution function is `p`, 0 < p < 1; within 1e-12 for p ≥ 1e-15.
    static func normalQuantile(_ p: Double) -> Double {
        guard p > 0, p < 1 else { return p == 0 ? -.infinity : p == 1 ? .infinity : .nan }
        // Halving needs no starting value and ends after as many steps as a double has bits.
        var (low, high) = (-40.0, 40.0)
        while true {
            let middle = 0.5 * (low + high)
            guard middle > low, middle < high else { return middle }
            if normalDistribution(middle) < p { low = middle } else { high = middle }
        }
    }

    /// Logarithm of the standard normal distribution function, finite far into the lower tail.
    static func logNormalDistribution(_ z: Double) -> Double {
        if z > 0 { return log1p(-0.5 * erfc(z * rootHalf)) }
        if z > -2.9 { return DeterministicMath.log(normalDistribution(z)) }
        return -0.5 * z * z + DeterministicMath.log(0.5 * erfcx(-z * rootHalf))
    }

    /// log(φ(z) + z Φ(z)), the logarithm of the expected excess of a standard normal over −z.
    ///
    /// For z > −2 directly. Below, with x = −z and Mills' ratio as a continued fraction 1/(x + t), the sum is φ(z) t/(x + t):
    /// nothing cancels, however far out. (Ament et al. 2023, "Unexpected Improvements to Expected Improvement", reach the
    /// same with erfcx and log1mexp.)
    static func logExpectedExcess(_ z: Double) -> Double {
        if z > -2 {
            if z > 40 { return DeterministicMath.log(z) }
            return DeterministicMath.log(normalDensity(z) + z * normalDistribution(z))
        }
        let x = min(-z, 1e150)
        var tail = x
        for k in stride(from: 14 + Int(500 / (x * x)), through: 2, by: -1) { tail = x + Double(k) / tail }
        let t = 1 / tail
        return -0.5 * x * x - logRootTwoPi + DeterministicMath.log(t) - DeterministicMath.log(x + t)
    }

    /// Digamma function ψ(x) = d ln Γ(x)/dx for x > 0, within 1e-14.
    static func digamma(_ x: Double) -> Double {
        guard x > 0 else { return .nan }
        var x = x
        var shift = 0.0
        while x < 10 {
            shift -= 1 / x
            x += 1
        }
        let s = 1 / (x * x)
        let series =
            s
            * (1.0 / 12 - s
                * (1.0 / 120 - s * (1.0 / 252 - s * (1.0 / 240 - s * (1.0 / 132 - s * (691.0 / 32760 - s / 12))))))
        return shift + DeterministicMath.log(x) - 0.5 / x - series
    }
}

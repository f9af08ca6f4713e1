import Testing

@testable import Engine

@Suite("An acquisition") struct AcquisitionTests {
    @Test(
        "log h(z) is exact from −1e6 to 1000",
        .enabled(if: Shared.isPresent, Comment(rawValue: Shared.reason)))
    func goldenLogFunction() throws {
        for value in try GoldenGaussianProcess.load().log_ei_function.values {
            let found = SpecialFunctions.logExpectedExcess(value.z)
            // Values near zero (z about 1) lose digits to the logarithm, hence the floor of the difference.
            #expect(difference(found, value.log_h) < 1e-12, "z = \(value.z): \(found), expected \(value.log_h)")
        }
    }

    @Test("is finite everywhere and never falls with the mean", arguments: Acquisitions.all.map(\.name))
    func finite(name: String) throws {
        let acquisition = try #require(Acquisitions.named(name))
        for deviation in [0, 1e-300, 1e-12, 0.3, 1, 1e6] {
            var last = -Double.infinity
            for mean in [-1e9, -1e3, -10, -3, -2.0001, -2, -1.9999, -1, -1e-9, 0, 1e-9, 1, 3, 10, 1e3, 1e9] {
                let value = acquisition.value(mean: mean, deviation: deviation, best: 0)
                #expect(value.isFinite && value >= last, "mean \(mean), deviation \(deviation): \(value) after \(last)")
                last = value
            }
        }
    }

    @Test("the expected improvement is what its logarithm says") func consistent() {
        for z in stride(from: -20.0, through: 20, by: 0.37) {
            let plain = ExpectedImprovement(margin: 0.1).value(mean: z, deviation: 0.8, best: 0.2)
            let log = LogExpectedImprovement(margin: 0.1).value(mean: z, deviation: 0.8, best: 0.2)
            #expect(abs(DeterministicMath.log(plain) - log) < 1e-12 * max(1, abs(log)))
        }
    }
}

@Suite("Special functions") struct SpecialFunctionTests {
    @Test(
        "erfc agrees with tabulated values",
        arguments: [
            (-7.0, 2.0), (-2.5, 1.999593047982555), (-1, 1.8427007929497148), (0, 1), (0.5, 0.4795001221869535),
            (1, 0.15729920705028513), (1.99, 0.004888586800383002), (2, 0.004677734981047266),
            (3, 2.209049699858544e-05), (5, 1.5374597944280347e-12), (10, 2.088487583762545e-45),
            (26, 5.663192408856145e-296),
        ])
    func erfc(x: Double, expected: Double) {
        #expect(abs(SpecialFunctions.erfc(x) - expected) <= 1e-12 * expected)
    }

    @Test(
        "digamma agrees with tabulated values",
        arguments: [
            (0.1, -10.423754940411076), (1, -0.5772156649015329), (2, 0.42278433509846713), (3.5, 1.103156640645243),
            (10, 2.251752589066721), (2048, 7.624374825666184),
        ])
    func digamma(x: Double, expected: Double) {
        #expect(abs(SpecialFunctions.digamma(x) - expected) < 1e-13 * max(1, abs(expected)))
    }

    @Test("the kernels' exponential agrees with the slower one") func exponential() {
        for x in stride(from: -707.0, through: 0, by: 0.173) {
            let expected = DeterministicMath.exp(x)
            #expect(abs(SpecialFunctions.expOfNonPositive(x) - expected) <= 1e-15 * expected)
        }
        #expect(SpecialFunctions.expOfNonPositive(-1e9) == 0 && SpecialFunctions.expOfNonPositive(0) == 1)
    }
}

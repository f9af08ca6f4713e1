import Testing

@testable import Engine

/// Reference values of `gp.json`.
struct GoldenGaussianProcess: Decodable {
    struct Case: Decodable {
        let d: Int
        let n: Int
        let kind: String
        let X: [[Double]]
        let y: [Double]
        let X_test: [[Double]]
        let signal_variance: Double
        let length_scales: [Double]
        let noise_variance: Double
        let best: Double
        let ucb_beta: Double
        let results: [String: Result]
    }

    struct Result: Decodable {
        let length_scale: Double?
        let length_scales: [Double]?
        let mean: [Double]
        let std_latent: [Double]
        let log_marginal_likelihood: Double
        let acquisition: Acquired
    }

    struct Acquired: Decodable {
        let ei: [Double]
        let log_ei: [Double]
        let pi: [Double]
        let log_pi: [Double]
        let ucb: [Double]
    }

    struct LogFunction: Decodable {
        struct Value: Decodable {
            let z: Double
            let log_h: Double
        }
        let values: [Value]
    }

    let cases: [Case]
    let log_ei_function: LogFunction

    static func load() throws -> Self { try Shared.json("golden/gp.json", as: Self.self) }
}

/// |a − b| relative to |b|, absolute below 1.
func difference(_ a: Double, _ b: Double, floor: Double = 1) -> Double { abs(a - b) / max(floor, abs(b)) }

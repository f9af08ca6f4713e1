import Foundation
import Testing

@testable import Engine

@Suite("Lloyd's tables") struct LloydMaxTests {
    static let tables = [("lm2", "nf2"), ("lm3", "nf3"), ("lm4", "nf4")]

    /// Moments of the distribution that the tables are made for: weights of Gaussian blocks of 64, divided by the largest
    /// magnitude a and weighted by a².
    private struct Distribution {
        private let nodes: [(magnitude: Double, weight: Double)]
        /// Weight at +1, where the largest weight of half the blocks lies.
        let edge: Double

        init() {
            let count = 4000
            let top = 12.0
            var nodes: [(Double, Double)] = []
            var edge = 0.0
            for i in 0...count {
                // Simpson's rule.
                let m = top * Double(i) / Double(count)
                let factor = (i == 0 || i == count ? 1 : i % 2 == 1 ? 4 : 2) * top / Double(count) / 3
                let inside = erf(m / 2.0.squareRoot())
                let common = factor * 64 * 2 * Self.density(m)
                nodes.append((m, common * 63 * pow(inside, 62)))
                edge += 0.5 * common * pow(inside, 63) * m * m
            }
            self.nodes = nodes
            self.edge = edge
        }

        private static func density(_ x: Double) -> Double { exp(-x * x / 2) / (2 * Double.pi).squareRoot() }

        /// Weight and first moment of the interval, the edge included if it ends at 1.
        func moments(_ low: Double, _ high: Double) -> (weight: Double, first: Double) {
            var weight = high == 1 ? edge : 0
            var first = weight
            for (m, w) in nodes {
                weight += w * m * m * 0.5 * (erf(m * high / 2.0.squareRoot()) - erf(m * low / 2.0.squareRoot()))
                first += w * m * (Self.density(m * low) - Self.density(m * high))
            }
            return (weight, first)
        }
    }

    @Test("are fixed points: every entry is the centroid of what is nearest to it", arguments: tables.map(\.0))
    func fixedPoint(name: String) throws {
        let table = try #require(Precisions.named(name) as? any TablePrecision).table.entries.map(Double.init)
        #expect(table == table.map { -$0 }.reversed())
        let positive = table.filter { $0 > 0 }
        let distribution = Distribution()
        let bounds = [0] + zip(positive, positive.dropFirst()).map { ($0 + $1) / 2 } + [1]
        for (i, entry) in positive.enumerated() {
            let (weight, first) = distribution.moments(bounds[i], bounds[i + 1])
            #expect(abs(first / weight - entry) < 1e-7, "entry \(entry)")
        }
    }

    private func error(_ weights: [Float], _ table: [Double]) -> Double {
        let codes = CodeTable(table.map { Float($0) })
        let (ranks, scales) = weights.withUnsafeBufferPointer { codes.quantize($0, blockSize: 64) }
        return weights.indices.reduce(0) { sum, i in
            let difference = Double(weights[i]) - Double(codes.entries[Int(ranks[i])] * scales[i / 64])
            return sum + difference * difference
        }
    }

    @Test("lose less of Gaussian weights than tables beside them", arguments: tables.map(\.0))
    func beatsNeighbours(name: String) throws {
        let weights = PrecisionTests.gaussian(64 * 8192, seed: 21)
        let table = try #require(Precisions.named(name) as? any TablePrecision).table.entries.map(Double.init)
        let own = error(weights, table)
        for i in table.indices where table[i] > 0 {
            for factor in [0.95, 1.05] {
                var other = table
                other[i] *= factor
                other[table.count - 1 - i] *= factor
                #expect(error(weights, other) > own, "entry \(i) times \(factor)")
            }
        }
    }

    @Test("lose less of Gaussian weights than NormalFloat of the same size", arguments: tables)
    func beatsNormalFloat(name: String, normalFloat: String) throws {
        let weights = PrecisionTests.gaussian(64 * 1024, seed: 22)
        let errors = try [name, normalFloat, normalFloat + "_sym"].map { name in
            try weights.withUnsafeBufferPointer {
                try Precisions.parse(name).relativeError(of: $0, rows: 64, columns: 1024)
            }
        }
        #expect(errors[0] < errors[2] && errors[2] < errors[1])
        let sizes = [name, normalFloat].map { Precisions.named($0)?.byteCount(rows: 64, columns: 1024) }
        #expect(sizes[0] == sizes[1])
    }

    @Test(
        "lose less of every layer of a trained model than NormalFloat of the same size",
        .enabled(if: Shared.isPresent, "\(Shared.reason)"), arguments: tables)
    func trainedWeights(name: String, normalFloat: String) throws {
        let model = try LlamaModel(checkpoint: Checkpoint.open(directory: Shared.url("models/brown16")))
        let layers = model.blocks.count
        let own = try model.relativeErrors(of: model.quantized(Allocation(uniform: name, layers: layers)))
        let other = try model.relativeErrors(of: model.quantized(Allocation(uniform: normalFloat, layers: layers)))
        for (layer, (a, b)) in zip(own, other).enumerated() { #expect(a < b, "layer \(layer)") }
    }
}

import Testing

@testable import Engine

@Suite("The leading part of a matrix") struct TruncatedSVDTests {
    private static func noise(_ rows: Int, _ columns: Int, seed: UInt64 = 3) -> [Double] {
        var random = RandomSource(seed: seed)
        return (0..<rows * columns).map { _ in random.normal() }
    }

    private static func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

    @Test(
        "is the exact one: M v = σ u, Mᵀ u = σ v, orthonormal, and no larger component is left",
        arguments: [(7, 5, 3), (64, 64, 4), (172, 64, 8), (64, 172, 8), (40, 130, 40), (1, 9, 1), (344, 128, 16)])
    func exact(rows: Int, columns: Int, rank: Int) {
        let matrix = Self.noise(rows, columns)
        let svd = TruncatedSVD(matrix, rows: rows, columns: columns, rank: rank, random: RandomSource(seed: 1))
        let largest = svd.values[0]
        for k in 0..<rank {
            #expect(k == 0 || svd.values[k] <= svd.values[k - 1])
            for i in 0..<rows {
                let image = (0..<columns).reduce(0) { $0 + matrix[i * columns + $1] * svd.right[k][$1] }
                #expect(abs(image - svd.values[k] * svd.left[k][i]) <= 1e-9 * largest)
            }
            for j in 0..<columns {
                let image = (0..<rows).reduce(0) { $0 + matrix[$1 * columns + j] * svd.left[k][$1] }
                #expect(abs(image - svd.values[k] * svd.right[k][j]) <= 1e-9 * largest)
            }
            for l in 0...k {
                #expect(abs(Self.dot(svd.left[k], svd.left[l]) - (k == l ? 1 : 0)) <= 1e-9)
                #expect(abs(Self.dot(svd.right[k], svd.right[l]) - (k == l ? 1 : 0)) <= 1e-9)
            }
            let at = svd.left[k].indices.max { abs(svd.left[k][$0]) < abs(svd.left[k][$1]) } ?? 0
            #expect(svd.left[k][at] > 0)
        }
        // All values together are the whole energy.
        if rank == min(rows, columns) {
            let energy = matrix.reduce(0) { $0 + $1 * $1 }
            #expect(abs(svd.values.reduce(0) { $0 + $1 * $1 } - energy) <= 1e-9 * energy)
        }
    }

    @Test("of a large flat spectrum captures the same energy from any beginning")
    func flat() {
        let matrix = Self.noise(900, 700)
        let energies = (1...2).map { seed -> Double in
            let svd = TruncatedSVD(matrix, rows: 900, columns: 700, rank: 8, random: RandomSource(seed: UInt64(seed)))
            return svd.values.reduce(0) { $0 + $1 * $1 }
        }
        #expect(abs(energies[0] - energies[1]) <= 1e-6 * energies[0])
        // The edge of the Marchenko–Pastur law: σ₁ ≈ √900 + √700.
        #expect(energies[0] > 8 * 54 * 54 && energies[0] < 8 * 58 * 58)
    }

    @Test("of repeated values, and of fewer components than asked for", arguments: [30, 400])
    func degenerate(size: Int) {
        var matrix = [Double](repeating: 0, count: size * size)
        for i in 0..<5 { matrix[i * size + i] = i < 3 ? 2 : 0.05 }
        let svd = TruncatedSVD(matrix, rows: size, columns: size, rank: 8, random: RandomSource(seed: 1))
        #expect(zip(svd.values, [2, 2, 2, 0.05, 0.05]).allSatisfy { abs($0 - $1) <= 1e-6 }, "\(svd.values)")
        #expect(svd.values[5...] == [0, 0, 0])
        let none = TruncatedSVD(
            [Double](repeating: 0, count: size * size), rows: size, columns: size, rank: 3,
            random: RandomSource(seed: 1))
        #expect(none.values == [0, 0, 0] && none.left.allSatisfy { $0.allSatisfy { $0 == 0 } })
    }
}

@Suite("Eigenvalues of a symmetric matrix") struct DenseSymmetricEigenTests {
    @Test("and their vectors reproduce it", arguments: [1, 2, 3, 10, 65])
    func reproduce(size: Int) {
        var random = RandomSource(seed: 9)
        var matrix = [Double](repeating: 0, count: size * size)
        for i in 0..<size {
            for j in 0...i {
                let value = random.normal()
                matrix[i * size + j] = value
                matrix[j * size + i] = value
            }
        }
        let eigen = DenseSymmetricEigen(matrix, size: size)
        #expect(zip(eigen.values, eigen.values.dropFirst()).allSatisfy { $0 >= $1 })
        for i in 0..<size {
            for j in 0..<size {
                let sum = (0..<size).reduce(0.0) { $0 + eigen.values[$1] * eigen.vectors[$1][i] * eigen.vectors[$1][j] }
                #expect(abs(sum - matrix[i * size + j]) <= 1e-12 * Double(size + 9))
            }
        }
    }
}

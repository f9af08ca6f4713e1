/// Minimisation without derivatives by a simplex that reflects, stretches and shrinks.
///
/// Source: Nelder & Mead 1965, "A Simplex Method for Function Minimization", with the coefficients that Gao & Han 2012
/// adapt to the dimension.
struct NelderMead {
    /// Function evaluations at most.
    let evaluations: Int
    /// Ends when the simplex' values differ by less.
    let tolerance: Double

    /// The best point found from `start`, with first steps of `step` along each axis.
    func minimum(start: [Double], step: Double, of function: ([Double]) -> Double) -> (point: [Double], value: Double) {
        let count = start.count
        guard count > 0 else { return (start, function(start)) }
        func finite(_ point: [Double]) -> Double {
            let value = function(point)
            return value.isNaN ? .infinity : value
        }
        let dimension = Double(max(2, count))
        let stretch = 1 + 2 / dimension
        let pull = 0.75 - 0.5 / dimension
        let shrink = 1 - 1 / dimension
        var simplex: [(point: [Double], value: Double)] = [(start, finite(start))]
        for axis in 0..<count {
            var point = start
            point[axis] += step
            simplex.append((point, finite(point)))
        }
        var used = count + 1
        func along(_ centre: [Double], _ from: [Double], _ factor: Double) -> [Double] {
            zip(centre, from).map { $0 + factor * ($1 - $0) }
        }
        while used < evaluations {
            // A stable sort, so that ties do not depend on the library's algorithm.
            simplex = simplex.enumerated().sorted { ($0.element.value, $0.offset) < ($1.element.value, $1.offset) }
                .map(\.element)
            if simplex[count].value - simplex[0].value < tolerance { break }
            var centre = [Double](repeating: 0, count: count)
            for vertex in simplex[..<count] {
                for axis in 0..<count { centre[axis] += vertex.point[axis] / Double(count) }
            }
            let worst = simplex[count]
            let reflected = along(centre, worst.point, -1)
            let value = finite(reflected)
            used += 1
            if value < simplex[0].value {
                let further = along(centre, worst.point, -stretch)
                let furtherValue = finite(further)
                used += 1
                simplex[count] = furtherValue < value ? (further, furtherValue) : (reflected, value)
            } else if value < simplex[count - 1].value {
                simplex[count] = (reflected, value)
            } else {
                let outside = value < worst.value
                let near = along(centre, worst.point, outside ? -pull : pull)
                let nearValue = finite(near)
                used += 1
                if nearValue < min(value, worst.value) {
                    simplex[count] = (near, nearValue)
                } else {
                    let best = simplex[0].point
                    for index in 1...count {
                        let point = along(best, simplex[index].point, shrink)
                        simplex[index] = (point, finite(point))
                    }
                    used += count
                }
            }
        }
        let best = simplex.enumerated().min { ($0.element.value, $0.offset) < ($1.element.value, $1.offset) }
        return best?.element ?? (start, finite(start))
    }
}

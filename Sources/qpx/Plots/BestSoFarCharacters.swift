internal import Store

extension BestSoFarDrawing {
    func text(width: Int, colour: Colour) -> String? {
        var chart = CharacterChart(width: width, x: x, y: y)
        for line in lines {
            for (index, trial) in line.trials.enumerated() {
                chart.mark(x: Double(index + 1), y: trial.value, series: nil)
            }
        }
        for (series, line) in lines.enumerated() {
            chart.steps(line.corners, series: series)
            for step in line.steps { chart.mark(x: Double(step.position), y: step.value, series: series) }
            chart.explain(lines.count > 1 ? line.search.name : "best so far", series: series)
        }
        if let uniform {
            chart.straight(from: (x.range.lowerBound, uniform.value), to: (x.range.upperBound, uniform.value), "┄")
            chart.explain(uniform.trial.label ?? "best baseline", "┄")
        }
        chart.explain("trial", "·")
        return chart.rendered(colour, notes: notes)
    }
}

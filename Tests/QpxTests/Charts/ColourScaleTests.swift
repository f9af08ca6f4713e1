import Testing

@testable import qpx

@Suite("Colours") struct ColourScaleTests {
    static let themes: [ChartTheme] = [.light, .dark]

    @Test("luminance and contrast are those of the web's guidelines") func luminance() {
        #expect(Luminance.of("#ffffff") == 1 && Luminance.of("#000000") == 0)
        #expect(abs(Luminance.contrast("#000000", "#ffffff") - 21) < 1e-9)
        // A colour of the guidelines' own examples: the lightest grey that text may have on white.
        #expect(abs(Luminance.contrast("#767676", "#ffffff") - 4.54) < 0.01)
        #expect(Luminance.of("green") == 0 && Luminance.of("#12") == 0 && Luminance.of("#zzzzzz") == 0)
    }

    @Test("the scale only darkens on a light ground and only brightens on a dark one", arguments: themes)
    func monotone(theme: ChartTheme) {
        let luminances = (0..<ColourScale.count).map { Luminance.of(theme.colour(.level($0))) }
        for (one, next) in zip(luminances, luminances.dropFirst()) {
            #expect(theme == .dark ? next > one : next < one)
            // Neighbours can be told apart in print without colour.
            #expect(abs(next - one) > 0.015)
        }
    }

    @Test("text has a contrast of 4.5, marks and lines of 3", arguments: themes) func contrast(theme: ChartTheme) {
        let paper = theme.colour(.paper)
        for role in [ChartTheme.Role.ink, .muted] { #expect(Luminance.contrast(theme.colour(role), paper) >= 4.5) }
        for index in 0..<ChartTheme.Role.seriesCount {
            #expect(Luminance.contrast(theme.colour(.series(index)), paper) >= 3, "series \(index)")
        }
        for step in ColourScale.lines {
            #expect(Luminance.contrast(theme.colour(.level(step)), paper) >= 3, "step \(step)")
        }
        for step in 0..<ColourScale.count {
            #expect(Luminance.contrast(theme.colour(.level(step)), theme.colour(.onLevel(step))) >= 4.5)
        }
    }

    @Test(
        "parts become steps, whatever the number",
        arguments: [(0.0, 0), (1.0, 9), (0.5, 5), (-3.0, 0), (7.0, 9), (.nan, 0), (.infinity, 0)])
    func steps(part: Double, step: Int) { #expect(ColourScale.step(of: part) == step) }

    @Test("steps of lines begin where lines can be seen") func lineSteps() {
        #expect(ColourScale.step(of: 0, in: ColourScale.lines) == ColourScale.lines.lowerBound)
        #expect(ColourScale.step(of: 1, in: ColourScale.lines) == ColourScale.count - 1)
        #expect(ColourScale.step(-5) == 0 && ColourScale.step(99) == ColourScale.count - 1)
    }

    @Test("series are told apart by dashes as well") func dashes() {
        let dashes = (0..<ChartTheme.Role.seriesCount).map(PlotDashes.ofSeries)
        #expect(Set(dashes).count == dashes.count)
    }
}

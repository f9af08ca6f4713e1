import Synchronization
import Testing

@testable import qpx

@Suite("Progress") struct ProgressLineTests {
    /// A clock that stands still until it is told, and everything that was written.
    private final class Fixture: Sendable {
        let time = Mutex(0.0)
        let written = Mutex("")

        func line(_ style: ProgressLine.Style) -> ProgressLine {
            ProgressLine(
                style: style, now: { self.time.withLock { $0 } },
                write: { text in self.written.withLock { $0 += text } })
        }
        var text: String { written.withLock { $0 } }
        func wait(_ seconds: Double) { time.withLock { $0 += seconds } }
    }

    @Test("is a plain line every few seconds where there is no terminal") func lines() {
        let fixture = Fixture()
        let line = fixture.line(.lines(everySeconds: 5))
        line.begin("Evaluating arc_easy", total: 500, unit: "examples")
        for step in 1...12 {
            fixture.wait(1)
            line.advance(to: step * 10)
        }
        line.finish("arc_easy: acc 0.248")
        #expect(
            fixture.text == """
                Evaluating arc_easy  0/500 examples
                Evaluating arc_easy  50/500 examples  10.0/s  45.0 s left
                Evaluating arc_easy  100/500 examples  10.0/s  40.0 s left
                arc_easy: acc 0.248

                """)
    }

    @Test("leaves no line of steps that are shorter than the interval") func shortSteps() {
        let fixture = Fixture()
        let line = fixture.line(.lines(everySeconds: 5))
        for trial in 1...3 {
            for step in ["quantizing", "recovering", "evaluating"] {
                line.begin("s/\(trial)  \(step)", total: 2, unit: "steps")
                fixture.wait(1)
                line.advance(to: 2)
            }
            line.finish("s/\(trial)  loss 3.2")
        }
        line.begin("s/4  recovering", total: 100, unit: "steps")
        fixture.wait(6)
        line.advance(to: 50)
        #expect(
            fixture.text == """
                s/1  quantizing  0/2 steps
                s/1  loss 3.2
                s/2  loss 3.2
                s/3  loss 3.2
                s/4  recovering  50/100 steps  8.33/s  6.00 s left

                """)
    }

    @Test("is one redrawn line on a terminal, never wider than it") func redrawn() {
        let fixture = Fixture()
        let line = fixture.line(.redrawn(width: 30))
        line.begin("Recovery of trial 7", total: 200, unit: "steps")
        fixture.wait(1)
        line.advance(to: 100, note: "loss 3.217")
        line.finish()
        #expect(!fixture.text.contains("\n"))
        for drawn in fixture.text.split(separator: "\r\u{1B}[K") { #expect(drawn.count < 30) }
        #expect(fixture.text.hasSuffix("\r\u{1B}[K"))
    }

    @Test("is not redrawn more often than can be seen, but always at the end") func rate() {
        let fixture = Fixture()
        let line = fixture.line(.redrawn(width: 80))
        line.begin("Steps", total: 1000)
        for step in 1...1000 { line.advance(to: step) }
        #expect(fixture.text.components(separated: "\r").count <= 4)
        #expect(fixture.text.contains("1000/1000"))
    }

    @Test("says nothing when it is off") func off() {
        let fixture = Fixture()
        let line = fixture.line(.off)
        line.begin("Steps", total: 10)
        line.advance(to: 5)
        line.note("a note")
        line.finish("done")
        #expect(fixture.text.isEmpty)
    }

    @Test("a note stays above the line") func note() {
        let fixture = Fixture()
        let line = fixture.line(.redrawn(width: 80))
        line.begin("Steps", total: 10)
        line.note("trial 3 failed")
        #expect(fixture.text.contains("\r\u{1B}[Ktrial 3 failed\n\r\u{1B}[KSteps  0/10"))
    }
}

extension String {
    fileprivate func components(separated separator: Character) -> [Substring] { split(separator: separator) }
}

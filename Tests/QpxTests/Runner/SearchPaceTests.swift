import Testing

@testable import qpx

@Suite("The pace of a search") struct SearchPaceTests {
    @Test("is that of the trials of this process, not of those finished before") func text() {
        var pace = SearchPace(done: 4, total: 10)
        #expect(pace.text == "4 of 10 trials")
        pace = pace.adding(seconds: 30).adding(seconds: 60)
        #expect(pace.text == "6 of 10 trials, 3 min 00 s left")
        for _ in 0..<4 { pace = pace.adding(seconds: 45) }
        #expect(pace.text == "10 of 10 trials")
    }
}

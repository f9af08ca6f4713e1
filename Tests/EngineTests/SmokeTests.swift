import Testing

@testable import Engine

@Suite("Engine") struct EngineSmokeTests {
    @Test("builds") func builds() {}
}

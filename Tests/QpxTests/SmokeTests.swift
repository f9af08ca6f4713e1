import Testing

@testable import qpx

@Suite("Qpx") struct QpxSmokeTests {
    @Test("builds") func builds() {}
}

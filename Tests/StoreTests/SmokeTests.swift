import Testing

@testable import Store

@Suite("Store") struct StoreSmokeTests {
    @Test("builds") func builds() {}
}

import Foundation
import Testing

@testable import Store

@Suite("A timestamp") struct TimestampTests {
    @Test(
        "is RFC 3339 in UTC with milliseconds",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (1_735_689_600_250, "2025-01-01T00:00:00.250Z"),
            (1_709_208_000_007, "2024-02-29T12:00:00.007Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (951_868_799_999, "2000-02-29T23:59:59.999Z"), (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        ])
    func text(milliseconds: Int, text: String) {
        #expect(Timestamp.text(milliseconds: milliseconds) == text)
        #expect(Timestamp.milliseconds(text) == milliseconds)
    }

    @Test(
        "that something else wrote is none",
        arguments: ["", "now", "2025-01-01T00:00:00Z", "2025-13-01T00:00:00.000Z", "2025-01-01 00:00:00.000Z"])
    func foreign(text: String) {
        #expect(Timestamp.milliseconds(text) == nil)
    }

    @Test("moves by seconds and stays comparable as text") func sums() {
        #expect(Timestamp.adding(seconds: 0.25, to: "2025-02-28T23:59:59.800Z") == "2025-03-01T00:00:00.050Z")
        #expect(Timestamp.adding(seconds: 1e300, to: "2025-01-01T00:00:00.000Z") == "9999-12-31T23:59:59.999Z")
        #expect(Timestamp.adding(seconds: .infinity, to: "2025-01-01T00:00:00.000Z") == "9999-12-31T23:59:59.999Z")
    }

    @Test("of now is between two looks at another clock") func now() throws {
        let before = Date()
        let text = Timestamp.now()
        let after = Date()
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        let time = try #require(formatter.date(from: text))
        #expect(time >= before.addingTimeInterval(-0.001) && time <= after)
    }
}

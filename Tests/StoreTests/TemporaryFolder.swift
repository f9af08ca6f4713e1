import Foundation
import Synchronization

@testable import Store

/// A folder that goes when the test is over.
final class TemporaryFolder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "qpx-store-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String = "qpx.db") -> String { url.appending(path: name).path }
}

/// A clock that goes one millisecond with each look, from the first of January 2025.
final class TestClock: Sendable {
    private let looks = Mutex(0)

    var now: @Sendable () -> String {
        { [self] in
            let look = looks.withLock { count in
                count += 1
                return count
            }
            return Timestamp.text(milliseconds: 1_735_689_600_000 + look)
        }
    }
}

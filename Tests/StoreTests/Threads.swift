import Foundation
import Synchronization

/// Runs `body` on several threads at once and waits for all of them.
/// - Returns: what they threw.
func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) -> [String] {
    let errors = Mutex<[String]>([])
    DispatchQueue.concurrentPerform(iterations: count) { index in
        do { try body(index) } catch { errors.withLock { $0.append("\(error)") } }
    }
    return errors.withLock { $0 }
}

import Foundation
import Testing

@testable import qpx

/// A Python that has what `runners/requirements.txt` lists.
private enum RunnerPython {
    static let path = ProcessInfo.processInfo.environment["QPX_PYTHON"]
}

/// Runs the tests of `runners`, which carry the same searches out natively and with PyTorch.
///
/// `QPX_PYTHON` names a Python that has what `runners/requirements.txt` lists; without it these tests are skipped.
@Suite("The Python runner", .enabled(if: RunnerPython.path != nil, "QPX_PYTHON names no Python with PyTorch"))
struct PythonRunnerTests {
    @Test("agrees with the native engine", arguments: ["test_precisions", "test_agreement"])
    func agreement(module: String) throws {
        let python = try #require(RunnerPython.path)
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let run = try Binary.run(
            ["-m", "unittest", "-v", "tests." + module], in: root.appending(path: "runners").path,
            environment: ["QPX": Binary.url.path], executable: URL(filePath: python))
        #expect(run.status == 0, "\(run.error)")
    }
}

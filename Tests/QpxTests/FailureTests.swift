import Engine
import Foundation
import Testing

@testable import qpx

@Suite("A failure") struct FailureTests {
    private struct Envelope: Decodable {
        struct Body: Decodable {
            var code: String
            var status: Int
            var message: String
            var hint: String?
        }
        var error: Body
    }

    @Test("has a number and a word for every exit status") func statuses() {
        #expect(ExitStatus.allCases.map(\.rawValue) == [0, 1, 3, 4, 5, 6, 7, 64, 130, 143])
        #expect(Set(ExitStatus.allCases.map(\.code)).count == ExitStatus.allCases.count)
    }

    @Test("is one line for people and one object for programs") func forms() throws {
        let failure = Failure.notFound("search 'x' does\n   not exist", hint: "see 'qpx searches'")
        #expect(failure.text(isJSON: false) == "error: search 'x' does not exist\nhint: see 'qpx searches'\n")
        let json = failure.text(isJSON: true)
        #expect(json.split(separator: "\n").count == 1)
        let error = try JSONDecoder().decode(Envelope.self, from: Data(json.utf8)).error
        #expect(error.code == "not_found" && error.status == 3 && error.message == "search 'x' does not exist")
        #expect(error.hint == "see 'qpx searches'")
    }

    private enum Broken: EngineError {
        case tensor
        var description: String { "model.safetensors: tensor 'x' is cut off" }
    }

    @Test("keeps the sentence of the layer that threw") func layers() {
        #expect(Failure(Broken.tensor).message == "model.safetensors: tensor 'x' is cut off")
        #expect(Failure(Broken.tensor).status == .failed)
        let usage = Failure.usage("--trials: bad")
        #expect(Failure(usage) == usage)
    }
}

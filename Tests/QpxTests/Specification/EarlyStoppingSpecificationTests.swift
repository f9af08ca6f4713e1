import ArgumentParser
import Engine
import Foundation
import Testing

@testable import qpx

@Suite("Settings of early stopping") struct EarlyStoppingSpecificationTests {
    private func parse(_ arguments: [String]) throws -> Specification {
        try SearchOptions.parse(SpecificationTests.enough + arguments).specification(folder: "/data")
    }

    @Test("stop nothing unless they say so") func off() throws {
        #expect(try parse([]).earlyStopping == .defaults && EarlyStoppingSpecification.defaults.race == nil)
        #expect(try parse(["--early-stopping", "none"]).earlyStopping == .defaults)
        #expect(
            try parse(["--early-stopping", "racing"]).earlyStopping.race == Race.Options(confidence: 0.99, stages: 5))
    }

    @Test("say the same as flags and in YAML, and flags win") func yaml() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "qpx-\(UUID().uuidString).yaml")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data("early-stopping: racing\nracing-confidence: 0.9\nracing-stages: 3\n".utf8).write(to: file)
        let written = try parse(["--spec", file.path])
        #expect(written.earlyStopping.race == Race.Options(confidence: 0.9, stages: 3))
        let flags = ["--early-stopping", "racing", "--racing-confidence", "0.9", "--racing-stages", "3"]
        #expect(try written.canonicalJSON() == parse(flags).canonicalJSON())
        #expect(try parse(["--spec", file.path, "--racing-stages", "7"]).earlyStopping.race?.stages == 7)
    }

    @Test("of a specification that was recorded before there were any stop nothing") func earlier() throws {
        let specification = try parse(["--early-stopping", "racing"])
        var object = try #require(
            try JSONSerialization.jsonObject(with: Data(specification.canonicalJSON().utf8)) as? [String: Any])
        func decoded() throws -> EarlyStoppingSpecification {
            let text = String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self)
            return try Specification(canonicalJSON: text, of: "search").earlyStopping
        }
        #expect(try decoded() == specification.earlyStopping)
        // Numbers that a race cannot take, whoever wrote them, trap nowhere.
        object["racing_confidence"] = 1.5
        object["racing_stages"] = -3
        #expect(try decoded().race == Race.Options(confidence: 0.999_999, stages: 2))
        for key in ["early_stopping", "racing_confidence", "racing_stages"] {
            #expect(object.removeValue(forKey: key) != nil, "\(key) is not recorded")
        }
        #expect(try decoded() == .defaults)
    }
}

import Testing

@testable import Engine

@Suite("Random numbers as Python draws them") struct PythonRandomTests {
    private struct Draw: Decodable {
        let seed: String
        let population: Int
        let count: Int
        let sample: [Int]
    }

    @Test("are Python's, one sample after the other from one generator")
    func samples() throws {
        var generators: [String: PythonRandom] = [:]
        for draw in try TaskFixtures.expected("random", as: Draw.self) {
            let seed = try #require(UInt64(draw.seed))
            var random = generators[draw.seed] ?? PythonRandom(seed: seed)
            #expect(random.sample(draw.population, draw.count) == draw.sample, "seed \(seed)")
            generators[draw.seed] = random
        }
        #expect(generators.count == 7)
    }

    @Test("stay below their bound", arguments: [1, 2, 3, 1000, Int(UInt32.max)])
    func bounds(bound: Int) {
        var random = PythonRandom(seed: 5)
        let values = (0..<200).map { _ in random.below(bound) }
        #expect(values.allSatisfy { (0..<bound).contains($0) })
    }
}

@Suite("Text as Python changes it") struct PythonTextTests {
    private struct Sample: Decodable {
        let text: String
        let stripped: String
        let capitalized: String
        let cleaned: String
    }

    @Test("is stripped, capitalized and cleaned as there, scalar by scalar")
    func same() throws {
        for sample in try TaskFixtures.expected("text", as: Sample.self) {
            #expect(Array(PythonText.stripped(sample.text).utf8) == Array(sample.stripped.utf8), "\(sample.text)")
            #expect(Array(PythonText.capitalized(sample.text).utf8) == Array(sample.capitalized.utf8), "\(sample.text)")
            #expect(Array(HellaSwag.cleaned(sample.text).utf8) == Array(sample.cleaned.utf8), "\(sample.text)")
        }
    }

    @Test("is replaced from left to right, and a letter with an accent is two where it is written so")
    func replaces() {
        #expect(PythonText.replacing("aa", with: "b", in: "aaaaa") == "bba")
        #expect(PythonText.replacing("", with: "b", in: "a") == "a")
        #expect(PythonText.replacing("e", with: "o", in: "e\u{301}") == "o\u{301}")
    }
}

import Testing

@testable import ExampleMaker

@Suite("A corpus") struct CorpusTests {
    private func corpus(seed: UInt64 = 7) throws -> Corpus {
        Corpus(topics: Topics.all(of: try World(seed: 7, population: 40)), seed: seed)
    }

    @Test("is long enough, without repeated documents, and the same each time") func isDeterministic() throws {
        let documents = try corpus().documents("train", bytes: 100_000)
        #expect(Corpus.text(documents).utf8.count >= 100_000)
        #expect(Corpus.text(documents).utf8.count < 102_000)
        #expect(Set(documents).count == documents.count)
        #expect(try corpus().documents("train", bytes: 100_000) == documents)
        #expect(try corpus(seed: 8).documents("train", bytes: 100_000) != documents)
        #expect(try corpus().documents("calibration", bytes: 100_000) != documents)
    }

    @Test("leaves out what is known") func leavesOut() throws {
        let known = Set(try corpus().documents("train", bytes: 50_000))
        let again = try corpus().documents("train", bytes: 50_000, except: known)
        #expect(known.isDisjoint(with: again))
    }

    @Test("gives each topic its share") func sharesOut() throws {
        let documents = try corpus().documents("train", bytes: 400_000)
        let stories = documents.filter { $0.contains(" was with ") }
        let share = Double(stories.reduce(0) { $0 + $1.utf8.count }) / 400_000
        let topics = Topics.all(of: try World(seed: 7, population: 40))
        let expected = 18 / topics.reduce(0) { $0 + $1.share }
        #expect(abs(share - expected) < 0.02)
    }

    @Test("is written as one paragraph per line with an empty line between documents") func isText() {
        #expect(Corpus.text(["A b.\nC d.", "E."]) == "A b.\nC d.\n\nE.\n")
    }
}

import Engine
import Testing

@testable import ExampleMaker

@Suite("A topic") struct TopicTests {
    private let world: World

    init() throws { world = try World(seed: 11, population: 60) }

    private func questions(_ topic: some Topic, count: Int = 300) -> [Question] {
        (0..<count).map { number in
            var random = RandomSource(seed: 5).derived(number)
            return topic.question(number, &random)
        }
    }

    @Test("writes clean paragraphs of whole sentences") func writesParagraphs() {
        for topic in Topics.all(of: world) {
            for number in 0..<500 {
                var random = RandomSource(seed: 6).derived(number)
                for line in topic.document(&random) {
                    #expect(line.utf8.allSatisfy { (0x20..<0x7f).contains($0) })
                    #expect(line.first?.isUppercase == true && line.hasSuffix("."), "\(line)")
                    #expect(!line.contains("  ") && !line.contains("{") && !line.contains(" ."), "\(line)")
                    #expect(line.split(separator: " ").count < 110, "\(line)")
                }
            }
        }
    }

    @Test("asks facts of the person named last, and knows them") func knowsFacts() throws {
        let names = Set(world.inhabitants.map(\.name))
        for (number, question) in questions(Facts(world: world)).enumerated() {
            let words = question.context.split { !$0.isLetter }.map(String.init)
            let name = try #require(words.last { names.contains($0) })
            let person = try #require(world.inhabitants.first { $0.name == name })
            let attribute = Attribute.allCases[number % Attribute.allCases.count]
            #expect(question.answer == person.value(attribute), "\(question.context)")
            #expect(question.distractors.allSatisfy { world.values(of: attribute).contains($0) })
        }
    }

    @Test("refers with a pronoun to the person whose it is") func refers() throws {
        for question in questions(Pronouns(world: world)) {
            let isWoman = question.context.split { !$0.isLetter }.suffix(6).contains {
                ["She", "she", "her"].contains($0)
            }
            if let person = world.inhabitants.first(where: { $0.name == question.answer }) {
                #expect(person.isWoman == isWoman, "\(question.context) \(question.answer)")
                #expect(question.context.contains(question.answer))
                #expect(question.distractors.allSatisfy { question.context.contains($0) })
            } else {
                #expect(Set([question.answer] + question.distractors) == ["she", "he"])
            }
        }
    }

    @Test("counts right in sums") func sums() throws {
        func number(_ word: Substring) -> Int? { Lexicon.numbers.firstIndex(of: String(word)).map { $0 + 1 } }
        let sums = questions(Sequences(world: world)).filter { $0.context.hasPrefix("At first") }
        #expect(sums.count > 100)
        for question in sums {
            let told = question.context.split { !$0.isLetter }
            let numbers = told.compactMap(number)
            try #require(numbers.count == 2)
            let sign = told.contains("more") ? 1 : -1
            #expect(number(question.answer[...]) == numbers[0] + sign * numbers[1], "\(question.context)")
        }
    }

    @Test("steps right through days and months") func steps() throws {
        for (phrase, answer) in [
            ("After Sunday comes", "Monday"), ("Before January comes", "December"),
            ("Two after Saturday comes", "Monday"), ("Two before February comes", "December"),
        ] {
            let found = questions(Sequences(world: world), count: 6000).filter { $0.context == phrase }
            #expect(!found.isEmpty && found.allSatisfy { $0.answer == answer }, "\(phrase)")
        }
    }

    @Test("agrees with the subject, not with what stands between") func agrees() throws {
        let nouns = Noun.beings + Noun.things
        let plurals = Set(nouns.map(\.plural))
        let singulars = Set(nouns.map(\.singular))
        let pluralVerbs = Set(["are", "were", "have"] + Verb.actions.map(\.base))
        var mismatched = 0
        let asked = questions(Agreement()).filter { $0.context.hasPrefix("The ") }
        for question in asked {
            let words = question.context.split(separator: " ").map(String.init)
            let marked = words.filter { plurals.contains($0) || singulars.contains($0) }
            try #require(marked.count == 2)
            #expect(plurals.contains(marked[0]) == pluralVerbs.contains(question.answer), "\(question)")
            #expect(pluralVerbs.contains(question.answer) != pluralVerbs.contains(question.distractors[0]))
            if plurals.contains(marked[0]) != plurals.contains(marked[1]) { mismatched += 1 }
        }
        #expect(abs(mismatched - asked.count / 2) <= asked.count / 10)
    }
}

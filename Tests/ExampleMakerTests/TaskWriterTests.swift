import Foundation
import Testing

@testable import ExampleMaker

@Suite("A task file") struct TaskWriterTests {
    static let topics: [String] = ["facts", "agreement", "tracking", "pronouns", "categories", "sequences"]
    static let training: [String] = {
        guard let world = try? World(seed: 7, population: 48) else { return [] }
        return Corpus(topics: Topics.all(of: world), seed: 7).documents("train", bytes: 2_000_000)
    }()

    private func items(_ name: String, count: Int = 200, seed: UInt64 = 7) throws -> [TaskWriter.Item] {
        let world = try World(seed: 7, population: 48)
        let topic = try #require(Topics.all(of: world).first { $0.name == name })
        return try TaskWriter(topic: topic, seed: seed).items(count: count)
    }

    @Test("exists for every topic") func covers() throws {
        #expect(Topics.all(of: try World(seed: 7, population: 48)).map(\.name) == Self.topics)
    }

    @Test(
        "has different questions with different choices, the right one at each place equally often", arguments: topics)
    func isBalanced(name: String) throws {
        let items = try items(name)
        #expect(items.count == 200)
        #expect(items == (try self.items(name)))
        #expect(items != (try self.items(name, seed: 8)))
        #expect(Set(items.map(\.id)).count == 200)
        #expect(Set(items.map { "\($0.context) \($0.choices[$0.gold])" }).count == 200)
        let choices = try #require(items.first?.choices.count)
        for item in items {
            #expect(Set(item.choices).count == choices)
            #expect(!item.context.hasSuffix(" ") && !item.context.contains("  "))
            #expect(item.choices.allSatisfy { !$0.isEmpty && !$0.contains(" ") })
        }
        for position in 0..<choices {
            let count = items.count { $0.gold == position }
            #expect(abs(count - 200 / choices) <= 1)
        }
    }

    @Test("cannot be answered by counting words or pairs of words", arguments: topics)
    func needsUnderstanding(name: String) throws {
        let model = CountModel(Self.training)
        // One standard error is 2 to 2.6 points with this many questions; the bounds are four of them.
        let items = try items(name, count: ["categories": 300, "sequences": 300][name] ?? 600)
        func accuracy(_ value: (String, String) -> Double) -> Double {
            let right = items.count { item in
                let values = item.choices.map { value($0, item.context) }
                return values.firstIndex(of: values.max() ?? 0) == item.gold
            }
            return Double(right) / Double(items.count)
        }
        let chance = 1 / Double(try #require(items.first?.choices.count))
        let unigram = accuracy { choice, _ in model.unigram(choice) }
        let bigram = accuracy { choice, context in model.bigram(choice, after: context) }
        #expect(abs(unigram - chance) < 0.1, "unigram \(unigram), chance \(chance)")
        #expect(abs(bigram - chance) < 0.1, "bigram \(bigram), chance \(chance)")
    }

    @Test(
        "asks what the training text never says, where a skill is asked for",
        arguments: [
            "agreement", "tracking", "pronouns",
        ])
    func isHeldOut(name: String) throws {
        let answers = Set(try items(name).map { "\($0.context) \($0.choices[$0.gold])" })
        let lengths = Set(answers.map { $0.utf8.count })
        for line in Self.training.flatMap({ $0.split(separator: "\n") }) {
            var start = line.startIndex
            while start < line.endIndex {
                let rest = line[start...].utf8
                for length in lengths where length <= rest.count {
                    #expect(!answers.contains(String(rest.prefix(length)) ?? ""))
                }
                guard let stop = line[start...].firstIndex(of: ".") else { break }
                start = line.index(stop, offsetBy: 2, limitedBy: line.endIndex) ?? line.endIndex
            }
        }
    }

    @Test("asks for properties of category members that were never told") func asksUntoldProperties() throws {
        let text = Self.training.joined(separator: "\n")
        let untold = try items("categories").enumerated().filter { $0.offset % 5 >= 3 }.map(\.element)
        #expect(untold.count == 80)
        for item in untold {
            #expect(!text.contains("\(item.context) \(item.choices[item.gold])"), "\(item.context)")
        }
    }

    @Test("says so when there are not as many questions as wanted") func isExhausted() throws {
        #expect {
            try items("categories", count: 20_000)
        } throws: { error in
            guard case .questionsExhausted("categories", _, 20_000)? = error as? ExampleError else { return false }
            return true
        }
    }

    @Test("is one JSON object per line with the requests to score") func isJSON() throws {
        struct Line: Decodable {
            let id: String
            let context: String
            let choices: [String]
            let gold: Int
            let requests: [[String]]
        }
        let items = try items("tracking", count: 20)
        let lines = TaskWriter.lines(items).split(separator: "\n")
        #expect(lines.count == 20)
        for (item, line) in zip(items, lines) {
            let decoded = try JSONDecoder().decode(Line.self, from: Data(line.utf8))
            #expect(decoded.id == item.id && decoded.gold == item.gold && decoded.choices == item.choices)
            #expect(decoded.requests == item.choices.map { [item.context, " " + $0] })
        }
    }
}

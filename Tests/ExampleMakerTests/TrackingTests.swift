import Engine
import Testing

@testable import ExampleMaker

@Suite("A tracked story") struct TrackingTests {
    /// Reads a story again, sentence by sentence, and keeps its own account.
    private struct Reader {
        var place: [String: String] = [:]
        var holder: [String: String] = [:]

        /// Takes in a sentence; for a statement about now, whether it is true.
        mutating func read(_ sentence: String) -> Bool {
            var words = sentence.split(separator: " ").map(String.init)
            let isNow = words.prefix(2).contains { $0.lowercased() == "now" }
            if isNow { words.removeFirst(words[0] == "So" ? 2 : 1) }
            if words[0] == "One" || words[0] == "This" { words.removeFirst(2) }
            switch (words[0], words[1]) {
            case ("the", let thing): return isNow && holder[thing] == words.last
            case (let person, "is"): return isNow && place[person] == words.last
            case ("The", let thing): holder[thing] = words.last
            case (_, "gave"), (_, "passed"), (_, "handed"): holder[words[3]] = words.last
            case (let person, _): place[person] = words.last
            }
            return true
        }
    }

    private func sentences(_ text: some StringProtocol) -> [String] {
        text.split(separator: ".").map { String($0.first == " " ? $0.dropFirst() : $0) }
    }

    @Test("says only what is true at that moment") func isTrue() throws {
        let tracking = Tracking(world: try World(seed: 2, population: 40))
        for number in 0..<300 {
            var random = RandomSource(seed: 9).derived(number)
            for line in tracking.document(&random) {
                var reader = Reader()
                for sentence in sentences(line) {
                    let isTrue = reader.read(sentence)
                    #expect(isTrue, "\(sentence) in: \(line)")
                }
            }
        }
    }

    @Test("asks for what is true, among choices of the story of which no other is") func asksTruth() throws {
        let tracking = Tracking(world: try World(seed: 2, population: 40))
        for number in 0..<300 {
            var random = RandomSource(seed: 10).derived(number)
            let question = tracking.question(number, &random)
            func isTrue(_ choice: String) -> Bool {
                var reader = Reader()
                return sentences("\(question.context) \(choice)").map { reader.read($0) }.last == true
            }
            #expect(isTrue(question.answer), "\(question)")
            for distractor in question.distractors {
                #expect(!isTrue(distractor), "\(question)")
                #expect(question.context.contains(distractor))
            }
        }
    }
}

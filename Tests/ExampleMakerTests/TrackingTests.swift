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
            if words[0] == "One" || words[0] == "This" { words.removeFirst(2) }
            switch words[0] {
            case "So" where words[1] == "the": return holder[words[2]] == words.last
            case "Now" where words[1] == "the": return holder[words[2]] == words.last
            case "So": return place[words[1]] == words.last
            case "Now": return place[words[3]] == words.last
            default: break
            }
            switch words[1] {
            case "was":
                place[words[0]] = words[4]
                if words.count > 5 { holder[words[7]] = words[0] }
            case "gave", "passed": holder[words[3]] = words[5]
            case "got": holder[words[3]] = words[0]
            default: place[words[0]] = words[4]
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

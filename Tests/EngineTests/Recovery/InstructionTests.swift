import Foundation
import Testing

@testable import Engine

@Suite("Instruction data") struct InstructionFileTests {
    private func parse(_ text: String) throws -> [InstructionExample] {
        try InstructionFile.parse(Array(text.utf8), file: "a.json")
    }

    @Test(
        "is a JSON list or one object per line, with further fields ignored",
        arguments: [
            #"[{"instruction": "A", "input": "b", "output": "c"}, {"instruction": "D", "output": "\u00e9", "x": 1}]"#,
            "\u{feff} [\n{\"instruction\":\"A\",\"input\":\"b\",\"output\":\"c\"},"
                + "{\"instruction\":\"D\",\"input\":null,\"output\":\"é\"}]\n",
            "{\"instruction\":\"A\",\"input\":\"b\",\"output\":\"c\"}\n\n{\"output\":\"é\",\"instruction\":\"D\"}\r\n",
        ])
    func formats(text: String) throws {
        #expect(
            try parse(text) == [
                InstructionExample(instruction: "A", input: "b", output: "c"),
                InstructionExample(instruction: "D", output: "é"),
            ])
    }

    @Test(
        "that is wrong is refused with the place",
        arguments: [
            ("", "holds no example"), ("[]", "holds no example"), ("[1]", "entry 0: expected an object"),
            (#"[{"instruction": "a", "output": "b"}, {"instruction": "a"}]"#, "entry 1: the field 'output' is missing"),
            (#"[{"instruction": 3, "output": "b"}]"#, "entry 0: the field 'instruction' is 3"),
            (#"[{"instruction": "a", "input": ["x"], "output": "b"}]"#, "the field 'input' is a list of 1"),
            ("[\n{\"instruction\": \"a\",\n", "line 3: is not JSON"),
            ("{\"instruction\": \"a\", \"output\": \"b\"}\n{\"instruction\"}", "line 2: is not JSON"),
            ("{\"instruction\": \"a\", \"output\": \"b\"}\n{\"output\": \"b\"}", "line 2: the field 'instruction'"),
            ("hello", "line 1: is not JSON"), ("\"a\"", "line 1: expected an object"),
        ])
    func refused(text: String, message: String) throws {
        let error = try #require(throws: InstructionFileError.self) { try parse(text) }
        #expect(error.description.contains(message) && error.description.hasPrefix("a.json"), "\(error.description)")
    }

    @Test("of a file that is not there") func missing() {
        #expect(throws: InstructionFileError.missing(file: "/none.json")) { try InstructionFile.read("/none.json") }
    }
}

@Suite("A prompt") struct PromptTemplateTests {
    @Test(
        "without headers is one line",
        arguments: [
            ("Do it.", "", "Do it: "), ("Do it", "with this", "Do it: with this."), ("Why?", "Now!", "Why? Now!"),
            ("", "", ": "), ("é.", "x:", "é: x:"),
        ])
    func plain(instruction: String, input: String, expected: String) {
        #expect(PromptTemplate.none.prompt(instruction: instruction, input: input) == expected)
        #expect(PromptTemplate.none.text(prompt: expected, answer: "Yes") == expected + " Yes")
        #expect(PromptTemplate.none.text(prompt: expected, answer: "") == expected)
    }

    @Test("of Alpaca has headers, and is recorded by its digest") func alpaca() {
        let prompt = PromptTemplate.alpaca.prompt(instruction: "Add.", input: "1 {input}")
        #expect(
            prompt == "Below is an instruction that describes a task, paired with an input that provides further "
                + "context. Write a response that appropriately completes the request.\n\n### Instruction:\nAdd.\n\n"
                + "### Input:\n1 {input}\n\n### Response:\n")
        #expect(PromptTemplate.alpaca.text(prompt: prompt, answer: "2") == prompt + "2")
        #expect(Set(PromptTemplate.allCases.map(\.digest)).count == PromptTemplate.allCases.count)
    }
}

@Suite("Instructions as tokens agree with LLM-Pruner's rules", .enabled(if: Shared.isPresent, "\(Shared.reason)"))
struct InstructionTokensTests {
    static let examples = [
        InstructionExample(instruction: "Name three colours.", output: "Red, green and blue."),
        InstructionExample(
            instruction: "Translate to French", input: "Good morning, {instruction}!", output: "Bonjour"),
        InstructionExample(instruction: "What is 2 + 2?", output: "4"),
        InstructionExample(
            instruction: "Summarise the text.", input: "The café was closed\nfor the day",
            output: String(repeating: "It was closed — until Monday. ", count: 20)),
        InstructionExample(instruction: "Say nothing.", output: ""),
        InstructionExample(instruction: String(repeating: "Long. ", count: 80), output: "never seen"),
    ]

    /// How many examples are left, and SHA-256 over ids and labels, from the rules in Python with Transformers' tokenizers.
    static let expected: [(String, PromptTemplate, InstructionData.LossTarget, Int, Int, String)] = [
        ("stories260k", .alpaca, .answer, 256, 5, "77cf92a1ce43f534"),
        ("stories260k", .alpaca, .answer, 64, 0, "e3b0c44298fc1c14"),
        ("stories260k", .alpaca, .all, 256, 6, "175e8d904d5cf381"),
        ("stories260k", .alpaca, .all, 64, 6, "8b39e7e070e3c5a7"),
        ("stories260k", .none, .answer, 256, 5, "a4b14eea964e46ad"),
        ("stories260k", .none, .answer, 64, 5, "5ab07de081420e17"),
        ("stories260k", .none, .all, 256, 6, "d19e9845b062e8ad"),
        ("stories260k", .none, .all, 64, 6, "20850f9e4c530f6c"),
        ("brown16", .alpaca, .answer, 256, 5, "d72037fc9d2d5d9a"),
        ("brown16", .alpaca, .answer, 64, 0, "e3b0c44298fc1c14"),
        ("brown16", .alpaca, .all, 256, 6, "ac573d6b8022dd8a"),
        ("brown16", .alpaca, .all, 64, 6, "48bee519eb5577d4"),
        ("brown16", .none, .answer, 256, 6, "b61916c38e5ac925"),
        ("brown16", .none, .answer, 64, 5, "51d3d421f895a7fd"),
        ("brown16", .none, .all, 256, 6, "7ad79f7fa63d4d5b"),
        ("brown16", .none, .all, 64, 6, "e9cd6442b3d102ec"),
    ]

    @Test("token by token, label by label", arguments: expected)
    func tokens(
        model: String, template: PromptTemplate, lossOn: InstructionData.LossTarget, cutoff: Int, kept: Int,
        digest: String
    ) throws {
        let tokenizer = try Tokenizer.load(directory: Shared.url("models/\(model)"))
        func encode() throws -> InstructionData {
            try InstructionData(
                Self.examples, tokenizer: tokenizer, template: template, lossOn: lossOn, cutoff: cutoff, seed: 1)
        }
        guard kept > 0 else {
            #expect(throws: TrainingError.noExamples(examples: 6, cutoff: cutoff)) { try encode() }
            return
        }
        let data = try encode()
        #expect(data.count == kept && data.skipped == Self.examples.count - kept)
        let text = data.sequences.map { sequence in
            let (ids, labels) = (sequence.tokens.map(String.init), sequence.labels.map(String.init))
            return ids.joined(separator: ",") + ";" + labels.joined(separator: ",") + "\n"
        }
        #expect(SHA256.hex(of: text.joined()).hasPrefix(digest))
    }

    @Test("and come in another order every pass, each once") func order() throws {
        let tokenizer = try Tokenizer.load(directory: Shared.url("models/stories260k"))
        let examples = (0..<50).map { InstructionExample(instruction: "Say \($0)", output: "\($0)") }
        func passes(seed: UInt64) throws -> [[[Int32]]] {
            let data = try InstructionData(
                examples, tokenizer: tokenizer, template: .none, lossOn: .all, cutoff: 64, seed: seed)
            let all = (0..<10).flatMap { data.trainingBatch(step: $0, size: 10).sequences }
            return [Array(all[..<50]), Array(all[50...])]
        }
        let one = try passes(seed: 1)
        #expect(Set(one[0]).count == 50 && Set(one[0]) == Set(one[1]) && one[0] != one[1])
        #expect(try passes(seed: 1) == one && passes(seed: 2) != one)
    }

    @Test("of which none is left are refused") func nothing() throws {
        let tokenizer = try Tokenizer.load(directory: Shared.url("models/stories260k"))
        #expect(throws: TrainingError.noExamples(examples: 1, cutoff: 8)) {
            try InstructionData(
                [Self.examples[5]], tokenizer: tokenizer, template: .alpaca, lossOn: .answer, cutoff: 8, seed: 1)
        }
    }
}

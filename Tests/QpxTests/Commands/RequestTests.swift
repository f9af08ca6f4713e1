import ArgumentParser
import Testing

@testable import qpx

@Suite("The request of a command") struct RequestTests {
    private func failure(_ work: () throws -> Void) -> Failure? {
        do {
            try work()
            return nil
        } catch { return error as? Failure }
    }

    @Test("eval takes files after one flag or after several") func eval() throws {
        let request = try EvalCommand.parse([
            "--model", "m", "--task", "a.jsonl", "b.jsonl", "--text", "t.txt", "--task", "c.jsonl", "--per-example",
            "--json", "--threads", "1",
        ]).request(folder: "/d")
        #expect(request.evaluation.tasks == ["/d/a.jsonl", "/d/b.jsonl", "/d/c.jsonl"])
        #expect(request.evaluation.texts == ["/d/t.txt"] && request.isPerExample && request.threads == 1)
        #expect(request.model == "/d/m")
    }

    @Test("eval without anything to evaluate is refused") func nothing() {
        let failure = failure { _ = try EvalCommand.parse(["--model", "m"]).request(folder: "/") }
        #expect(failure?.message.contains("name --task or --text files") == true)
    }

    @Test("prune needs a ratio and a new folder") func prune() throws {
        let folder = try TemporaryFolder()
        let arguments = ["--model", "m", "--ratio", "0.25", "--importance", "magnitude", "--out", "new"]
        let request = try PruneCommand.parse(arguments).request(folder: folder.path)
        #expect(request.pruning.ratio == 0.25 && request.out == folder.path + "/new" && request.seed == 42)
        _ = try folder.file("new/config.json")
        #expect(failure { _ = try PruneCommand.parse(arguments).request(folder: folder.path) }?.status == .conflict)
        let without = failure {
            _ = try PruneCommand.parse(["--model", "m", "--out", "x"]).request(folder: folder.path)
        }
        #expect(without?.message.contains("--ratio or --parameters-removed") == true)
        let calibration = failure {
            _ = try PruneCommand.parse(["--model", "m", "--ratio", "0.2", "--out", "x"]).request(folder: folder.path)
        }
        #expect(calibration?.message.hasPrefix("--calibration is missing") == true)
    }

    @Test("quantize takes one precision or one per layer") func quantize() throws {
        let folder = try TemporaryFolder()
        let uniform = try QuantizeCommand.parse(["--model", "m", "--precision", "4", "--out", "q"])
            .request(folder: folder.path)
        #expect(uniform.precisions == .uniform("nf4"))
        _ = try folder.file("layers", "8844 2f\n")
        let mixed = try QuantizeCommand.parse(["--model", "m", "--allocation", "layers", "--out", "q"])
            .request(folder: folder.path)
        #expect(mixed.precisions == .perLayer(["int8", "int8", "nf4", "nf4", "nf2", "bf16"]))
        for arguments in [["--precision", "4", "--allocation", "layers"], []] {
            #expect(
                failure {
                    _ = try QuantizeCommand.parse(["--model", "m", "--out", "q"] + arguments).request(
                        folder: folder.path)
                }?.status == .usage)
        }
    }

    @Test(
        "an allocation file is a list, words or a bit map",
        arguments: [
            (#"["nf4", "int8"]"#, ["nf4", "int8"]), ("[4, 8, 16]", ["nf4", "int8", "bf16"]),
            ("nf3\nfp4\n", ["nf3", "fp4"]), ("16 8 4", ["bf16", "int8", "nf4"]), ("84", ["int8", "nf4"]),
        ])
    func allocation(text: String, expected: [String]) throws {
        #expect(try AllocationFile.names(text, says: "f") == expected)
    }

    @Test("a wrong allocation file is refused with the layer", arguments: ["", "[", "[4, 5]", "nf4 nf9", "[[4]]"])
    func wrongAllocation(text: String) {
        #expect(failure { _ = try AllocationFile.names(text, says: "f") }?.status == .usage)
    }
}

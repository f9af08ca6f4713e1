import ArgumentParser
import Engine
import Store
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

    @Test("quantize applies block size and double quantization to every precision that takes them") func blocks() throws
    {
        let folder = try TemporaryFolder()
        _ = try folder.file("layers", "nf4 lm3@32 q4_0 8 bf16\n")
        func request(_ more: [String]) throws -> QuantizeCommand.Request {
            try QuantizeCommand.parse(["--model", "m", "--out", "q"] + more).request(folder: folder.path)
        }
        #expect(
            try request(["--allocation", "layers", "--block-size", "128", "--double-quantization"]).precisions
                == .perLayer(["nf4@128+dq", "lm3@32+dq", "q4_0", "int8@128+dq", "bf16"]))
        #expect(try request(["--precision", "4", "--block-size", "64"]).precisions == .uniform("nf4"))
        let ends = try request(["--precision", "4", "--embedding-precision", "8", "--head-precision", "NF4@32"]).ends
        #expect(ends.embedding == "int8" && ends.head == "nf4@32")
        for (arguments, message) in [
            (["--precision", "q4_0", "--block-size", "32"], "--block-size: the blocks of q4_0 cannot be chosen"),
            (["--precision", "bf16", "--double-quantization"], "--double-quantization: the blocks of bf16"),
            (["--precision", "4", "--block-size", "100"], "--block-size: '100' is no block size"),
            (["--precision", "4", "--head-precision", "nf5"], "--head-precision: unknown precision 'nf5'"),
        ] {
            let failure = failure { _ = try request(arguments) }
            #expect(
                failure?.status == .usage && failure?.message.hasPrefix(message) == true, "\(failure?.message ?? "")")
        }
    }

    @Test(
        "an allocation file is a list, words or a bit map",
        arguments: [
            (#"["nf4", "int8"]"#, ["nf4", "int8"]), ("[4, 8, 16]", ["nf4", "int8", "bf16"]),
            ("nf3\nfp4\n", ["nf3", "fp4"]), ("16 8 4", ["bf16", "int8", "nf4"]), ("84", ["int8", "nf4"]),
            ("nf4@128+dq 4@32 lm2", ["nf4@128+dq", "nf4@32", "lm2"]),
            (
                #"[{"default": "nf4", "down_proj": 8}, "q4_0"]"#, ["nf4/nf4/nf4/nf4/nf4/nf4/int8", "q4_0"]
            ),
            (#"[{"default": "nf4", "down_proj": 4}]"#, ["nf4"]),
            ("nf4/nf4/8/nf4/nf3/nf3/nf4 lm2", ["nf4/nf4/int8/nf4/nf3/nf3/nf4", "lm2"]),
            ("4484224 4444444", ["nf4/nf4/int8/nf4/nf2/nf2/nf4", "nf4"]),
            ("8888888", [String](repeating: "int8", count: 7)),
        ])
    func allocation(text: String, expected: [String]) throws {
        #expect(try AllocationFile.names(text, says: "f") == expected)
    }

    @Test(
        "a wrong allocation file is refused with the layer",
        arguments: [
            "", "[", "[4, 5]", "nf4 nf9", "[[4]]", #"[{"q_proj": "nf4"}]"#, #"[{"default": "nf4", "r_proj": 4}]"#,
            #"[{"default": [4]}]"#, "nf4/nf4", "nf4@100", #"[{}]"#,
        ])
    func wrongAllocation(text: String) {
        #expect(failure { _ = try AllocationFile.names(text, says: "f") }?.status == .usage)
    }
}

import ArgumentParser
import Engine
import Foundation
import Testing

@testable import qpx

@Suite("A specification") struct SpecificationTests {
    static let enough = [
        "--model", "models/m", "--budget", "5bpw", "--calibration", "train.txt", "--recovery-text", "train.txt",
        "--task", "a.jsonl",
    ]

    private func parse(_ arguments: [String], folder: String = "/data") throws -> Specification {
        try SearchOptions.parse(arguments).specification(folder: folder)
    }

    @Test("fills in every default and makes paths absolute") func defaults() throws {
        let specification = try parse(Self.enough)
        #expect(specification.model == "/data/models/m")
        #expect(specification.budget == .bitsPerWeight(millionths: 5_000_000))
        #expect(specification.choices == ["nf4", "int8"])
        #expect(specification.evaluation.tasks == ["/data/a.jsonl"])
        #expect(specification.objective == ObjectiveSpecification(kind: .accuracy, text: nil, windows: nil))
        #expect(specification.pruning.ratio == 0 && !specification.pruning.isPruning)
        #expect(specification.recovery.warmupSteps == specification.recovery.steps / 10)
        #expect(specification.seed == 42 && specification.trials == 20 && specification.references)
        #expect(specification.threads >= 1)
    }

    @Test("takes the whole command line of a search") func full() throws {
        let specification = try parse([
            "--model", "/m", "--parameters-removed", "0.2", "--prune-layers", "2-14", "--importance", "random",
            "--prune-reduction", "mean", "--calibration", "../c.txt", "--calibration-samples", "16",
            "--calibration-length", "64", "--budget", "3.6bpw", "--choices", "8", "2", "3,4", "--trials", "12",
            "--initial-trials", "4", "--objective", "loss", "--objective-text", "v.txt", "--objective-windows", "120",
            "--task", "a.jsonl", "b.jsonl", "--task", "c.jsonl", "--text", "w.txt", "--window-length", "128",
            "--task-limit", "100", "--text-limit", "50", "--recovery-text", "t.txt", "--recovery-steps", "30",
            "--batch", "4", "--sequence-length", "64", "--learning-rate", "2e-3", "--schedule", "cosine",
            "--warmup-steps", "5", "--rank", "4", "--alpha", "8", "--targets", "q_proj", "v_proj",
            "--weight-decay", "0.01", "--clip", "0", "--seed", "7", "--threads", "2", "--warm-start", "one", "two",
            "--name", "mine", "--no-references", "--ranking", "global", "--normalize", "mean", "--min-width", "16",
            "--round-to", "8", "--prune-steps", "3", "--gqa-pairing", "llm-pruner", "--calibration-sampling",
            "documents", "--structure", "block",
        ])
        #expect(specification.pruning.ranking == .global && specification.pruning.normalization == .mean)
        #expect(specification.pruning.minimumWidth == 16 && specification.pruning.roundTo == 8)
        #expect(specification.pruning.steps == 3 && specification.pruning.pairing == .llmPruner)
        #expect(specification.pruning.calibrationSampling == .documents && specification.pruning.reduction == .mean)
        #expect(specification.pruning.ratio == nil && specification.pruning.parametersRemoved == 0.2)
        #expect(specification.pruning.layers == .closed(first: 2, last: 14))
        #expect(specification.pruning.calibration == "/c.txt")
        #expect(specification.choices == ["nf2", "nf3", "nf4", "int8"])
        #expect(specification.evaluation.tasks == ["/data/a.jsonl", "/data/b.jsonl", "/data/c.jsonl"])
        #expect(specification.objective == .init(kind: .loss, text: "/data/v.txt", windows: 120))
        #expect(specification.recovery.targets == [.query, .value])
        #expect(specification.recovery.schedule == .cosine && specification.recovery.clip == 0)
        #expect(specification.warmStart == ["one", "two"] && !specification.references)
    }

    @Test("a flag wins over the file") func flagWins() throws {
        let folder = try TemporaryFolder()
        _ = try folder.file("s.yaml", "model: m\ntrials: 9\nseed: 3\nchoices: [3, 8]\nbudget: 4bpw\n")
        let specification = try parse(
            ["--spec", "s.yaml", "--trials", "5"] + Self.enough.dropFirst(2), folder: folder.path)
        #expect(specification.trials == 5 && specification.seed == 3 && specification.choices == ["nf3", "int8"])
        #expect(specification.budget == .bitsPerWeight(millionths: 5_000_000))
        #expect(specification.model == folder.path + "/m")
    }

    @Test("says what is confirmed in a file, by flags, and by nothing where it was recorded before that was there")
    func confirmation() throws {
        #expect(try parse(Self.enough).confirmation == ConfirmationSpecification(count: 0, seeds: 2))
        let folder = try TemporaryFolder()
        _ = try folder.file("s.yaml", "confirm: 3\nconfirm-seeds: 4\n")
        let specification = try parse(["--spec", "s.yaml"] + Self.enough, folder: folder.path)
        #expect(specification.confirmation == ConfirmationSpecification(count: 3, seeds: 4))
        #expect(specification.confirmation.trials == 12)
        let flag = try parse(["--spec", "s.yaml", "--confirm", "1"] + Self.enough, folder: folder.path)
        #expect(flag.confirmation == ConfirmationSpecification(count: 1, seeds: 4))
        let text = try specification.canonicalJSON()
        #expect(try Specification(canonicalJSON: text, of: "search") == specification)
        let old = text.replacing("\"confirm\":3,\"confirm_seeds\":4,", with: "")
        #expect(!old.contains("confirm"))
        #expect(try Specification(canonicalJSON: old, of: "search").confirmation == ConfirmationSpecification.defaults)
    }

    @Test("takes several precisions of the same bits, blocks for all, modules, and precisions of the ends")
    func quantization() throws {
        let folder = try TemporaryFolder()
        _ = try folder.file(
            "s.yaml",
            "granularity: module\nblock-size: 128\ndouble-quantization: true\nembedding-precision: q8_0\n"
                + "choices: [nf4, lm4, q4_0, 8, nf2@32]\n")
        let specification = try parse(["--spec", "s.yaml"] + Self.enough, folder: folder.path)
        #expect(specification.granularity == .module)
        #expect(specification.choices == ["nf2@32+dq", "lm4@128+dq", "nf4@128+dq", "q4_0", "int8@128+dq"])
        #expect(specification.ends == EndPrecisions(embedding: "q8_0"))
        let text = try specification.canonicalJSON()
        #expect(try Specification(canonicalJSON: text, of: "search") == specification)
        // A specification that was recorded before these settings were there.
        let old = try parse(Self.enough).canonicalJSON().replacing("\"granularity\":\"layer\",", with: "")
        #expect(!old.contains("granularity"))
        let decoded = try Specification(canonicalJSON: old, of: "search")
        #expect(decoded.granularity == .layer && decoded.ends == EndPrecisions())
    }

    @Test("survives the database to the last digit") func roundTrip() throws {
        var specification = try parse(Self.enough + ["--learning-rate", "0.00012345678901234567", "--name", "a"])
        specification.seed = .max
        let text = try specification.canonicalJSON()
        #expect(try Specification(canonicalJSON: text, of: "search") == specification)
        #expect(text == (try Specification(canonicalJSON: text, of: "search").canonicalJSON()))
        #expect(!text.contains("\n") && text.contains("\"learning_rate\":0.000123456789"))
        #expect(throws: Failure.self) { try Specification(canonicalJSON: "{}", of: "search 'x'") }
    }

    @Test(
        "says defaults that depend on other settings",
        arguments: [
            ([], "param_first", GroupReduction.sum, 1), (["--importance", "l2"], "l2", .mean, 1),
            (["--importance", "magnitude"], "l2", .mean, 1), (["--importance", "taylor"], "param_first", .sum, 1),
            (["--importance", "l1", "--prune-reduction", "max"], "l1", .max, 1),
            (["--ranking", "global"], "param_first", .sum, 32),
            (["--ranking", "global", "--normalize", "none"], "param_first", .sum, 1),
        ] as [([String], String, GroupReduction, Int)])
    func dependent(arguments: [String], importance: String, reduction: GroupReduction, minimumWidth: Int) throws {
        let pruning = try parse(Self.enough + arguments).pruning
        #expect(pruning.importance == importance && pruning.reduction == reduction)
        #expect(pruning.minimumWidth == minimumWidth)
    }

    @Test("recorded before there was a choice is read as it was meant") func oldRecord() throws {
        let specification = try parse(Self.enough + ["--ratio", "0.2"])
        var object = try #require(
            JSONSerialization.jsonObject(with: Data(specification.canonicalJSON().utf8)) as? [String: Any])
        for key in [
            "structure", "gqa_pairing", "fisher_scale", "block_score", "ranking", "normalize", "min_width", "round_to",
            "prune_steps", "calibration_sampling",
        ] { #expect(object.removeValue(forKey: key) != nil, "\(key) is not recorded") }
        for (old, name) in [("taylor", "param_first"), ("magnitude", "l2"), ("vectorize", "vectorize")] {
            object["importance"] = old
            let text = String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self)
            var expected = specification
            expected.pruning.importance = name
            #expect(try Specification(canonicalJSON: text, of: "search") == expected)
        }
    }

    @Test("names tasks, finds their folder, and reads records from before there were shots") func tasks() throws {
        let folder = try TemporaryFolder()
        _ = try folder.file(
            "s.yaml", "task: [piqa, 'boolq:dev.jsonl', wikitext]\ndata: sets\nshots: 3\nshots-seed: 9\nlimit: 20\n")
        let arguments = ["--spec", "s.yaml"] + Self.enough.filter { $0 != "--task" && $0 != "a.jsonl" }
        let named = try parse(arguments, folder: folder.path)
        #expect(named.evaluation.tasks == ["piqa", "boolq:\(folder.path)/dev.jsonl", "wikitext"])
        #expect(
            named.evaluation.taskOptions
                == TaskOptions(data: folder.path + "/sets", limit: 20, shots: 3, shotsSeed: 9))
        #expect(try Specification(canonicalJSON: named.canonicalJSON(), of: "search") == named)

        let plain = try parse(Self.enough)
        let json = try plain.canonicalJSON()
        #expect(!json.contains("shots") && !json.contains("\"data\""))
        #expect(try Specification(canonicalJSON: json, of: "search").evaluation.taskOptions == TaskOptions())
        #expect(throws: Failure.self) {
            try parse(Self.enough.filter { $0 != "a.jsonl" && $0 != "--task" } + ["--task", "wikitext"])
        }
    }

    @Test("every setting has a flag of its name, and every flag of a search a setting") func names() throws {
        let help = SearchOptions.helpMessage(columns: 200)
        let flags = Set(help.matches(of: /(?m)^  --([a-z-]+)/).map { String($0.1) })
        let settings = Set(Specification.settingNames)
        #expect(settings.subtracting(flags).isEmpty, "no flag: \(settings.subtracting(flags))")
        #expect(flags.subtracting(settings) == ["spec"])
        #expect(Specification.settingNames.count == settings.count)
    }

    @Test("every setting of the file can be written in YAML") func yaml() throws {
        let yaml = Specification.settingNames.map { "\($0): 1" }.joined(separator: "\n")
        let settings = try SettingsFile.settings(from: yaml, path: "s.yaml", known: Specification.settingNames)
        #expect(settings.values.count == Specification.settingNames.count)
    }

    @Test(
        "is refused with the name of the flag that is wrong",
        arguments: [
            (["--ratio", "1"], "--ratio: 1 is out of range"), (["--ratio=-0.1"], "--ratio: -0.1 is out of range"),
            (["--ratio", "a"], "--ratio: 'a' is not a number"), (["--ratio", "nan"], "--ratio: 'nan' is not a number"),
            (["--ratio", "0.2", "--parameters-removed", "0.1"], "only one can be given"),
            (["--prune-layers", "5-2"], "--prune-layers: '5-2' is no layer range"),
            (["--importance", "tailor"], "--importance: unknown value 'tailor'. Did you mean 'taylor'?"),
            (["--structure", "rows"], "--structure: unknown value 'rows'"),
            (["--structure", "chanel"], "Did you mean 'channel'?"),
            (["--ranking", "all"], "--ranking: unknown value 'all'"),
            (["--normalize", "mean"], "--normalize: only a global ranking needs it"),
            (["--ranking", "global", "--normalize", "sum"], "--normalize: unknown value 'sum'"),
            (["--fisher-scale", "tokens"], "--fisher-scale: the importance 'param_first' has no second order"),
            (["--importance", "param_mix", "--fisher-scale", "0"], "--fisher-scale: '0' is no scale"),
            (["--block-score", "similarity"], "--block-score: it scores whole layers"),
            (["--structure", "layer", "--block-score", "angle"], "--block-score: unknown value 'angle'"),
            (["--structure", "layer", "--round-to", "8"], "--round-to: it rounds widths"),
            (["--structure", "layer", "--ranking", "global"], "--ranking: it belongs to --structure block"),
            (["--structure", "channel", "--min-width", "8"], "--min-width: it belongs to --structure block"),
            (["--structure", "channel", "--prune-layers", "1-2"], "--prune-layers: hidden channels are shared"),
            (["--min-width", "0"], "--min-width: 0 is out of range"),
            (["--round-to", "x"], "--round-to: 'x' is not a whole number"),
            (["--prune-steps", "0"], "--prune-steps: 0 is out of range"),
            (["--gqa-pairing", "none"], "--gqa-pairing: unknown value 'none'"),
            (["--calibration-sampling", "all"], "--calibration-sampling: unknown value 'all'"),
            (["--prune-reduction", "median"], "--prune-reduction: unknown value 'median'"),
            (["--choices", "4"], "--choices: one precision leaves nothing to search"),
            (["--choices", "4", "5"], "--choices: no precision of 5 bits"),
            (["--choices", "nf4", "nf5"], "--choices: unknown precision 'nf5': did you mean"),
            (["--choices", "4", "nf4"], "--choices: nf4 is there twice"),
            (["--choices", "nf4", "nf4@64"], "--choices: nf4 is there twice"),
            (["--choices", "bf16", "q4_0", "--block-size", "32"], "--block-size: the blocks of bf16, q4_0 cannot be"),
            (["--choices", "nf4@48", "8"], "--choices: precision 'nf4@48': no blocks of '48' weights"),
            (["--block-size", "7"], "--block-size: '7' is no block size"),
            (["--granularity", "modul"], "--granularity: unknown value 'modul'. Did you mean 'module'?"),
            (["--embedding-precision", "nf5"], "--embedding-precision: unknown precision 'nf5'"),
            (["--trials", "0"], "--trials: 0 is out of range"),
            (["--trials", "1.5"], "--trials: '1.5' is not a whole"),
            (["--trials", "9999999999999999999999"], "--trials:"),
            (["--trials", "3", "--initial-trials", "4"], "--initial-trials: 4 are more than the 3 trials"),
            (["--objective", "speed"], "--objective: unknown value 'speed'"),
            (["--objective", "loss"], "--objective-text is missing"), (["--objective", "loss:"], "names no file"),
            (["--objective", "accuracy", "--objective-text", "x"], "--objective-text: the objective 'accuracy'"),
            (["--learning-rate", "0"], "--learning-rate: 0 is out of range"),
            (["--warmup-steps", "300"], "--warmup-steps: 300 are more than the 200 recovery steps"),
            (["--targets", "q"], "--targets: unknown value 'q'"), (["--rank", "0"], "--rank: 0 is out of range"),
            (["--clip", "inf"], "--clip: 'inf' is not a number"), (["--seed=-1"], "--seed: '-1' is not a seed"),
            (["--threads", "0"], "--threads: 0 is out of range"), (["--batch", "x"], "--batch: 'x' is not a whole"),
            (["--name", "a/b"], "--name: 'a/b' cannot be the name"), (["--name", "best"], "--name: 'best' would be"),
            (["--name", "12"], "--name: '12' would be"), (["--window-length", "1"], "--window-length: 1 is out of"),
            (["--budget", "5"], "ok"), (["--budget", "0bpw"], "--budget: budget '0bpw' is nothing"),
            (["--budget", "much"], "--budget: budget 'much'"), (["--task", "a.jsonl"], "is there twice"),
            (["--weight-decay", "1"], "--weight-decay: 1 is out of range"), (["--model", ""], "--model: the value is"),
        ] as [([String], String)])
    func refused(arguments: [String], message: String) throws {
        do {
            _ = try parse(Self.enough + arguments)
            #expect(message == "ok", "accepted \(arguments)")
        } catch let failure as Failure {
            #expect(failure.status == .usage)
            #expect(failure.message.contains(message), "\(failure.message)")
        }
    }

    @Test(
        "says which flag is missing",
        arguments: ["--model", "--budget", "--calibration", "--recovery-text", "--task"])
    func missing(flag: String) throws {
        guard let index = Self.enough.firstIndex(of: flag) else { return #expect(Bool(false), "unknown flag") }
        var arguments = Self.enough
        arguments.removeSubrange(index...(index + 1))
        do {
            _ = try parse(arguments)
            Issue.record("accepted without \(flag)")
        } catch let failure as Failure {
            #expect(failure.message.hasPrefix("\(flag) is missing"))
        }
    }

    @Test("an objective of a text needs no tasks") func lossOnly() throws {
        let index = try #require(Self.enough.firstIndex(of: "--task"))
        let specification = try parse(Array(Self.enough[..<index]) + ["--objective", "loss:v.txt"])
        #expect(specification.objective.text == "/data/v.txt" && specification.objective.kind == .loss)
    }
}

@Suite("A layer range") struct LayerRangeTests {
    @Test(
        "names layers of a model",
        arguments: [
            ("auto", 32, 4..<30), ("auto", 16, 2..<15), ("auto", 12, 1..<11), ("auto", 5, 1..<4), ("auto", 2, 0..<2),
            ("all", 16, 0..<16), ("2-14", 16, 2..<15), ("3", 16, 3..<4), ("0-0", 1, 0..<1),
        ])
    func layers(text: String, count: Int, expected: Range<Int>) throws {
        let range = try #require(LayerRange(text))
        #expect(try range.layers(of: count) == expected)
        #expect(LayerRange(range.text) == range)
    }

    @Test("that ends behind the model is refused") func outside() throws {
        let range = try #require(LayerRange("2-16"))
        #expect(throws: Failure.self) { try range.layers(of: 16) }
    }

    @Test("nothing else", arguments: ["", "-", "1-", "-3", "a-b", "1-2-3", "3-1", "1..2"])
    func refused(text: String) { #expect(LayerRange(text) == nil) }
}

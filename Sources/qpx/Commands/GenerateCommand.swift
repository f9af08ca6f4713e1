internal import ArgumentParser
internal import Engine

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// `qpx generate`: lets a model write.
struct GenerateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Let a model write on from a prompt.",
        discussion: """
            The text comes as it is written. Without a temperature each token is the most probable one; the same seed \
            gives the same text. Works with every model that qpx can load: checkpoints, pruned, quantized, with adapters, \
            and GGUF files.

            EXAMPLES
              qpx generate --model models/llama --prompt "Once upon a time"
              qpx generate --model recovered/base --adapters recovered --prompt-file question.txt --max-tokens 200
              qpx generate --model model.gguf --prompt "The capital of" --temperature 0.8 --top-p 0.95 --seed 7

            JSON
              {"model", "adapters", "prompt", "prompt_tokens", "text", "tokens": [{"id", "text", "log_probability"}],
                "ending": "end_token", "length" or "context", "temperature", "top_p", "seed"}
              log_probability in nats, under the model itself.
            """)

    @Option(
        name: .long, help: ArgumentHelp("Folder of the checkpoint, its hub id, or a GGUF file.", valueName: "path"))
    var model: String?

    @Option(name: .long, help: ArgumentHelp("Folder of LoRA adapters for it, in PEFT's format.", valueName: "folder"))
    var adapters: String?

    @Option(name: .long, help: ArgumentHelp("What the model goes on from.", valueName: "text"))
    var prompt: String?

    @Option(name: .long, help: ArgumentHelp("A file with it instead; - for standard input.", valueName: "file"))
    var promptFile: String?

    @Option(name: .long, help: ArgumentHelp("Most tokens to write (default: 128).", valueName: "count"))
    var maxTokens: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Divides the logits before a token is drawn; 0 takes the most probable one (default: 0).",
            valueName: "number"))
    var temperature: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Draw only from the most probable tokens that together have this probability (default: 1).",
            valueName: "number"))
    var topP: String?

    @Option(name: .long, help: ArgumentHelp("Seed of the draws (default: 0).", valueName: "number"))
    var seed: String?

    @Flag(name: .long, help: "Print the prompt in front.")
    var echo = false

    @OptionGroup var threads: ThreadOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let console = global.console
        let request = try request(folder: FileManager.default.currentDirectoryPath)
        let opened = try ScorableModel.open(request.model, says: "--model", adapters: request.adapters)
        let tokens = opened.tokenizer.encode(request.prompt)
        let generator = Generator(
            model: opened.model, maximumTokens: request.maximumTokens, endTokens: opened.endTokens,
            parallelism: Parallelism(threads: request.threads))
        let sampler = try Sampler(temperature: request.temperature, topP: request.topP, seed: request.seed)
        var text = WrittenText(tokenizer: opened.tokenizer, prompt: tokens)
        if echo, !console.isJSON { try console.write(request.prompt) }
        let start = MonotonicClock.seconds
        let result = try generator.generate(tokens, sampler: sampler) { token in
            let piece = text.add(token.id)
            if !console.isJSON, !piece.isEmpty { try console.write(piece) }
            return true
        }
        let rest = text.finish()
        guard !console.isJSON else {
            return try console.write(json(request, result, text.whole, promptTokens: tokens.count, opened.tokenizer))
        }
        try console.write(rest + "\n")
        let seconds = MonotonicClock.seconds - start
        let rate = seconds > 0 ? ", \(NumberText.fixed(Double(result.tokens.count) / seconds, 1)) tokens/s" : ""
        console.notice(
            "\(NumberText.grouped(tokens.count)) tokens read, \(NumberText.grouped(result.tokens.count)) written in "
                + "\(DurationText.short(seconds))\(rate); \(Self.reason(result.ending))")
    }

    private static func reason(_ ending: Generator.Ending) -> String {
        switch ending {
        case .endToken: "the model ended the text"
        case .length: "as many as --max-tokens allows"
        case .context: "the model's context is full"
        case .stopped: "stopped"
        }
    }

    private func json(
        _ request: Request, _ result: Generator.Result, _ text: String, promptTokens: Int, _ tokenizer: Tokenizer
    ) -> JSONValue {
        [
            "model": .string(request.model), "adapters": .optional(request.adapters),
            "prompt": .string(request.prompt), "prompt_tokens": .int(promptTokens), "text": .string(text),
            "tokens": .array(
                result.tokens.map { token in
                    [
                        "id": .int(Int(token.id)),
                        "text": .optional(tokenizer.tokens(for: [token.id]).first ?? nil),
                        "log_probability": .number(token.logProbability),
                    ]
                }),
            "ending": .string(result.ending.rawValue), "temperature": .number(request.temperature),
            "top_p": .number(request.topP), "seed": .int(Int(clamping: request.seed)),
        ]
    }

    /// What is asked for, checked.
    struct Request {
        var model: String
        var adapters: String?
        var prompt: String
        var maximumTokens: Int
        var temperature: Double
        var topP: Double
        var seed: UInt64
        var threads: Int
    }

    func request(folder: String) throws(Failure) -> Request {
        var settings = threads.settings
        settings.set("model", flag: model)
        settings.set("adapters", flag: adapters)
        settings.set("prompt-file", flag: promptFile)
        settings.set("max-tokens", flag: maxTokens)
        settings.set("temperature", flag: temperature)
        settings.set("top-p", flag: topP)
        settings.set("seed", flag: seed)
        guard let model = try settings.model(folder: folder) else { throw .usage("--model is missing") }
        return Request(
            model: model, adapters: try settings.path("adapters", folder: folder),
            prompt: try promptText(settings, folder: folder),
            maximumTokens: try settings.integer("max-tokens", in: 1...1_000_000) ?? 128,
            temperature: try settings.number("temperature", "0 or more") { $0 >= 0 } ?? 0,
            topP: try settings.number("top-p", "more than 0, at most 1") { $0 > 0 && $0 <= 1 } ?? 1,
            seed: try settings.seed("seed") ?? 0, threads: try settings.threads())
    }

    private func promptText(_ settings: Settings, folder: String) throws(Failure) -> String {
        switch (prompt, promptFile) {
        case (let text?, nil): return text
        case (nil, "-"): return try TextFile.read("/dev/stdin", says: "--prompt-file")
        case (nil, _?):
            guard let path = try settings.path("prompt-file", folder: folder) else {
                throw .usage("--prompt-file is empty")
            }
            return try TextFile.read(path, says: "--prompt-file")
        case (nil, nil): throw .usage("--prompt is missing: what should the model go on from?")
        case (_?, _?): throw .usage("--prompt and --prompt-file: only one can be given")
        }
    }
}

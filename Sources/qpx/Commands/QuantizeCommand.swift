internal import ArgumentParser
internal import Engine

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// `qpx quantize`: gives each layer a precision and saves the packed weights.
struct QuantizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quantize",
        abstract: "Quantize a checkpoint, all layers alike or each with its own precision.",
        discussion: """
            An allocation file names one precision per layer, first to last: a JSON list (["nf4", "int8", …] or \
            [4, 8, …]), names or bits separated by blanks, or one digit per layer as qpx prints it (8844 4488).

            EXAMPLES
              qpx quantize --model pruned --precision nf4 --out pruned-nf4
              qpx quantize --model pruned --allocation layers.json --out pruned-mixed
            """)

    @Option(name: .long, help: ArgumentHelp("Folder of the checkpoint.", valueName: "folder"))
    var model: String

    @Option(
        name: .long,
        help: ArgumentHelp("One precision for all layers: \(PrecisionChoices.forms).", valueName: "precision"))
    var precision: String?

    @Option(
        name: .long, help: ArgumentHelp("File that names a precision for each layer.", valueName: "file"))
    var allocation: String?

    @Option(name: .long, help: ArgumentHelp("New folder for the quantized checkpoint.", valueName: "folder"))
    var out: String

    @OptionGroup var threads: ThreadOptions
    @OptionGroup var global: GlobalOptions

    /// What is to be quantized, checked.
    func request(folder: String = FileManager.default.currentDirectoryPath) throws(Failure) -> Request {
        var settings = threads.settings
        settings.set("model", flag: model)
        settings.set("precision", flag: precision)
        settings.set("allocation", flag: allocation)
        settings.set("out", flag: out)
        guard let model = try settings.path("model", folder: folder) else { throw .usage("--model is missing") }
        let precisions: Precisions
        switch (try settings.text("precision"), try settings.path("allocation", folder: folder)) {
        case (let text?, nil): precisions = .uniform(try PrecisionChoices.precision(text, says: "--precision").name)
        case (nil, let path?):
            precisions = .perLayer(
                try AllocationFile.names(try TextFile.read(path, says: "--allocation"), says: "--allocation: \(path)"))
        case (nil, nil): throw .usage("say the precision of all layers with --precision, or of each with --allocation")
        case (_?, _?): throw .usage("--precision and --allocation: only one can be given")
        }
        return Request(
            model: model, precisions: precisions, out: try OutputFolder.new(settings, folder: folder),
            threads: try settings.threads())
    }

    /// Which layer gets which precision.
    enum Precisions: Sendable, Equatable {
        /// The same for all layers, by name.
        case uniform(String)
        /// One for each layer, first to last, by name.
        case perLayer([String])
    }

    /// What `qpx quantize` is asked to do.
    struct Request: Sendable, Equatable {
        var model: String
        var precisions: Precisions
        var out: String
        var threads: Int
    }
}

/// A file that names one precision per layer.
enum AllocationFile {
    /// Names of the precisions, first layer to last.
    static func names(_ text: String, says origin: String) throws(Failure) -> [String] {
        let words: [String]
        if text.drop(while: \.isWhitespace).first == "[" {
            words = try list(text, says: origin)
        } else {
            let parts = text.split(whereSeparator: \.isWhitespace).map(String.init)
            // "8844 4488" is a bit map: blocks of digits, too large to be bits.
            let isBitMap = parts.allSatisfy { $0.allSatisfy { "2348f".contains($0) } }
            words = isBitMap ? parts.joined().map { $0 == "f" ? "16" : String($0) } : parts
        }
        guard !words.isEmpty else { throw .usage("\(origin): no precision is named") }
        var names: [String] = []
        for (layer, word) in words.enumerated() {
            names.append(try PrecisionChoices.precision(word, says: "\(origin): layer \(layer)").name)
        }
        return names
    }

    private enum Entry: Decodable {
        case bits(Int)
        case name(String)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let bits = try? container.decode(Int.self) {
                self = .bits(bits)
            } else {
                self = .name(try container.decode(String.self))
            }
        }
    }

    private static func list(_ text: String, says origin: String) throws(Failure) -> [String] {
        guard let entries = try? JSONDecoder().decode([Entry].self, from: Data(text.utf8)) else {
            throw .usage("\(origin): not a JSON list of names or bits", hint: #"as in ["nf4", "int8"] or [4, 8]"#)
        }
        return entries.map { entry in
            switch entry {
            case .bits(let bits): String(bits)
            case .name(let name): name
            }
        }
    }
}

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The contents of a SentencePiece model, `tokenizer.model`: pieces with scores, and how text is prepared.
///
/// Source: Kudo & Richardson 2018, "SentencePiece"; field numbers of its `sentencepiece_model.proto`.
struct SentencePieceModel {
    /// What a piece is for.
    enum Kind: Int {
        case normal = 1
        case unknown, control, userDefined, unused, byte
    }

    /// One token.
    struct Piece {
        let text: String
        let score: Float
        let kind: Kind
    }

    var pieces: [Piece] = []
    /// Whether a text gets a space in front.
    var addsPrefix = true

    /// The model in a file.
    /// - Throws: `file`, `invalid`, `unsupported` for anything but byte-pair encoding of text as it is.
    static func read(_ url: URL) throws(TokenizerError) -> SentencePieceModel {
        let bytes: [UInt8]
        do {
            bytes = try MappedFile(url).withUnsafeBytes { [UInt8]($0) }
        } catch {
            throw .file(error)
        }
        do {
            return try parse(bytes[...], file: url.path)
        } catch let error as TokenizerError {
            throw error
        } catch {
            throw .invalid(part: "the document", reason: "it is no SentencePiece model", file: url.path)
        }
    }

    private static func parse(_ bytes: ArraySlice<UInt8>, file: String) throws -> SentencePieceModel {
        var model = SentencePieceModel()
        var reader = ProtobufReader(bytes)
        while let (field, value) = try reader.next() {
            switch (field, value) {
            case (1, .bytes(let piece)): model.pieces.append(try self.piece(piece))
            case (2, .bytes(let trainer)): try checkTrainer(trainer, file: file)
            case (3, .bytes(let normalizer)): model.addsPrefix = try readNormalizer(normalizer, file: file)
            default: break
            }
        }
        guard !model.pieces.isEmpty else { throw ProtobufReader.Damage() }
        return model
    }

    private static func piece(_ bytes: ArraySlice<UInt8>) throws -> Piece {
        var text = ""
        var score: Float = 0
        var kind = Kind.normal
        var reader = ProtobufReader(bytes)
        while let (field, value) = try reader.next() {
            switch (field, value) {
            case (1, .bytes(let bytes)):
                guard let valid = String(validating: bytes, as: UTF8.self) else { throw ProtobufReader.Damage() }
                text = valid
            case (2, .fixed32(let bits)): score = Float(bitPattern: bits)
            case (3, .number(let number)):
                guard let known = Kind(rawValue: Int(clamping: number)) else { throw ProtobufReader.Damage() }
                kind = known
            default: break
            }
        }
        return Piece(text: text, score: score, kind: kind)
    }

    private static func checkTrainer(_ bytes: ArraySlice<UInt8>, file: String) throws {
        var type: UInt64 = 1
        var reader = ProtobufReader(bytes)
        while let (field, value) = try reader.next() {
            if case (3, .number(let number)) = (field, value) { type = number }
        }
        guard type == 2 else {
            let names: [UInt64: String] = [1: "unigram", 3: "word", 4: "char"]
            throw TokenizerError.unsupported(
                part: "model_type", found: names[type] ?? "\(type)", supported: "bpe", file: file)
        }
    }

    /// - Returns: whether a text gets a space in front.
    private static func readNormalizer(_ bytes: ArraySlice<UInt8>, file: String) throws -> Bool {
        func unsupported(_ part: String, _ found: String, _ supported: String) -> TokenizerError {
            .unsupported(part: part, found: found, supported: supported, file: file)
        }
        var addsPrefix = true
        var removesSpaces = true
        var reader = ProtobufReader(bytes)
        while let (field, value) = try reader.next() {
            switch (field, value) {
            case (2, .bytes(let map)):
                guard map.isEmpty else { throw unsupported("normalizer", "a character map", "identity") }
            case (3, .number(let flag)): addsPrefix = flag != 0
            case (4, .number(let flag)): removesSpaces = flag != 0
            case (5, .number(let flag)):
                guard flag != 0 else { throw unsupported("escape_whitespaces", "false", "true") }
            default: break
            }
        }
        guard !removesSpaces else { throw unsupported("remove_extra_whitespaces", "true", "false") }
        return addsPrefix
    }
}

/// What is wrong, said by the parts that know neither file nor, mostly, column.
struct ParquetFault: Error, Equatable {
    enum Kind: Equatable {
        case damaged(String)
        case encrypted
        case codec(String)
        case encoding(String)
        case type(String)
        case notText
        case tooLarge(String)
    }

    let kind: Kind
    /// The names on the way to the column, with dots; nil for the footer.
    var column: String?

    init(_ kind: Kind, column: String? = nil) {
        self.kind = kind
        self.column = column
    }

    static func damaged(_ reason: String) -> ParquetFault { ParquetFault(.damaged(reason)) }

    /// The same in a column, unless it already names one.
    func inColumn(_ name: String) -> ParquetFault { ParquetFault(kind, column: column ?? name) }

    /// The same in a file.
    func error(file: String) -> ParquetError {
        let named = column ?? ""
        return switch kind {
        case .damaged(let reason): .damaged(file: file, column: column, reason: reason)
        case .encrypted: .encrypted(file: file)
        case .codec(let codec): .unsupportedCodec(codec: codec, column: named, file: file)
        case .encoding(let encoding): .unsupportedEncoding(encoding: encoding, column: named, file: file)
        case .type(let type): .unsupportedType(type: type, column: named, file: file)
        case .notText: .notText(column: named, file: file)
        case .tooLarge(let limit): .tooLarge(file: file, limit: limit)
        }
    }
}

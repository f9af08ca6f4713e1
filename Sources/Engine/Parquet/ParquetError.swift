/// Why a Parquet file cannot be read.
///
/// `file` is the path of the file concerned, as it was given; `column` the names on the way to a column, with dots.
public enum ParquetError: EngineError {
    /// There is no such file.
    case missingFile(file: String)
    /// The operating system refuses to read it.
    case unreadable(file: String, reason: String)
    /// The file is of another kind, or cut off.
    case notParquet(file: String, reason: String)
    /// The file, or a part of it, is encrypted.
    case encrypted(file: String)
    /// Something in it contradicts the format or itself; without a column it is the footer.
    case damaged(file: String, column: String?, reason: String)
    /// A column is compressed by a method that is not implemented.
    case unsupportedCodec(codec: String, column: String, file: String)
    /// A column's values are written in a way that is not implemented.
    case unsupportedEncoding(encoding: String, column: String, file: String)
    /// A column's values have no place in a row.
    case unsupportedType(type: String, column: String, file: String)
    /// A column's bytes are not UTF-8.
    case notText(column: String, file: String)
    /// The file claims more than is read at once.
    case tooLarge(file: String, limit: String)

    /// One line: what is wrong, where, and what to do.
    public var description: String {
        switch self {
        case .missingFile(let file):
            "\(file): no such file. Check the path, or download the data set completely."
        case .unreadable(let file, let reason):
            "\(file): cannot be read: \(reason)."
        case .notParquet(let file, let reason):
            "\(file): not a Parquet file: \(reason). The download may be incomplete."
        case .encrypted(let file):
            "\(file): the file is encrypted. Write it again without encryption."
        case .damaged(let file, let column, let reason):
            "\(file): \(column.map { "column \($0.quoted)" } ?? "the footer"): \(reason). "
                + "The file is damaged; download or write it again."
        case .unsupportedCodec(let codec, let column, let file):
            "\(file): column \(column.quoted) is compressed with \(codec), supported are SNAPPY, GZIP, ZSTD and none. "
                + "Write the file again with compression='snappy'."
        case .unsupportedEncoding(let encoding, let column, let file):
            "\(file): column \(column.quoted) has encoding \(encoding), which is not supported. "
                + "Write the file again with the defaults of pyarrow."
        case .unsupportedType(let type, let column, let file):
            "\(file): column \(column.quoted) holds \(type), which is not supported. "
                + "Leave it out, or write it as text or numbers."
        case .notText(let column, let file):
            "\(file): column \(column.quoted) holds bytes that are not UTF-8. Leave it out, or write it as text."
        case .tooLarge(let file, let limit):
            "\(file): more than \(limit), the most that is read at once. Write the rows to several files."
        }
    }
}

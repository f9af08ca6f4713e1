/// The methods by which pages are compressed, by their numbers in `parquet.thrift`.
enum PageCodec {
    private static let names = ["UNCOMPRESSED", "SNAPPY", "GZIP", "LZO", "BROTLI", "LZ4", "ZSTD", "LZ4_RAW"]

    /// The page as it was before.
    ///
    /// - Parameter count: how many bytes it must have then.
    /// - Throws: `codec` if the method is not implemented.
    static func decompress(
        _ bytes: ArraySlice<UInt8>, codec: Int, to count: Int
    ) throws(ParquetFault) -> ArraySlice<UInt8> {
        // Where there is nothing but nulls, some writers compress nothing to nothing, which no method does.
        if count == 0, bytes.isEmpty { return bytes }
        switch codec {
        case 0:
            guard bytes.count == count else { throw .damaged("a page of \(count) bytes has \(bytes.count)") }
            return bytes
        case 1: return try Snappy.decompress(bytes, to: count)[...]
        case 2: return try Gzip.decompress(bytes, to: count)[...]
        case 6: return try Zstandard.decompress(bytes, to: count)[...]
        default: throw ParquetFault(.codec(names.indices.contains(codec) ? names[codec] : "method \(codec)"))
        }
    }
}

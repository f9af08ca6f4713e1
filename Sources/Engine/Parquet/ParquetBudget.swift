/// What one file may still take.
///
/// A run of three bytes can stand for two thousand million values: what a file claims says nothing about its size, so
/// that sums are limited before anything is made.
struct ParquetBudget {
    /// Values, levels and rows.
    private var values: Int
    /// Bytes of pages after decompression, and of texts that share bytes with others.
    private var bytes: Int
    private let mostValues: Int
    private let mostBytes: Int

    /// 2²⁵ values, about 2 GiB as rows, and 2 GiB of pages hold the largest files of data sets of tasks many times.
    init(values: Int = 1 << 25, bytes: Int = 1 << 31) {
        self.values = values
        self.bytes = bytes
        mostValues = values
        mostBytes = bytes
    }

    /// Takes `count` things, each `times` over.
    ///
    /// - Throws: `tooLarge`.
    mutating func takeValues(_ count: Int, times: Int = 1) throws(ParquetFault) {
        let (product, overflow) = count.multipliedReportingOverflow(by: times)
        guard !overflow, product <= values else { throw ParquetFault(.tooLarge("\(mostValues) values")) }
        values -= product
    }

    /// Takes bytes.
    ///
    /// - Throws: `tooLarge`.
    mutating func takeBytes(_ count: Int) throws(ParquetFault) {
        guard count <= bytes else { throw ParquetFault(.tooLarge("\(mostBytes) bytes")) }
        bytes -= count
    }
}

/// Values one after the other, as they are.
///
/// Source: Apache Parquet format specification, `Encodings.md`, PLAIN.
enum PlainDecoder {
    /// The next `count` values.
    static func values(
        _ cursor: inout ByteCursor, kind: ParquetLeaf.Kind, count: Int
    ) throws(ParquetFault) -> [JSONValue] {
        // Said before anything is made: how many bytes so many values take at least.
        let bits = count.multipliedReportingOverflow(by: leastBits(kind))
        guard !bits.overflow, (bits.partialValue + 7) / 8 <= cursor.remaining else {
            throw .damaged("\(count) values are announced where \(cursor.remaining) bytes are")
        }
        var values: [JSONValue] = []
        values.reserveCapacity(count)
        switch kind {
        case .boolean:
            var bits = PackedBits(try cursor.take(PackedBits.byteCount(count, width: 1)))
            for _ in 0..<count { values.append(.boolean(bits.next(1) == 1)) }
        case .int32(let isSigned):
            for _ in 0..<count { values.append(integer(try cursor.uint32(), isSigned: isSigned)) }
        case .int64(let isSigned):
            for _ in 0..<count { values.append(integer(try cursor.uint64(), isSigned: isSigned)) }
        case .float:
            for _ in 0..<count { values.append(number(Float(bitPattern: try cursor.uint32()))) }
        case .double:
            for _ in 0..<count { values.append(number(Double(bitPattern: try cursor.uint64()))) }
        case .text:
            for _ in 0..<count {
                let length = try cursor.uint32()
                values.append(try text(cursor.take(Int(length))))
            }
        }
        return values
    }

    /// A text, if the bytes are one.
    static func text(_ bytes: ArraySlice<UInt8>) throws(ParquetFault) -> JSONValue {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw ParquetFault(.notText) }
        return .string(text)
    }

    /// An integer of 32 bits.
    static func integer(_ bits: UInt32, isSigned: Bool) -> JSONValue {
        .number(isSigned ? String(Int32(bitPattern: bits)) : String(bits))
    }

    /// An integer of 64 bits.
    static func integer(_ bits: UInt64, isSigned: Bool) -> JSONValue {
        .number(isSigned ? String(Int64(bitPattern: bits)) : String(bits))
    }

    /// The fewest digits that give the number back; what is not finite is named as `JSONParser` takes it.
    private static func number<Number: BinaryFloatingPoint & LosslessStringConvertible>(
        _ number: Number
    ) -> JSONValue {
        if number.isNaN { return .number("NaN") }
        if number.isInfinite { return .number(number < 0 ? "-Infinity" : "Infinity") }
        return .number(String(number))
    }

    private static func leastBits(_ kind: ParquetLeaf.Kind) -> Int {
        switch kind {
        case .boolean: 1
        case .int32, .float, .text: 32
        case .int64, .double: 64
        }
    }
}

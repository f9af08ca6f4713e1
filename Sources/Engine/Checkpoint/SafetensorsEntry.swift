/// What the header of a safetensors file says of one tensor.
enum SafetensorsEntry {
    /// Bytes of one element, or nil for a format that is kept by its name only.
    static func elementBytes(_ dtype: String) -> Int? {
        switch dtype {
        case "F64", "I64", "U64": 8
        case "F32", "I32", "U32": 4
        case "F16", "BF16", "I16", "U16": 2
        case "I8", "U8", "BOOL", "F8_E4M3", "F8_E5M2": 1
        default: nil
        }
    }

    /// The product of a shape, or nil if an extent is negative or the product does not fit.
    static func count(_ shape: [Int]) -> Int? {
        var count = 1
        for extent in shape {
            guard extent >= 0 else { return nil }
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            guard !overflow else { return nil }
            count = product
        }
        return count
    }

    /// The checked tensor of one member of the header.
    static func tensor(
        _ member: JSONValue.Member, file: MappedFile, dataStart: Int
    ) throws(CheckpointError) -> RawTensor {
        let name = member.name
        let path = file.path
        func invalid(_ reason: String) -> CheckpointError { .invalidTensor(name: name, file: path, reason: reason) }

        guard let dtype = member.value["dtype"]?.text else { throw invalid("dtype is missing") }
        guard let extents = member.value["shape"]?.elements else { throw invalid("shape is missing") }
        let shape = extents.compactMap(\.integer)
        guard shape.count == extents.count, let count = count(shape) else {
            throw invalid("its shape is not a list of sensible extents")
        }
        let offsets = member.value["data_offsets"]?.elements?.compactMap(\.integer) ?? []
        guard offsets.count == 2, member.value["data_offsets"]?.elements?.count == 2 else {
            throw invalid("data_offsets is not a pair of numbers")
        }
        let (begin, end) = (offsets[0], offsets[1])
        guard begin >= 0, begin <= end else { throw invalid("it claims bytes \(begin) to \(end)") }
        let available = file.byteCount - dataStart
        guard end <= available else {
            let (absolute, overflow) = end.addingReportingOverflow(dataStart)
            throw .tensorOutsideFile(
                name: name, file: path, end: overflow ? .max : absolute, fileBytes: file.byteCount)
        }
        if let elementBytes = elementBytes(dtype) {
            let (bytes, overflow) = count.multipliedReportingOverflow(by: elementBytes)
            guard !overflow, bytes == end - begin else {
                throw invalid("shape \(shape) of \(dtype) does not fill \(end - begin) bytes")
            }
        }
        return RawTensor(name: name, dtype: dtype, shape: shape, file: file, range: dataStart + begin..<dataStart + end)
    }
}

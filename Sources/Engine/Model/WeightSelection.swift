extension WeightMatrix {
    /// The number format of the elements; packed weights count as float32, which is what they decode to.
    public var elementType: ElementType {
        switch storage {
        case .float32, .parameter, .packed: .float32
        case .half(_, let type): type
        case .stored(let tensor): tensor.elementType
        }
    }

    /// The matrix of the given rows and columns, in the same number format and with the same bits.
    func selecting(rows keptRows: [Int], columns keptColumns: [Int]) -> WeightMatrix {
        if keptRows.count == rows, keptColumns.count == columns { return self }
        precondition(keptRows.allSatisfy { (0..<rows).contains($0) }, "kept rows outside the matrix")
        precondition(keptColumns.allSatisfy { (0..<columns).contains($0) }, "kept columns outside the matrix")
        func select<Element>(_ element: (Int) -> Element) -> [Element] {
            var kept: [Element] = []
            kept.reserveCapacity(keptRows.count * keptColumns.count)
            for row in keptRows {
                for column in keptColumns { kept.append(element(row * columns + column)) }
            }
            return kept
        }
        func half(_ type: ElementType, _ element: (Int) -> UInt16) -> WeightMatrix {
            WeightMatrix(half: select(element), type, rows: keptRows.count, columns: keptColumns.count)
        }
        switch storage {
        case .half(let bits, let type):
            return half(type) { bits[$0] }
        case .stored(let tensor) where tensor.elementType != .float32:
            return tensor.withUnsafeBytes { bytes in
                half(tensor.elementType) { bytes.loadUnaligned(fromByteOffset: 2 * $0, as: UInt16.self) }
            }
        case .stored, .float32, .parameter, .packed:
            let floats = floats()
            return WeightMatrix(select { floats[$0] }, rows: keptRows.count, columns: keptColumns.count)
        }
    }
}

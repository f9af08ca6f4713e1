internal import CKernels

extension PackedWeights {
    /// The matrix as the kernels see it, valid during `body`.
    func withKernelMatrix<R>(_ body: (qpx_matrix) -> R) -> R {
        codes.withUnsafeBytes { codes in
            func matrix(_ kind: Int, _ table: UnsafePointer<Float>?, _ scales: qpx_scales) -> qpx_matrix {
                qpx_matrix(
                    kind: Int32(kind), bits: Int32(bits), block: Int64(blockSize), columns: Int64(columns),
                    data: codes.baseAddress, scales: scales, table: table)
            }
            switch coding {
            case .table(let table):
                return table.withUnsafeBufferPointer { table in
                    scales.withKernelScales { body(matrix(Int(QPX_TABLE), table.baseAddress, $0)) }
                }
            case .linear8: return scales.withKernelScales { body(matrix(Int(QPX_LINEAR8), nil, $0)) }
            case .integer8: return scales.withKernelScales { body(matrix(Int(QPX_INTEGER8), nil, $0)) }
            case .uniform:
                // A table for the whole matrix; times 1 is exact.
                return (levels ?? []).withUnsafeBufferPointer { levels in
                    BlockScales.float32([1]).withKernelScales { body(matrix(Int(QPX_TABLE), levels.baseAddress, $0)) }
                }
            }
        }
    }
}

extension BlockScales {
    /// The scales as the kernels see them, valid during `body`.
    fileprivate func withKernelScales<R>(_ body: (qpx_scales) -> R) -> R {
        switch self {
        case .float32(let values):
            return values.withUnsafeBytes {
                body(
                    qpx_scales(
                        kind: Int32(QPX_SCALES_F32), offset: 0, data: $0.baseAddress, group: nil, map: nil))
            }
        case .float16(let patterns):
            return patterns.withUnsafeBytes {
                body(
                    qpx_scales(
                        kind: Int32(QPX_SCALES_F16), offset: 0, data: $0.baseAddress, group: nil, map: nil))
            }
        case .doubleQuantized(let scales):
            return scales.codes.withUnsafeBytes { codes in
                scales.groupScales.withUnsafeBufferPointer { group in
                    DynamicMap.table.entries.withUnsafeBufferPointer { map in
                        body(
                            qpx_scales(
                                kind: Int32(QPX_SCALES_DOUBLE), offset: scales.offset, data: codes.baseAddress,
                                group: group.baseAddress, map: map.baseAddress))
                    }
                }
            }
        }
    }
}

internal import CKernels

/// The C kernels in Swift's clothes.
///
/// Pointers come from `Activation`, `Parameter` and `WeightMatrix`, whose shapes the callers have checked.
enum Kernels {
    /// Which instructions the kernels use; every set gives the same bits.
    enum CodeSet: Int32, CaseIterable {
        case portable = 0
        case avx2 = 1
        case avx512 = 2

        /// The best set that this processor runs.
        static var best: CodeSet { CodeSet(rawValue: qpx_best_code_set()) ?? .portable }
        /// The set in use.
        static var current: CodeSet {
            get { CodeSet(rawValue: qpx_code_set()) ?? .portable }
            set { qpx_choose_code_set(newValue.rawValue) }
        }
    }

    static func addScaled(
        _ x: UnsafePointer<Float>, _ factor: Float, _ count: Int, to y: UnsafeMutablePointer<Float>
    ) {
        qpx_add_scaled(x, factor, Int64(count), y)
    }

    /// Memory for packing could not be had: nothing sensible can go on.
    static func outOfMemory() -> Never { preconditionFailure("out of memory for a kernel's working space") }
}

/// What the numeric kernels run on, for records and `--version`.
public enum KernelInformation {
    /// "AVX-512", "AVX2" or "portable"; all give the same bits.
    public static var codeSet: String {
        switch Kernels.CodeSet.current {
        case .portable: "portable"
        case .avx2: "AVX2"
        case .avx512: "AVX-512"
        }
    }
}

extension Kernels {
    static func scale(_ x: UnsafeMutablePointer<Float>, _ factor: Float, _ count: Int) {
        qpx_scale(x, factor, Int64(count))
    }

    /// Sum of squares in float64, in one fixed order.
    static func sumOfSquares(_ x: UnsafePointer<Float>, _ count: Int) -> Double { qpx_sum_of_squares(x, Int64(count)) }
}

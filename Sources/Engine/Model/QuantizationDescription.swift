/// What `quantization.json` says: which tensors of a directory are packed codes, and how they are read.
///
/// Version 1 knows tables of up to 4 bits and linear 8-bit codes with float32 scales; version 2 whatever
/// `PackedTensorDescription` can say. A file has the lowest version that says all of it.
struct QuantizationDescription: Codable {
    /// Versions that can be read.
    static let versions = 1...2

    var format = "qpx"
    var version: Int
    var tensors: [String: PackedTensorDescription]

    init(tensors: [String: PackedTensorDescription]) {
        version = tensors.values.contains { $0.needsVersion2 } ? 2 : 1
        self.tensors = tensors
    }
}

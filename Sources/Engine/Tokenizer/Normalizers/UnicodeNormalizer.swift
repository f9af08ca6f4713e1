internal import Foundation

#if !canImport(Darwin)
    @_spi(_Unicode) internal import Swift
#endif

/// The four normalization forms of Unicode (annex 15).
enum UnicodeNormalizer: String, Normalizer {
    case nfc = "NFC"
    case nfd = "NFD"
    case nfkc = "NFKC"
    case nfkd = "NFKD"

    func normalize(_ text: [UInt8]) -> [UInt8] {
        // ASCII is the same in every form.
        if text.allSatisfy({ $0 < 0x80 }) { return text }
        let string = String(decoding: text, as: UTF8.self)
        return switch self {
        case .nfc: Self.composed(string)
        case .nfd: Self.decomposed(string)
        // The compatibility mapping alone leaves some marks out of order.
        case .nfkc: Self.composed(string.decomposedStringWithCompatibilityMapping)
        case .nfkd: Self.decomposed(string.decomposedStringWithCompatibilityMapping)
        }
    }

    // Foundation on Linux composes some characters beyond U+FFFF wrongly (U+10041 with marks), the standard library
    // does not; on Darwin only Foundation offers the forms.
    #if canImport(Darwin)
        private static func composed(_ string: String) -> [UInt8] {
            Array(string.precomposedStringWithCanonicalMapping.utf8)
        }

        private static func decomposed(_ string: String) -> [UInt8] {
            Array(string.decomposedStringWithCanonicalMapping.utf8)
        }
    #else
        private static func composed(_ string: String) -> [UInt8] { bytes(string._nfc) }

        private static func decomposed(_ string: String) -> [UInt8] { bytes(string._nfd) }

        private static func bytes(_ scalars: some Sequence<Unicode.Scalar>) -> [UInt8] {
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars)
            return Array(String(view).utf8)
        }
    #endif
}

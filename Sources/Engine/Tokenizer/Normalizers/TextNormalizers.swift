/// Puts a prefix before a text that is not empty.
struct PrependNormalizer: Normalizer {
    let prefix: [UInt8]

    func normalize(_ text: [UInt8]) -> [UInt8] { text.isEmpty ? text : prefix + text }
}

/// Replaces every match of a pattern.
struct ReplaceNormalizer: Normalizer {
    let pattern: TextPattern
    let content: [UInt8]

    func normalize(_ text: [UInt8]) -> [UInt8] { pattern.replacing(in: text, with: content) }
}

/// Takes white space from the ends.
struct StripNormalizer: Normalizer {
    let stripsLeft: Bool
    let stripsRight: Bool

    func normalize(_ text: [UInt8]) -> [UInt8] {
        text.withUnsafeBufferPointer { bytes in
            var (start, end) = (0, bytes.count)
            while stripsLeft, start < end {
                let (scalar, length) = UTF8Scalars.at(start, in: bytes)
                guard ScalarSet.whitespace.contains(scalar) else { break }
                start += length
            }
            while stripsRight, start < end {
                let last = UTF8Scalars.before(end, in: bytes)
                guard ScalarSet.whitespace.contains(UTF8Scalars.at(last, in: bytes).scalar) else { break }
                end = last
            }
            return Array(bytes[start..<end])
        }
    }
}

/// Every scalar by its lower-case mapping, without regard to its neighbours.
struct LowercaseNormalizer: Normalizer {
    func normalize(_ text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            result += scalar.properties.lowercaseMapping.utf8
        }
        return result
    }
}

/// Removes the marks that take no space of their own; useful after NFD.
struct StripAccentsNormalizer: Normalizer {
    func normalize(_ text: [UInt8]) -> [UInt8] {
        var kept = String.UnicodeScalarView()
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars
        where scalar.properties.generalCategory != .nonspacingMark {
            kept.append(scalar)
        }
        return Array(String(kept).utf8)
    }
}

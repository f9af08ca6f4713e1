/// The settings of a `config.json`, read one by one; what is wrong with one names it and the file.
public struct ConfigurationSettings: Sendable {
    /// The document.
    let json: JSONValue
    /// The file, for messages.
    let path: String

    /// Largest values accepted: far above every known model, and low enough that no product of them overflows.
    enum Limit {
        static let layers = 1 << 12
        static let heads = 1 << 14
        static let headDimension = 1 << 12
        static let hidden = 1 << 18
        static let intermediate = 1 << 22
        static let vocabulary = 1 << 24
        static let context = 1 << 31
    }

    func unsupported(_ key: String, _ found: String, _ supported: String) -> CheckpointError {
        .unsupportedSetting(key: key, found: found, supported: supported, file: path)
    }

    func invalid(_ key: String, _ found: String, _ expected: String) -> CheckpointError {
        .invalidSetting(key: key, found: found, expected: expected, file: path)
    }

    /// Whether a setting is not there or null.
    func isAbsent(_ key: String) -> Bool { json[key]?.isNull ?? true }

    func number(_ value: JSONValue, _ key: String, at limit: Int) throws(CheckpointError) -> Int {
        guard let number = value.integer, number > 0, number <= limit else {
            throw invalid(key, value.summary, "a whole number from 1 to \(limit)")
        }
        return number
    }

    /// A positive whole number up to `limit`, or nil.
    func optional(_ key: String, at limit: Int) throws(CheckpointError) -> Int? {
        guard let value = json[key], !value.isNull else { return nil }
        return try number(value, key, at: limit)
    }

    /// A whole number within a range, or nil.
    func integer(_ key: String, in range: ClosedRange<Int>) throws(CheckpointError) -> Int? {
        guard let value = json[key], !value.isNull else { return nil }
        guard let number = value.integer, range.contains(number) else {
            throw invalid(key, value.summary, "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func required(_ key: String, at limit: Int) throws(CheckpointError) -> Int {
        guard let number = try optional(key, at: limit) else { throw .missingSetting(key: key, file: path) }
        return number
    }

    /// One number for all layers, or a list with one for each.
    func perLayer(_ key: String, layers: Int, at limit: Int) throws(CheckpointError) -> [Int] {
        guard let elements = json[key]?.elements else {
            return [Int](repeating: try required(key, at: limit), count: layers)
        }
        guard elements.count == layers else {
            throw invalid(key, "a list of \(elements.count)", "one entry for each of the \(layers) layers")
        }
        var numbers: [Int] = []
        for element in elements { numbers.append(try number(element, key, at: limit)) }
        return numbers
    }

    func positive(_ value: JSONValue?, _ key: String) throws(CheckpointError) -> Double? {
        guard let value, !value.isNull else { return nil }
        guard let number = value.double, number > 0 else { throw invalid(key, value.summary, "a positive number") }
        return number
    }

    /// A truth value; `standard` where it is absent or null.
    func flag(_ key: String, default standard: Bool = false) throws(CheckpointError) -> Bool {
        guard let value = json[key], !value.isNull else { return standard }
        guard let flag = value.flag else { throw invalid(key, value.summary, "true or false") }
        return flag
    }

    /// A token id; the first of a list. Negative ids mean "none", as in the first LLaMA checkpoints.
    func tokenID(_ key: String, vocabulary: Int) throws(CheckpointError) -> Int? {
        guard let value = json[key], !value.isNull else { return nil }
        let single = value.elements.map { $0.first ?? .null } ?? value
        guard let id = single.integer, id < vocabulary else {
            throw invalid(key, single.summary, "a token id below \(vocabulary)")
        }
        return id < 0 ? nil : id
    }
}
